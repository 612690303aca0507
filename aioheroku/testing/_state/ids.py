"""Ids drawn from a seeded generator."""

import random


def uuid(rng: random.Random) -> str:
    """A version 4 UUID drawn from a seeded generator."""
    text = f"{rng.getrandbits(128):032x}"
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"
