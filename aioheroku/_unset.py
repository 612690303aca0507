"""A marker for parameters that were not given, as opposed to JSON null."""

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
"""Default of optional parameters: the parameter is not sent. `None` is sent as JSON null."""
