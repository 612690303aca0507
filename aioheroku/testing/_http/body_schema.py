"""Body schemas: which parameters an endpoint accepts, and their JSON types."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, cast

from attrs import field, frozen

from aioheroku.testing._errors import ErrorResponse, invalid
from aioheroku.testing._state.table import Row

_LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s;,\[\]<>\"]+@[^@\s;,\[\]<>\"]+\.[^@\s;,\[\]<>\"]+")
_TYPE_PHRASES = {str: "a string", bool: "a boolean", int: "an integer", dict: "an object", list: "an array"}


@frozen
class Nullable:
    """A type or null."""

    kind: "type | BodySchema"


@frozen
class OneOf:
    """One of a few values."""

    values: tuple[str | bool | int | None, ...]


@frozen
class Named:
    """A name or id: a string, or an object with one of them; the handler gets the string."""


@frozen
class BodySchema:
    """The parameters of a body, or of an object within it."""

    required: "Mapping[str, ParameterType]" = field(factory=dict[str, "ParameterType"])
    optional: "Mapping[str, ParameterType]" = field(factory=dict[str, "ParameterType"])
    undocumented: "Mapping[str, ParameterType]" = field(
        factory=dict[str, "ParameterType"]
    )  # accepted although undocumented
    waived: tuple[str, ...] = ()  # documented as required but optional in practice


ParameterType: TypeAlias = type | Nullable | OneOf | Named | BodySchema


def parameters(body: Any, schema: BodySchema, prefix: str = "") -> Row:
    """The known parameters of a body; unknown ones are ignored.

    Refused with 422: a body without a required one, and a value of the wrong JSON type. Everything else about the
    values is checked by the endpoint.
    """
    given = mapping(body)
    missing = schema.required.keys() - given.keys() - set(schema.waived)
    if missing:
        raise invalid(f"Require params: {', '.join(prefix + name for name in schema.required if name in missing)}.")
    kinds = {**schema.required, **schema.optional, **schema.undocumented}
    taken = {name: given[name] for name in kinds if name in given}
    wrong = [(prefix + name, kinds[name]) for name, value in taken.items() if not fits(value, kinds[name])]
    if wrong:
        raise invalid("Invalid params: " + ", ".join(f"{name} must be {_describe(kind)}" for name, kind in wrong) + ".")
    return {name: _taken(value, kinds[name], prefix + name) for name, value in taken.items()}


def _taken(value: Any, kind: ParameterType, name: str) -> Any:
    """A value of the right type as an endpoint reads it."""
    if isinstance(kind, Nullable):
        kind = kind.kind
    if isinstance(kind, BodySchema) and value is not None:
        return parameters(value, kind, f"{name}:")
    return _names(value)[0] if isinstance(kind, Named) and isinstance(value, dict) else value


def merge(several: Iterable[BodySchema]) -> BodySchema:
    """The schema of endpoints that share method and path: required is what all of them require."""
    each = list(several)
    every = [{**schema.required, **schema.optional} for schema in each]
    required = {name: kind for name, kind in each[0].required.items() if all(name in one.required for one in each)}
    optional = {name: kind for kinds in every for name, kind in kinds.items() if name not in required}
    return BodySchema(required, optional, each[0].undocumented, each[0].waived)


def mapping(body: Any) -> Row:
    """The body, which must be a JSON object; 400 if it is something else. No body is an empty object."""
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise ErrorResponse(400, "bad_request", "Unable to parse the JSON request body: an object was expected.")
    return cast("Row", body)


def fits(value: Any, kind: ParameterType) -> bool:
    """Whether a JSON value has this type; true and false are not integers."""
    if isinstance(kind, Nullable):
        return value is None or fits(value, kind.kind)
    if isinstance(kind, OneOf):
        return any(type(value) is type(known) and value == known for known in kind.values)
    if isinstance(kind, BodySchema):
        return isinstance(value, dict)
    if isinstance(kind, Named):
        return isinstance(value, str) or (isinstance(value, dict) and bool(_names(value)))
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def _names(value: Any) -> list[str]:
    """The id and the name that an object has."""
    return [value[key] for key in ("id", "name") if isinstance(value.get(key), str)]


def text(value: Any, key: str) -> str | None:
    """The string under a key of an object; None if there is none."""
    found = cast("Row", value).get(key) if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


def strings(values: Mapping[str, Any], name: str) -> dict[str, str]:
    """An object whose values must all be strings."""
    wrong = [key for key, value in values.items() if not isinstance(value, str)]
    if wrong:
        raise invalid(f"Invalid params: values of {name} must be strings ({', '.join(wrong)}).")
    return dict(values)


def is_email(text: str) -> bool:
    """Whether this can be an e-mail address. Lists are ordered by them, so they must fit into a `Range`."""
    return len(text) <= _LONGEST_EMAIL and text.isprintable() and _EMAIL.fullmatch(text) is not None


def one_of(value: str, known: Iterable[str], name: str) -> str:
    """A word out of a set, in either case; the set's spelling comes back."""
    for word in known:
        if word.lower() == value.lower():
            return word
    raise invalid(f"Couldn't find that {name}.")


def _describe(kind: ParameterType) -> str:
    if isinstance(kind, Nullable):
        return f"{_describe(kind.kind)} or null"
    if isinstance(kind, OneOf):
        return "one of " + ", ".join(
            dict.fromkeys("null" if value is None else str(value).lower() for value in kind.values)
        )
    if isinstance(kind, Named):
        return "a name or an id"
    return _TYPE_PHRASES[dict if isinstance(kind, BodySchema) else kind]
