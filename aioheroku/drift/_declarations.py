"""The description of the API according to `aioheroku.resources`."""

from collections.abc import Mapping
from datetime import date, datetime
from types import NoneType
from typing import Any, Final
from uuid import UUID

from aioheroku import resources
from aioheroku._client.session import Heroku
from aioheroku._codec.hints import (
    flat_fields_of,
    flat_keywords_of,
    is_mapping,
    is_model,
    is_nullable,
    members,
    model_in,
)
from aioheroku.drift._facts import Call, Description, Fact, normal_name

_TYPE_NAMES: Final[Mapping[Any, frozenset[str]]] = {
    str: frozenset({"string"}),
    UUID: frozenset({"string uuid"}),
    datetime: frozenset({"string date-time"}),
    date: frozenset({"string"}),
    bool: frozenset({"boolean"}),
    int: frozenset({"integer"}),
    float: frozenset({"number", "integer"}),
}


def declared() -> Description:
    """The description of the API as this library declares it."""
    calls: list[Call] = []
    models: dict[str, Mapping[str, Fact]] = {}
    names: dict[str, str] = {}
    for kind in Heroku.__annotations__.values():
        operations: type[Any] = getattr(resources, kind.removeprefix("resources."))
        for function in vars(operations).values():
            endpoint = getattr(function, "endpoint", None)
            if endpoint is None:
                continue
            facts = {name: _fact(hint, required=needed) for name, hint, needed in flat_keywords_of(endpoint.function)}
            calls.append(Call(endpoint.method, endpoint.path, facts, endpoint.build_body is not None))
            if (model := model_in(endpoint.result)) is not None:
                name = normal_name(model.__name__)
                models[name] = {path: _fact(hint) for path, hint in flat_fields_of(model)}
                names[name] = model.__name__
    return Description(calls, models, names)


def _fact(hint: Any, *, required: bool = True) -> Fact:
    kinds = frozenset[str]().union(*(_type_names(member) for member in members(hint) if member is not NoneType))
    return Fact(kinds, is_nullable(hint), required)


def _type_names(member: Any) -> frozenset[str]:
    """The names of a type in JSON Schema."""
    if member in _TYPE_NAMES:
        return _TYPE_NAMES[member]
    return frozenset({"object" if is_mapping(member) or is_model(member) else "array"})
