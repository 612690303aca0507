"""The simulated platform, its faults, and what it has seen.

Nothing is imported before it is used, so that the pytest plugin costs nothing in a test run that does not use it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aioheroku.testing import faults
    from aioheroku.testing.platform import Platform, Record

__all__ = ["Platform", "Record", "faults"]


def __getattr__(name: str) -> Any:
    if name == "faults":
        return import_module(f"{__name__}.faults")
    if name in __all__:
        return getattr(import_module(f"{__name__}.platform"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
