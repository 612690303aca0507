"""Conversion of arguments into parts of a request: path segments, the query, the body."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol, TypeAlias
from urllib.parse import quote, urlencode
from uuid import UUID

from attrs import frozen

from aioheroku import _codec
from aioheroku._codec.hints import is_array_like, is_object_like
from aioheroku._strings import Masked, mask, unwrap
from aioheroku._unset import UNSET
from aioheroku.errors import InvalidRequest


class HasId(Protocol):
    """An object with an id: a model, such as an `App`, or a reference to one, such as `release.app`."""

    @property
    def id(self) -> UUID | str | int | None:
        """The id; `None` if the platform did not send it, in which case the object cannot be used as an argument."""
        ...


Ref: TypeAlias = str | UUID | int | HasId
"""A path argument: a name, an id, a number (the version of a release), or an object with an id."""


@frozen
class Secret:
    """Marks a keyword whose value is a secret, such as `Annotated[str, Secret()]`: a traceback shows it masked."""


@frozen
class Header(Secret):
    """Marks a keyword that is sent as a header: `Annotated[str, Header("Heroku-Password")]`; its value is a secret."""

    name: str


def hidden(given: Any) -> Any:
    """The value of a secret argument: JSON data with its strings masked, so that no traceback shows them."""
    try:
        return _hidden(given)
    except RecursionError:  # reported when it is encoded
        return given


def _hidden(given: Any) -> Any:
    if is_object_like(given):
        return {unwrap(name): _hidden(value) for name, value in given.items() if value is not UNSET}
    if is_array_like(given):
        return [_hidden(value) for value in given]
    return mask(unwrap(given)) if isinstance(given, str) else given


def segment(value: object, name: str) -> str:
    """A path argument as one percent-encoded segment.

    Raises:
        InvalidRequest: it is empty, `.` or `..`, names nothing, or is not a `Ref`; the message names the argument.
    """
    text = _text(value, name)
    if text in ("", ".", ".."):
        raise InvalidRequest(f"{text!r} names nothing: give a name or an id.", name)
    if "/" in text and name == "app":
        raise InvalidRequest("it holds a '/', which no app's name does: give the name or the id alone.", name)
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise InvalidRequest("it holds characters that no URL can carry.", name) from None


def _text(value: object, name: str) -> str:
    if (text := _scalar(value, name)) is not None:
        return text
    kind, found = type(value).__name__, getattr(value, "id", value)
    if found is None and value is not None:
        raise InvalidRequest(f"this {kind} has no id: give a name or an id instead.", name)
    if (text := _scalar(found, name)) is not None:
        return text
    raise InvalidRequest(f"expected a string, a UUID, a number or an object with an id, got {kind}.", name)


def _scalar(value: Any, name: str) -> str | None:
    """A string, UUID or number as text; `None` for anything else."""
    if isinstance(value, UUID):
        return str(UUID(int=value.int))
    value = unwrap(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 0:
            raise InvalidRequest("a number must not be negative.", name)
        return str(value)
    return value if isinstance(value, str) else None


def query(given: Mapping[str, Any], where: str = "") -> str:
    """The query of a URL: strings as they are, `true` and `false`, numbers, ids, times; lists as repeated keys.

    Args:
        given: The parameters.
        where: The argument that holds the parameters, for the error.

    Raises:
        InvalidRequest: a value has no form in a query.
    """
    pairs: list[tuple[str, str]] = []
    for name, value in given.items():
        field = f"{where}.{name}" if where else name
        pairs += [(unwrap(name), _query_value(item, field)) for item in (value if is_array_like(value) else [value])]
    try:
        return urlencode(pairs)
    except UnicodeEncodeError:
        raise InvalidRequest("it holds characters that no URL can carry.", where or "query") from None


def _query_value(value: object, field: str) -> str:
    value = value if isinstance(value, Masked) else unwrap(value)
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            if value.utcoffset() is None:
                raise InvalidRequest("it has no time zone: give one, such as datetime.now(UTC).", field)
            return value.isoformat()
        case str():
            return value
        case int() | float() | UUID() | date():
            return str(value)
        case None:
            raise InvalidRequest("a query has no null: leave the parameter out.", field)
        case _:
            raise InvalidRequest(f"expected a string, a number or a list of them, got {type(value).__name__}.", field)


def encoded(body: Any, where: str = "body") -> bytes:
    """A body as JSON.

    Raises:
        InvalidRequest: it holds something that JSON has no form for.
    """
    try:
        return _codec.encode(body)
    except (TypeError, ValueError) as error:
        raise InvalidRequest(f"it cannot be sent as JSON: {error}.", where) from None
