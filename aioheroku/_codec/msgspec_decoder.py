"""Whole bodies straight into models, by msgspec, in a fraction of the time and memory."""

import gc
from collections import deque
from collections.abc import Callable
from datetime import datetime
from itertools import repeat
from operator import attrgetter
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import attrs
import msgspec

from aioheroku._codec.fields import Secrets, is_union, leaf

Decode = Callable[[bytes], Any]

LARGE = 32 * 2**10
"""Bytes from which on the collector's pauses are felt."""
_SCALARS = frozenset({str, int, float, bool, UUID, datetime, NoneType})
_set_class = vars(object)["__class__"].__set__


def undisturbed(decode: Decode, body: bytes) -> Any:
    """Decode a `LARGE` body while the garbage collector pauses.

    None of what is made here is garbage yet, but the collector would look through it again and again: a third of
    the time of a page of 1000, and several times that for the event loop when the program's own data is large.
    """
    if not gc.isenabled():
        return decode(body)
    gc.disable()
    try:
        return decode(body)
    finally:
        gc.enable()


def decoder(kind: Any) -> Decode:
    """The quick way from bytes to `kind`; raises msgspec's errors for what it does not take."""
    if kind is Secrets:
        decode_dict = msgspec.json.Decoder(dict[str, str]).decode
        return lambda body: Secrets(decode_dict(body))
    if get_origin(kind) is list and attrs.has(model := get_args(kind)[0]):
        parts = {name: hint for name, hint in get_type_hints(model, include_extras=True).items() if _is_part(hint)}
        if parts:
            return _sharing(model, parts)
    return msgspec.json.Decoder(kind).decode


def _is_part(kind: Any) -> bool:
    """Whether the type is another model, perhaps nullable, whose equal objects may be one."""
    members = get_args(kind) if is_union(kind) else (kind,)
    return any(attrs.has(member) for member in members) and _is_immutable(kind)


def _is_immutable(kind: Any) -> bool:
    kind = leaf(kind)
    if is_union(kind):
        return all(_is_immutable(member) for member in get_args(kind))
    if attrs.has(kind):
        return all(_is_immutable(hint) for hint in get_type_hints(kind, include_extras=True).values())
    return kind in _SCALARS


def _sharing(model: type[Any], parts: dict[str, Any]) -> Decode:
    """A decoder for lists whose items repeat the same few owners, regions and stacks: each is made once.

    The items are made as drafts, which hold those parts as the bytes that they were, and become models when each
    distinct text has been decoded. That costs no more than making them all, and takes half the memory.
    """
    fields = [
        field.evolve(default=msgspec.Raw(b"null")) if field.name in parts and field.default is None else field
        for field in attrs.fields(model)
    ]
    draft = type(
        model.__name__,
        (model,),
        {
            "__slots__": (),
            "__module__": model.__module__,
            "__annotations__": dict.fromkeys(parts, msgspec.Raw),
            "__attrs_attrs__": tuple(fields),
        },
    )
    decode_drafts = msgspec.json.Decoder(list[draft]).decode  # type: ignore[valid-type]
    ways = [
        (attrgetter(name), getattr(model, name).__set__, msgspec.json.Decoder(parts[name]).decode) for name in parts
    ]

    def decode(body: bytes) -> list[Any]:
        items: list[Any] = decode_drafts(body)
        for get, put, decode_part in ways:
            made = _Made(decode_part)
            _run(map(put, items, map(made.__getitem__, map(bytes, map(get, items)))))
        _run(map(_set_class, items, repeat(model)))
        return items

    return decode


_run = deque[None](maxlen=0).extend


class _Made(dict[bytes, Any]):
    """What each text stands for, decoded once."""

    __slots__ = ("_decode",)

    def __init__(self, decode: Decode) -> None:
        super().__init__()
        self._decode = decode

    def __missing__(self, text: bytes) -> Any:
        value = self[text] = self._decode(text)
        return value
