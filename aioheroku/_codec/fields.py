"""The words in which a model says what its fields hold."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import attrs
import msgspec

from aioheroku._strings import mask

Timestamp = Annotated[datetime, msgspec.Meta(tz=True)]
"""A date-time of the API: always aware."""


@attrs.frozen
class OneOf:
    """The values that the reference names for a string. The set is open: others stay plain strings."""

    values: tuple[str, ...]

    def __init__(self, *values: str) -> None:
        self.__attrs_init__(values)  # type: ignore[attr-defined]


@attrs.frozen
class OrOne:
    """Marks a list in whose place the API may show its only item."""


def _mask(value: object) -> str:
    return "None" if value is None else "'***'"


def secret() -> Any:
    """A field whose value is readable as an attribute, but shows as `***` in a repr."""
    return attrs.field(repr=_mask)


def optional_secret() -> Any:
    """The same for a nullable field."""
    return attrs.field(default=None, repr=_mask)


def perhaps_missing() -> Any:
    """A field that the reference promises, though real answers have lacked it: `None` then."""
    return attrs.field(default=None)


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


def leaf(kind: Any) -> Any:
    """The type itself, without `Annotated`."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def is_list_or_one(kind: Any) -> bool:
    """Whether a list is marked by `OrOne`."""
    return get_origin(kind) is Annotated and any(isinstance(note, OrOne) for note in get_args(kind)[1:])


def is_union(kind: Any) -> bool:
    """Whether a type is `X | Y`."""
    return get_origin(kind) in (Union, UnionType)


def name_of(kind: Any) -> str:
    """How an error names a type: `App` for `App` and for a list of them."""
    kind = leaf(kind)
    if get_origin(kind) is list:
        return name_of(get_args(kind)[0])
    return str(getattr(kind, "__name__", kind))
