"""The description of the API according to `aioheroku.resources`."""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from types import NoneType
from typing import Any, Final
from uuid import UUID

import attrs

from aioheroku import resources
from aioheroku._client.attributes import RESOURCES
from aioheroku._codec import Model
from aioheroku._codec.hints import fields_of, flat_keywords_of, is_mapping, is_model, is_nullable, members, model_in
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
    for kind in RESOURCES.values():
        operations: type[Any] = getattr(resources, kind)
        for function in vars(operations).values():
            endpoint = getattr(function, "endpoint", None)
            if endpoint is None:
                continue
            facts = {name: _fact(hint, required=needed) for name, hint, needed in flat_keywords_of(endpoint.function)}
            calls.append(Call(endpoint.method, endpoint.path, facts, endpoint.build_body is not None))
            if (model := model_in(endpoint.result)) is not None:
                name = normal_name(model.__name__)
                models[name] = dict(_attributes(model))
                names[name] = model.__name__
    return Description(calls, models, names)


def always_there(model: type[Any]) -> frozenset[str]:
    """The attributes that today's API never lacks, though an older response does: their docstrings say so.

    They are `X | None` in the model, which is for both generations, and wider types are no drift.
    """
    kinds = [kind for kind in model.__mro__ if issubclass(kind, Model)]
    return frozenset(name for kind in kinds for name in _always_there(kind.__module__)[kind.__name__])


@cache
def _always_there(module: str) -> Mapping[str, list[str]]:
    return {
        node.name: [
            ast.unparse(field.target)
            for field, below in pairwise(node.body)
            if isinstance(field, ast.AnnAssign) and "Always there today." in ast.unparse(below)
        ]
        for node in ast.parse(inspect.getsource(sys.modules[module])).body
        if isinstance(node, ast.ClassDef)
    }


def _attributes(model: Any, prefix: str = "") -> Iterator[tuple[str, Fact]]:
    """The attributes of a model, with those of nested models as `owner:email`."""
    always = always_there(model)
    for name, hint in fields_of(model).items():
        nested = next(filter(is_model, members(hint)), None)
        if nested is None or is_nullable(hint):
            yield f"{prefix}{name}", attrs.evolve(_fact(hint), always=name in always)
        if nested is not None:
            yield from _attributes(nested, f"{prefix}{name}:")


def _fact(hint: Any, *, required: bool = True) -> Fact:
    kinds = frozenset[str]().union(*(_type_names(member) for member in members(hint) if member is not NoneType))
    return Fact(kinds, is_nullable(hint), required)


def _type_names(member: Any) -> frozenset[str]:
    """The names of a type in JSON Schema."""
    if member in _TYPE_NAMES:
        return _TYPE_NAMES[member]
    return frozenset({"object" if is_mapping(member) or is_model(member) else "array"})
