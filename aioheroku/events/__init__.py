"""Events, as frozen data: each has the template of the path, never a URL, a header or a body."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aioheroku.events._calls import *
    from aioheroku.events._streams import *

__all__ = [
    "Answered",
    "Cached",
    "DynoExited",
    "DynoStarted",
    "Event",
    "Failed",
    "Listener",
    "LogGap",
    "Polled",
    "PoolChanged",
    "Refreshed",
    "Retried",
    "Sent",
    "SessionEnded",
    "SessionOpened",
    "StreamCut",
    "StreamResumed",
    "TransferDone",
    "TransferProgress",
    "Waited",
    "Warned",
]


Listener = Callable[["Event"], None]
"""What `on_event` accepts: a plain callable that takes one event."""


if not TYPE_CHECKING:  # a typo stays an error of the type checkers

    def __getattr__(name: str) -> Any:
        """An event. Their classes are made when they are first used: without `on_event` they never are."""
        if name in __all__:
            for module in ("_calls", "_streams"):
                found = vars(import_module(f"{__name__}.{module}")).get(name)
                if found is not None:
                    found.__module__ = __name__  # the module that users import it from
                    globals()[name] = found
                    return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
