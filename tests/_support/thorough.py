"""How much is tried: a part by default, everything where the environment has AIOHEROKU_SOAK, as it has in CI."""

import os
from collections.abc import Iterable
from typing import Final, TypeVar

T = TypeVar("T")

SOAK: Final = int(os.environ.get("AIOHEROKU_SOAK", "0"))
"""Calls of the soak; 0 by default, and 100,000 in CI."""
KILLS: Final = int(os.environ.get("AIOHEROKU_KILLS", "0"))
"""Random moments at which each of the programs that survive it is killed; a few by default and in CI, 50 by hand."""


def some(cases: Iterable[T], step: int = 5) -> list[T]:
    """All cases, or one in five by default: the step should share no factor with the lengths of a product."""
    return list(cases)[:: 1 if SOAK else step]


def positions(length: int) -> list[int]:
    """The bytes of a message at which harm is done, and its end: each of them, or every 47th by default."""
    return [*range(0, length, 1 if SOAK else 47), length]


def amount(few: int, many: int) -> int:
    """How many times something is done: few by default, and many in CI."""
    return many if SOAK else few
