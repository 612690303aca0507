"""The difference between a parameter that was left out and one that is JSON null."""

from enum import Enum
from typing import Final


class Unset(Enum):
    """The type of `UNSET`."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


UNSET: Final = Unset.UNSET
"""Given for an optional parameter: the parameter is not sent. `None` is sent as JSON null."""
