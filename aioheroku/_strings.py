"""Secret strings, the plain values inside subclasses of str, int and float, and suggestions for misspelt names."""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, Final


class Masked(str):
    """A secret string: it works as any other, but its repr (in a dict of headers, in a traceback) hides the value.

    The pieces that its methods return are masked too: tools that print variables shorten long strings by slicing.
    `str(secret)`, `format` and `encode` give the value itself.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


_PIECES: Final = (
    "__add__", "__getitem__", "__mod__", "__mul__", "__rmul__", "capitalize", "casefold", "center", "expandtabs",
    "format", "format_map",
    "join", "ljust", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rjust", "rpartition",
    "rsplit", "rstrip", "split", "splitlines", "strip", "swapcase", "title", "translate", "upper", "zfill",
)  # fmt: skip
"""The methods of str that return the string or parts of it."""


def _masking(name: str) -> Callable[..., Any]:
    method = getattr(str, name)

    def masked(self: Masked, *args: Any, **kwargs: Any) -> Any:
        result = method(self, *args, **kwargs)
        if isinstance(result, str):
            return Masked(result)
        return result if result is NotImplemented else type(result)(map(Masked, result))

    masked.__name__ = name
    masked.__doc__ = f"As `str.{name}`, masked."
    return masked


for _name in _PIECES:
    setattr(Masked, _name, _masking(_name))


def mask(value: Any) -> Any:
    """A string as a `Masked` one; anything else as it is."""
    return Masked(unwrap(value)) if isinstance(value, str) and not isinstance(value, Masked) else value


def unwrap(value: Any) -> Any:
    """The value of an Enum member, and the plain string or number inside a subclass; anything else as it is.

    Overridden methods of a subclass (`__str__`, `encode`, `__add__`) are bypassed, so the value that is validated is
    the value that is sent.
    """
    if isinstance(value, Enum):
        return unwrap(value.value)
    for kind, plain in _PLAIN:
        if isinstance(value, kind):
            return value if type(value) in (kind, bool) else plain(value)
    return value


_PLAIN: Final[tuple[tuple[type, Callable[[Any], Any]], ...]] = (
    (str, str.__str__),
    (int, int.__int__),
    (float, float.__float__),
)


def suggestion(name: str, known: Iterable[str]) -> str:
    """A suggestion of a similar name; Python itself makes suggestions in uncaught errors only."""
    from difflib import get_close_matches  # noqa: PLC0415 - for mistakes only

    close = [] if name.startswith("_") else get_close_matches(name, known, 1)
    return f" Did you mean {close[0]!r}?" if close else ""
