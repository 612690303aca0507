"""Inspection of type hints, for decoding, validation, drift, the reference pages and the tests."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from inspect import Parameter, signature
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    TypeGuard,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import attrs

from aioheroku._unset import Unset


class Key(str):
    """The API's name of a field where that is not an identifier: `Annotated[bool, Key("ca_signed?")]`."""

    __slots__ = ()


_WRAPPERS = (Annotated, Required, NotRequired)


@cache
def hints_of(thing: Any) -> Mapping[str, Any]:
    """The type hints of a class or function, with their annotations."""
    return get_type_hints(thing, include_extras=True)


def leaf(hint: Any) -> Any:
    """The type itself, without `Annotated`, `Required` and `NotRequired`."""
    while get_origin(hint) in _WRAPPERS:
        hint = get_args(hint)[0]
    return hint


def notes(hint: Any) -> tuple[Any, ...]:
    """The metadata that `Annotated` adds to a type or to its alternatives."""
    if get_origin(hint) is Annotated:
        return get_args(hint)[1:]
    return tuple(note for part in parts(hint) if part is not hint for note in notes(part))


def is_union(hint: Any) -> bool:
    """Whether a type is `X | Y`."""
    return get_origin(hint) in (Union, UnionType)


def parts(hint: Any) -> tuple[Any, ...]:
    """The alternatives of a type as they are annotated, without `Unset`, which is never sent."""
    hint = hint if get_origin(hint) is Annotated else leaf(hint)
    return tuple(part for part in get_args(hint) if part is not Unset) if is_union(hint) else (hint,)


def members(hint: Any) -> tuple[Any, ...]:
    """The alternatives of a type, each without `Annotated` and the like."""
    return tuple(map(leaf, parts(hint)))


def is_nullable(hint: Any) -> bool:
    """Whether `None` is one of the alternatives."""
    return NoneType in members(hint)


def is_literal(hint: Any) -> bool:
    """Whether a type is `Literal[...]`."""
    return get_origin(hint) is Literal


def is_model(hint: Any) -> TypeGuard[type[Any]]:
    """Whether a type is a class of attrs, as all models are."""
    return isinstance(hint, type) and attrs.has(hint)


def is_mapping(hint: Any) -> bool:
    """Whether a type is a mapping of any kind, a TypedDict included."""
    return is_typeddict(hint) or _is_subclass(hint, Mapping)


def is_sequence(hint: Any) -> bool:
    """Whether a type is a list or another sequence, but not a string."""
    return _is_subclass(hint, Sequence) and not _is_subclass(hint, str)


def item_of(hint: Any) -> Any:
    """The type of a list's items, or of a mapping's values."""
    return get_args(leaf(hint))[-1]


def model_in(hint: Any) -> type[Any] | None:
    """The model in a type: the type itself, the items of a list, or one of the alternatives."""
    for member in members(hint):
        for kind in (member, *map(leaf, get_args(member))):
            if is_model(kind):
                return kind
    return None


def keywords_of(function: Any) -> Iterator[tuple[str, Any, bool]]:
    """The keyword-only parameters of a declaration except `range`: name, type hint, whether it is required."""
    hints = hints_of(function)
    for parameter in signature(function).parameters.values():
        if parameter.kind is Parameter.KEYWORD_ONLY and parameter.name != "range":
            yield parameter.name, hints[parameter.name], parameter.default is Parameter.empty


def body_keys_of(function: Any) -> Iterator[tuple[str, Any, bool]]:
    """The keys of the positional parameter that is a declaration's whole body, if its type names them."""
    hints = hints_of(function)
    for parameter in signature(function).parameters.values():
        body: Any = hints.get(parameter.name)
        if parameter.kind is Parameter.POSITIONAL_ONLY and is_typeddict(body):
            for key, hint in hints_of(body).items():
                yield key, hint, key in body.__required_keys__


def flat_keywords_of(function: Any) -> Iterator[tuple[str, Any, bool]]:
    """Keywords and keys of the body, with those of nested mappings in the reference's form: `source_blob:url`."""
    for name, hint, required in (*keywords_of(function), *body_keys_of(function)):
        nested = next(filter(is_typeddict, members(hint)), None)
        if nested is None or str in members(hint):  # the mapping is an alternative to a name
            yield name, hint, required
            continue
        for key, item in hints_of(nested).items():
            yield f"{name}:{key}", item, required and key in nested.__required_keys__


def key_of(hint: Any) -> str | None:
    """The API's name of a field whose type is marked by `Key`."""
    return next((str(note) for note in notes(hint) if isinstance(note, Key)), None)


def fields_of(model: Any) -> Mapping[str, Any]:
    """The fields of a model by the API's names, with their types; without `extra`, which holds unknown keys."""
    hints = hints_of(model)
    names = [field.name for field in attrs.fields(model) if field.name != "extra"]
    return {key_of(hints[name]) or name: hints[name] for name in names}


def _is_subclass(hint: Any, kind: type) -> bool:
    origin = get_origin(hint) or hint
    return isinstance(origin, type) and issubclass(origin, kind)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Whether JSON data is an array."""
    return isinstance(value, list)


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether JSON data is an object."""
    return isinstance(value, dict)


def is_array_like(value: Any) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Whether an argument is sent as an array."""
    return isinstance(value, list | tuple)


def is_object_like(value: Any) -> TypeGuard[Mapping[Any, Any]]:
    """Whether an argument is sent as an object."""
    return isinstance(value, Mapping)
