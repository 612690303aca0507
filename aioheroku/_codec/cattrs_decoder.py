"""The cattrs converter: the authority on what JSON data means, and the only module that imports cattrs.

It accepts what the platform has been seen to send contrary to the reference (a boolean as "true", an undocumented
null), and names the field that it rejects. It is loaded when it is first needed.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from types import NoneType
from typing import Any, TypeVar, get_origin
from uuid import UUID

import attrs
import msgspec
from cattrs import Converter, transform_error
from cattrs.errors import IterableValidationError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, override

from aioheroku._codec.fields import ListOrSingle, Secrets, SingleOrList, name_of
from aioheroku._codec.hints import (
    hints_of,
    is_array,
    is_model,
    is_object,
    is_union,
    item_of,
    key_of,
    leaf,
    members,
    notes,
)
from aioheroku._codec.model import NOTHING, Extra, Model, split
from aioheroku._codec.msgspec_decoder import REFUSALS, convert
from aioheroku.errors import DecodeError

T = TypeVar("T")


_JSON_NAMES: Mapping[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    NoneType: "null",
}


class _Refused(ValueError):
    """A value is not what the field holds. Its text names types, never the value: that may be a secret."""

    def __init__(self, expected: str, value: object) -> None:
        super().__init__(f"expected {expected}, got {_JSON_NAMES.get(type(value), type(value).__name__)}")


def _to_str(value: Any, _: Any) -> str:
    if isinstance(value, str):
        return value
    raise _Refused("a string", value)


def _to_int(value: Any, _: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise _Refused("an integer", value)


def _to_float(value: Any, _: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise _Refused("a number", value)


def _to_bool(value: Any, _: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise _Refused("a boolean", value)


def _to_uuid(value: Any, _: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise _Refused("a UUID", value) from None


def _to_datetime(value: Any, _: Any) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else msgspec.convert(value, datetime)
    except (msgspec.ValidationError, UnicodeError):
        moment = _odd_datetime(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _odd_datetime(value: Any) -> datetime:
    try:
        # Builds have shown "2014-02-28 00:19:19 +0000": a blank before the offset.
        return datetime.fromisoformat(value.replace(" +", "+").replace(" -", "-").replace(" UTC", "Z"))
    except (ValueError, AttributeError):
        raise _Refused("a date-time", value) from None


def _to_date(value: Any, _: Any) -> date:
    try:
        return value if type(value) is date else date.fromisoformat(value)
    except (ValueError, TypeError):
        raise _Refused("a date", value) from None


def _to_extra(value: Any, _: Any) -> Extra:
    return value if isinstance(value, Extra) else NOTHING


def _union_hook(kind: Any) -> Callable[[Any, Any], Any]:
    kinds = members(kind)
    is_nullable = NoneType in kinds
    first = next(member for member in kinds if member is not NoneType)
    model = next(filter(is_model, kinds), first)

    def hook(value: Any, _: Any) -> Any:
        if value is None and is_nullable:
            return None
        if type(value) in kinds:  # an object shown as a string, a number that may be a float
            return value
        inner = model if is_object(value) else first
        if is_nullable and is_model(inner) and value == {"id": None}:
            return None  # the slug of a pending build
        return _converter.structure(value, inner)

    return hook


def _tolerant(name: str, hint: Any) -> Callable[[Any, Any], Any]:
    """Null is accepted anywhere but for an `id`, which every caller needs; a marked list may be its only item."""
    marks = _marks(hint)

    def hook(value: Any, kind: Any) -> Any:
        if value is None and name != "id":
            return None
        return _converter.structure(_unwrapped(value, marks) if marks else value, kind)

    return hook


def _marks(hint: Any) -> set[type]:
    return {mark for mark in (ListOrSingle, SingleOrList) for note in notes(hint) if isinstance(note, mark)}


def _unwrapped(value: Any, marks: set[type]) -> Any:
    """The value in the form of its type, where that is marked by `ListOrSingle` or `SingleOrList`."""
    if ListOrSingle in marks and is_object(value):
        return [value]
    if SingleOrList in marks and is_array(value) and len(value) == 1:
        return value[0]
    return value


def _model_hook(cls: Any) -> Callable[[Any, Any], Any]:
    hints = hints_of(cls)
    fields: Any = {
        field.name: override(struct_hook=_tolerant(field.name, hints[field.name]), rename=key_of(hints[field.name]))
        for field in attrs.fields(attrs.resolve_types(cls))
    }
    from_object = make_dict_structure_fn(cls, _converter, **fields)

    def hook(value: Any, kind: Any) -> Any:
        if not is_object(value):
            raise _Refused("an object", value)
        return from_object(split(value, cls) if issubclass(cls, Model) else value, kind)

    return hook


def _each(pairs: Iterable[tuple[Any, Any]], kind: Any, holder: Any) -> Iterator[tuple[Any, Any]]:
    """Structure item by item; a refusal is raised with the index or key, in the form that cattrs explains."""
    for at, item in pairs:
        try:
            yield at, None if item is None else _converter.structure(item, kind)
        except Exception as error:
            error.add_note(IterableValidationNote(f"item {at!r}", at, kind))
            raise IterableValidationError("item refused", [error], holder) from error  # pyright: ignore[reportCallIssue]


def _to_list(value: Any, kind: Any) -> list[Any]:
    if not is_array(value):
        raise _Refused("an array", value)
    return [item for _, item in _each(enumerate(value), item_of(kind), kind)]


def _to_dict(value: Any, kind: Any) -> dict[str, Any]:
    if not is_object(value):
        raise _Refused("an object", value)
    return dict(_each(value.items(), item_of(kind), kind))


def _is_origin(origin: Any) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) is origin


def _make_converter() -> Converter:
    converter = Converter(detailed_validation=True)
    for kind, to in (
        (str, _to_str),
        (int, _to_int),
        (float, _to_float),
        (bool, _to_bool),
        (UUID, _to_uuid),
        (datetime, _to_datetime),
        (date, _to_date),
        (Extra, _to_extra),
    ):
        converter.register_structure_hook(kind, to)
    converter.register_structure_hook_factory(is_union, _union_hook)
    converter.register_structure_hook(Secrets, lambda value, _: Secrets(_to_dict(value, dict[str, str])))
    converter.register_structure_hook_func(_is_origin(list), _to_list)
    converter.register_structure_hook_func(_is_origin(dict), _to_dict)
    converter.register_structure_hook_factory(attrs.has, _model_hook)
    return converter


_converter = _make_converter()


def _explain(error: BaseException, _: type | None = None) -> str:
    if isinstance(error, _Refused):
        return str(error)
    if isinstance(error, KeyError):
        return "missing, though the reference promises it"
    return "not understood"


def structure(data: Any, kind: type[T]) -> T:
    """The public `structure`, which loads this module."""
    try:
        return _converter.structure(data, kind)
    except Exception as error:  # noqa: BLE001 - whatever a body makes the hooks raise
        first: str = transform_error(error, path=name_of(kind), format_exception=_explain)[0]
        reason, _, path = first.rpartition(" @ ")
        raise DecodeError(path, reason) from None


def decode(body: bytes, hint: Any) -> Any:
    """The JSON of a whole body as the type `hint`, field by field.

    Raises:
        DecodeError: the body is not JSON or not what `hint` says; `path` names the field.
    """
    name = name_of(hint)
    if not body.strip():
        raise DecodeError(name, "the response has no body")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        # Where, not what: the body may hold secrets.
        place = f"{error.msg} at byte {error.pos}" if isinstance(error, json.JSONDecodeError) else "unreadable"
        found = "HTML" if body.lstrip()[:1] == b"<" else "not JSON"
        raise DecodeError(name, f"the response is {found}: {place} of {len(body)}") from None
    data = _unwrapped(data, _marks(hint))
    return _items(data, item_of(hint)) if get_origin(leaf(hint)) is list else structure(data, hint)


def _items(data: Any, kind: Any) -> list[Any]:
    """A list with one place in an error's path for all items: `App.owner.email`, whichever item it is.

    Only the items that msgspec refuses take the long way: one odd item does not make a page of 1000 slow.
    """
    if not is_array(data):
        raise DecodeError(name_of(kind), str(_Refused("an array", data)))
    result: list[Any] = []
    for index, item in enumerate(data):
        try:
            result.append(_item(item, kind))
        except DecodeError as error:
            error.reason += f" (item {index} of {len(data)})"
            raise
    return result


def _item(item: Any, kind: Any) -> Any:
    try:
        return convert(item, kind)
    except REFUSALS:
        return structure(item, kind)
