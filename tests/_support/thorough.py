"""How much is tried: a part by default, everything where the environment has AIOHEROKU_SOAK, as it has in CI."""

import os
from typing import Final

SOAK: Final = int(os.environ.get("AIOHEROKU_SOAK", "0"))
"""Calls of the soak; 0 by default, and 100,000 in CI."""


def positions(length: int) -> list[int]:
    """The bytes of a message at which harm is done, and its end: each of them, or every seventh by default."""
    return [*range(0, length, 1 if SOAK else 7), length]
