"""Field types and markers for models."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, get_args, get_origin

import attrs
import msgspec

from aioheroku._codec.hints import leaf
from aioheroku._strings import mask

Timestamp = Annotated[datetime, msgspec.Meta(tz=True)]
"""A date-time of the API: always aware."""


@attrs.frozen
class OneOf:
    """The values that the reference names for a string. The set is open: others stay plain strings."""

    values: tuple[str, ...]

    def __init__(self, *values: str) -> None:
        self.__attrs_init__(values)  # type: ignore[attr-defined]


class ListOrSingle:
    """Marks a list of one item that the API may send as the item itself."""


class SingleOrList:
    """Marks an object that the API may send in a list of its own."""


def masked(value: object) -> str:
    """The repr of a secret."""
    return "None" if value is None else "'***'"


class SecretField:
    """What `secret` and `optional_secret` return: `Model` masks the field's repr, and applies the default."""

    __slots__ = ("default",)

    def __init__(self, *default: None) -> None:
        self.default = default


def secret() -> Any:
    """A field whose value is readable as an attribute, but shows as `***` in a repr."""
    return SecretField()


def optional_secret() -> Any:
    """The same for a nullable field."""
    return SecretField(None)


def optional_in_practice() -> Any:
    """A field documented as required that real responses sometimes omit: `None` then."""
    return None


class Secrets(dict[str, str]):
    """A mapping of names to secret values: its repr shows the names only, and the values are `Masked` strings.

    So a copy of it in any form (`{**values}`, `values | more`, `list(values.items())`) hides them too.
    """

    def __init__(self, values: Mapping[str, str] | Iterable[tuple[str, str]] = (), /) -> None:
        super().__init__((name, mask(value)) for name, value in dict(values).items())

    def copy(self) -> "Secrets":
        """A copy, masked too."""
        return Secrets(self)

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{name!r}: '***'" for name in self) + "}"


def name_of(hint: Any) -> str:
    """How an error names a type: `App` for `App` and for a list of them."""
    hint = leaf(hint)
    if get_origin(hint) is list:
        return name_of(get_args(hint)[0])
    return str(getattr(hint, "__name__", hint))
