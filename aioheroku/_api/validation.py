"""Runtime type checks of call arguments, so that a wrong one is named before a token is spent."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, is_typeddict
from uuid import UUID

from aioheroku._codec.hints import (
    hints_of,
    is_array_like,
    is_literal,
    is_mapping,
    is_object_like,
    is_sequence,
    is_union,
    item_of,
    leaf,
    members,
)
from aioheroku._strings import Masked, suggestion, unwrap
from aioheroku._unset import Unset
from aioheroku.errors import InvalidRequest

Validator = Callable[[Any, str], None]
"""Raises `InvalidRequest` if the parameter of that name does not accept the value."""

_TYPE_NAMES: Mapping[Any, str] = {
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "True or False",
    UUID: "a UUID",
    NoneType: "None",
    Unset: "UNSET",
}


def _name_of(hint: Any) -> str:
    if hint in _TYPE_NAMES:
        return _TYPE_NAMES[hint]
    if is_literal(hint):
        return ", ".join(repr(value) for value in get_args(hint))
    if is_union(hint):
        return " or ".join(_name_of(member) for member in members(hint))
    return "a list" if is_sequence(hint) else "a mapping"


def _wrong(value: Any, hint: Any, where: str) -> InvalidRequest:
    # The value itself is left out: it may be a secret.
    kind = "str" if isinstance(value, Masked) else type(value).__name__
    return InvalidRequest(f"expected {_name_of(hint)}, got {kind}.", where)


@cache
def validator_for(hint: Any) -> Validator:
    """The validator for a type hint: scalars, `Annotated`, unions, `Literal`, TypedDicts, mappings, sequences."""
    hint = leaf(hint)
    if hint is Any:
        return lambda value, where: None  # noqa: ARG005 - anything that JSON has a form for
    for applies, make in _MAKERS:
        if applies(hint):
            return make(hint)
    return _scalar(hint)


def _scalar(kind: type) -> Validator:
    def check(value: Any, where: str) -> None:
        if isinstance(value, Enum):
            value = unwrap(value)
        # True is an int to Python, but not to JSON.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise _wrong(value, kind, where)

    return check


def _literal(kind: Any) -> Validator:
    values = get_args(kind)

    def check(value: Any, where: str) -> None:
        if unwrap(value) not in values:
            raise InvalidRequest(f"expected one of {_name_of(kind)}.", where)

    return check


def _union(kind: Any) -> Validator:
    checks = [validator_for(member) for member in get_args(kind)]
    nested = [
        validator_for(member) for member in members(kind) if is_typeddict(member) or get_origin(member) is not None
    ]

    def check(value: Any, where: str) -> None:
        for candidate in checks:
            try:
                return candidate(value, where)
            except InvalidRequest:
                continue
        if nested and (is_object_like(value) or is_array_like(value)):
            return nested[0](value, where)  # it says which key or item is wrong
        raise _wrong(value, kind, where)

    return check


def _typed_dict(kind: Any) -> Validator:
    hints = {name: validator_for(hint) for name, hint in hints_of(kind).items()}
    required = sorted(kind.__required_keys__)

    def check(value: Any, where: str) -> None:
        if not is_object_like(value):
            raise _wrong(value, kind, where)
        for name, item in value.items():
            if name not in hints:
                near = suggestion(str(name), hints) or f" Known: {', '.join(sorted(hints))}."
                raise InvalidRequest(f"unknown key.{near}", f"{where}.{name}")
            hints[name](item, f"{where}.{name}")
        for name in required:
            if name not in value:
                raise InvalidRequest("missing, but required.", f"{where}.{name}")

    return check


def _mapping(kind: Any) -> Validator:
    check_item = validator_for(item_of(kind))

    def check(value: Any, where: str) -> None:
        if not is_object_like(value):
            raise _wrong(value, kind, where)
        for name, item in value.items():
            if not isinstance(unwrap(name), str):
                raise InvalidRequest(f"expected strings as keys, got {type(name).__name__}.", where)
            check_item(item, f"{where}.{name}")

    return check


def _sequence(kind: Any) -> Validator:
    check_item = validator_for(item_of(kind))

    def check(value: Any, where: str) -> None:
        if not is_array_like(value):
            raise _wrong(value, kind, where)
        for index, item in enumerate(value):
            check_item(item, f"{where}[{index}]")

    return check


_MAKERS: tuple[tuple[Callable[[Any], bool], Callable[[Any], Validator]], ...] = (
    (is_union, _union),
    (is_literal, _literal),
    (is_typeddict, _typed_dict),
    (is_mapping, _mapping),
    (is_sequence, _sequence),
)


_OF_LISTS = frozenset(
    {"cursor", "limit", "max", "offset", "order", "order_by", "page", "page_size", "per_page", "size", "sort", "start"}
)
"""What other clients call the parts of a Range."""


def misfit(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> TypeError:
    """The error for arguments that do not fit a method's signature; it suggests the nearest name."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    positional = [one.name for one in parameters if one.kind is one.POSITIONAL_ONLY]
    keywords = {one.name: one.default is one.empty for one in parameters if one.kind is one.KEYWORD_ONLY}
    name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
    problem = _problem(args, kwargs, positional, keywords)
    return TypeError(f"{name}() {problem} {name}({_shown(positional, keywords)})")


def _problem(
    args: Sequence[Any], kwargs: Mapping[str, Any], positional: list[str], keywords: Mapping[str, bool]
) -> str:
    """Which argument does not fit."""
    for given in kwargs:
        if given not in keywords:
            return _unknown(given, positional, keywords)
    if len(args) > len(positional):
        rest = " Give the rest by keyword." if keywords else ""
        return f"takes {len(positional)} positional arguments, but {len(args)} were given.{rest} It is"
    required = [name for name, required in keywords.items() if required and name not in kwargs]
    return f"is missing {', '.join(map(repr, positional[len(args) :] + required))}. It is"


def _unknown(given: str, positional: Sequence[str], keywords: Mapping[str, bool]) -> str:
    if given in positional:
        return f"takes {given!r} by position, without its name:"
    of_lists = "range" in keywords and given in _OF_LISTS
    near = " Lists take range=Range(...)." if of_lists else suggestion(given, keywords)
    return f"got an unexpected keyword argument {given!r}.{near} It is"


def _shown(positional: Sequence[str], keywords: Mapping[str, bool]) -> str:
    """The parameters of a method, as its signature has them."""
    words = [name if required else f"{name}=..." for name, required in keywords.items()]
    marks = [*positional, *(["/"] if positional else []), *(["*"] if keywords else []), *words]
    return ", ".join(marks)
