"""Arguments against their declared types, so that a wrong one is named before a token is spent."""

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    TypeGuard,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)
from uuid import UUID

from aioheroku._strings import unwrap
from aioheroku._unset import Unset
from aioheroku.errors import InvalidRequest

Check = Callable[[Any, str], None]
"""Raises `InvalidRequest` if the value is not what the place of that name takes."""

_WORDS: Mapping[Any, str] = {
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "True or False",
    UUID: "a UUID",
    NoneType: "None",
    Unset: "UNSET",
}


def _words_for(kind: Any) -> str:
    if kind in _WORDS:
        return _WORDS[kind]
    origin = get_origin(kind)
    if origin is Literal:
        return ", ".join(repr(value) for value in get_args(kind))
    if origin is Annotated:
        return _words_for(get_args(kind)[0])
    if origin in (Union, UnionType):
        return " or ".join(_words_for(member) for member in get_args(kind) if member is not Unset)
    return "a list" if _is_sequence(kind) else "a mapping"


def _is_sequence(kind: Any) -> bool:
    origin = get_origin(kind) or kind
    return isinstance(origin, type) and issubclass(origin, Sequence) and not issubclass(origin, str)


def _is_mapping(value: Any) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


def _wrong(value: Any, kind: Any, where: str) -> InvalidRequest:
    # The value itself is left out: it may be a secret.
    return InvalidRequest(f"expected {_words_for(kind)}, got {type(value).__name__}.", where)


@cache
def checker(kind: Any) -> Check:
    """The check for a declared type: scalars, `Annotated`, unions, `Literal`, TypedDicts, mappings, sequences."""
    origin = get_origin(kind)
    if kind is Any:
        return lambda value, where: None  # noqa: ARG005 - whatever JSON can say
    if origin in (Annotated, Required, NotRequired):
        return checker(get_args(kind)[0])
    if origin in (Union, UnionType):
        return _union(kind)
    if origin is Literal:
        return _literal(kind)
    if is_typeddict(kind):
        return _typed_dict(kind)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(kind)
    if origin is not None and _is_sequence(kind):
        return _sequence(kind)
    return _scalar(kind)


def _scalar(kind: type) -> Check:
    def check(value: Any, where: str) -> None:
        if isinstance(value, Enum):
            value = unwrap(value)
        # True is an int to Python, but not to JSON.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise _wrong(value, kind, where)

    return check


def _literal(kind: Any) -> Check:
    values = get_args(kind)

    def check(value: Any, where: str) -> None:
        if unwrap(value) not in values:
            raise InvalidRequest(f"expected one of {_words_for(kind)}.", where)

    return check


def _union(kind: Any) -> Check:
    members = get_args(kind)
    checks = [checker(member) for member in members]
    nested = [checker(member) for member in members if is_typeddict(member) or get_origin(member) is not None]

    def check(value: Any, where: str) -> None:
        for candidate in checks:
            try:
                return candidate(value, where)
            except InvalidRequest:
                continue
        if isinstance(value, Mapping | list | tuple) and nested:
            return nested[0](cast("Any", value), where)  # it says which key or item is wrong
        raise _wrong(value, kind, where)

    return check


def _typed_dict(kind: Any) -> Check:
    hints = {name: checker(hint) for name, hint in get_type_hints(kind, include_extras=True).items()}
    required = sorted(kind.__required_keys__)

    def check(value: Any, where: str) -> None:
        if not _is_mapping(value):
            raise _wrong(value, kind, where)
        for name, item in value.items():
            if name not in hints:
                raise InvalidRequest(f"unknown key. {suggestion(name, hints)}", f"{where}.{name}")
            hints[name](item, f"{where}.{name}")
        for name in required:
            if name not in value:
                raise InvalidRequest("missing, but required.", f"{where}.{name}")

    return check


def _mapping(kind: Any) -> Check:
    check_item = checker(get_args(kind)[1])

    def check(value: Any, where: str) -> None:
        if not _is_mapping(value):
            raise _wrong(value, kind, where)
        for name, item in value.items():
            if not isinstance(unwrap(name), str):
                raise InvalidRequest(f"expected strings as keys, got {type(name).__name__}.", where)
            check_item(item, f"{where}.{name}")

    return check


def _sequence(kind: Any) -> Check:
    check_item = checker(get_args(kind)[0])

    def check(value: Any, where: str) -> None:
        if not isinstance(value, list | tuple):
            raise _wrong(value, kind, where)
        for index, item in enumerate(cast("list[Any]", value)):
            check_item(item, f"{where}[{index}]")

    return check


def suggestion(name: object, known: Iterable[str]) -> str:
    """The nearest known names, as a sentence."""
    names = sorted(known)
    near = difflib.get_close_matches(str(name), names, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(names)}."


_OF_LISTS = frozenset(
    {"cursor", "limit", "max", "offset", "order", "order_by", "page", "page_size", "per_page", "size", "sort", "start"}
)
"""What other clients call the parts of a Range."""


def misfit(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> TypeError:
    """What is wrong with arguments that a method does not take, with its name and the nearest right one."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
    positional = [one.name for one in parameters if one.kind is one.POSITIONAL_ONLY]
    keywords = {one.name: one.default is one.empty for one in parameters if one.kind is one.KEYWORD_ONLY}
    marks = [*positional, *(["/"] if positional else []), *(["*"] if keywords else [])]
    shown = f"{name}({', '.join([*marks, *(word if needed else f'{word}=...' for word, needed in keywords.items())])})"
    for given in kwargs:
        if given in positional:
            return TypeError(f"{name}() takes {given!r} by position, without its name: {shown}")
        if given not in keywords:
            near = difflib.get_close_matches(given, keywords, n=1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            if "range" in keywords and given in _OF_LISTS:
                meant = " Lists take range=Range(...)."
            return TypeError(f"{name}() got an unexpected keyword argument {given!r}.{meant} It is {shown}")
    if len(args) > len(positional):
        rest = " Give the rest by keyword." if keywords else ""
        return TypeError(
            f"{name}() takes {len(positional)} positional arguments, but {len(args)} were given.{rest} It is {shown}"
        )
    missing = [*positional[len(args) :], *(word for word, needed in keywords.items() if needed and word not in kwargs)]
    return TypeError(f"{name}() is missing {', '.join(map(repr, missing))}. It is {shown}")
