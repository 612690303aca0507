"""The API as the declarations of `aioheroku.resources` have it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from inspect import signature
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)
from uuid import UUID

import attrs

from aioheroku import resources
from aioheroku._client.session import Heroku
from aioheroku._unset import Unset
from aioheroku.drift._facts import Call, Description, Fact, plain

_WORDS: Final[Mapping[Any, frozenset[str]]] = {
    str: frozenset({"string"}),
    UUID: frozenset({"string uuid"}),
    datetime: frozenset({"string date-time"}),
    bool: frozenset({"boolean"}),
    int: frozenset({"integer"}),
    float: frozenset({"number", "integer"}),
}


def declared() -> Description:
    """The API as this library declares it."""
    calls: list[Call] = []
    models: dict[str, Mapping[str, Fact]] = {}
    names: dict[str, str] = {}
    for kind in Heroku.__annotations__.values():
        operations: type[Any] = getattr(resources, kind.removeprefix("resources."))
        for function in vars(operations).values():
            endpoint = getattr(function, "endpoint", None)
            if endpoint is None:
                continue
            hints = get_type_hints(endpoint.declare, include_extras=True)
            facts = dict(_parameters(endpoint.declare, hints))
            calls.append(Call(endpoint.method, endpoint.path, facts, endpoint.shape is not None))
            for model in (hints["return"], *get_args(hints["return"])):
                if isinstance(model, type) and attrs.has(model):
                    models[plain(model.__name__)] = dict(_fields(model))
                    names[plain(model.__name__)] = model.__name__
    return Description(calls, models, names)


def _parameters(declare: Any, hints: Mapping[str, Any]) -> Iterator[tuple[str, Fact]]:
    for parameter in signature(declare).parameters.values():
        if parameter.kind is not parameter.KEYWORD_ONLY or parameter.name == "range":
            continue
        required = parameter.default is parameter.empty
        members = _members(hints[parameter.name])
        nested = next((member for member in members if is_typeddict(member)), None)
        if nested is None:
            yield parameter.name, _fact(members, required=required)
            continue
        for key, hint in get_type_hints(nested, include_extras=True).items():
            yield (
                f"{parameter.name}:{key}",
                _fact(_members(hint), required=required and key in nested.__required_keys__),
            )


def _fields(model: Any, prefix: str = "") -> Iterator[tuple[str, Fact]]:
    for name, hint in get_type_hints(model, include_extras=True).items():
        members = _members(hint)
        nested = next((member for member in members if attrs.has(member)), None)
        if nested is None or NoneType in members:
            yield f"{prefix}{name}", _fact(members)
        if nested is not None:
            yield from _fields(nested, f"{prefix}{name}:")


def _members(hint: Any) -> tuple[Any, ...]:
    """The alternatives of a type, without what says nothing about JSON."""
    origin = get_origin(hint)
    if origin in (Annotated, Required, NotRequired):
        return _members(get_args(hint)[0])
    if origin in (Union, UnionType):
        return tuple(member for part in get_args(hint) if part is not Unset for member in _members(part))
    return (hint,)


def _fact(members: Iterable[Any], *, required: bool = True) -> Fact:
    kinds: set[str] = set()
    nullable = False
    for member in members:
        origin = get_origin(member) or member
        if member is NoneType:
            nullable = True
        elif member in _WORDS:
            kinds |= _WORDS[member]
        elif issubclass(origin, Mapping) or attrs.has(origin) or is_typeddict(origin):
            kinds.add("object")
        else:
            kinds.add("array")
    return Fact(frozenset(kinds), nullable, required)
