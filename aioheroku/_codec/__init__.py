"""Decoding JSON into models, and encoding request bodies.

msgspec decodes a whole body straight into models, several times faster than cattrs does. It rejects a body with an
unknown key, which is then decoded a second time to keep the key in `extra`. What it rejects for another reason (a
boolean sent as "true", an undocumented null, an odd date) goes to the cattrs converter, which is the authority: only
what that rejects too is a `DecodeError`. A test compares both decoders.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

import attrs
import msgspec

from aioheroku._codec.encoder import to_jsonable
from aioheroku._codec.fields import (
    ListOrSingle,
    OneOf,
    Secrets,
    SingleOrList,
    Timestamp,
    name_of,
    optional_in_practice,
    optional_secret,
    secret,
)
from aioheroku._codec.hints import Key, is_object
from aioheroku._codec.model import Extra, Model, frozen
from aioheroku._codec.msgspec_decoder import PAUSE_ABOVE, REFUSALS, convert, gc_paused, make_decoder

__all__ = [
    "Extra",
    "Key",
    "ListOrSingle",
    "Model",
    "OneOf",
    "Secrets",
    "SingleOrList",
    "Timestamp",
    "decoder_for",
    "encode",
    "frozen",
    "name_of",
    "optional_in_practice",
    "optional_secret",
    "secret",
    "structure",
    "unstructure",
]

T = TypeVar("T")


@cache
def decoder_for(hint: Any) -> Callable[[bytes], Any]:
    """The decoder of a whole body, into a model, a list of models or a mapping.

    It raises `DecodeError` where the body is not JSON or not what `hint` says; `path` names the field. Status, method
    and request id are for the caller to add.
    """
    quick = make_decoder(hint)

    def decode(body: bytes) -> Any:
        try:
            return quick(body) if len(body) < PAUSE_ABOVE else gc_paused(quick, body)
        except REFUSALS:
            return gc_paused(decode_tolerantly, body)

    def decode_tolerantly(body: bytes) -> Any:
        try:
            return convert(msgspec.json.decode(body), hint)
        except REFUSALS:
            from aioheroku._codec import cattrs_decoder  # noqa: PLC0415 - rarely needed

            return cattrs_decoder.decode(body, hint)

    return decode


def encode(body: Any) -> bytes:
    """A request's body as JSON: mappings, lists, strings, finite numbers, UUIDs, aware datetimes, None.

    Raises:
        TypeError, ValueError: it holds something else; the message does not quote it.
    """
    try:
        return msgspec.json.encode(to_jsonable(body))
    except RecursionError:
        raise ValueError("it contains itself, or is nested too deeply") from None


def structure(data: Any, kind: type[T]) -> T:
    """Plain JSON data as an object of the class `kind`; the inverse of `unstructure`.

    Raises:
        DecodeError: the data is not such an object; its `path` names the field.
    """
    from aioheroku._codec import cattrs_decoder  # noqa: PLC0415 - as above

    return cattrs_decoder.structure(data, kind)


def unstructure(value: Any) -> Any:
    """Plain JSON data (dict, list, str, int, float, bool, None) of any model, and of lists of them."""
    if isinstance(value, Model):
        return _unstructured_model(value)
    if attrs.has(value.__class__):
        return _unstructured_fields(value)
    if is_object(value):
        return {key: unstructure(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [unstructure(item) for item in cast("list[Any]", value)]
    return msgspec.to_builtins(value, enc_hook=to_jsonable)


def _unstructured_model(value: Model) -> dict[str, Any]:
    names = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
    known = {key: unstructure(getattr(value, name)) for key, name in names if name != "extra"}
    return known | {key: unstructure(kept) for key, kept in value.extra.items() if key not in known}


def _unstructured_fields(value: Any) -> dict[str, Any]:
    """An object that contains models, such as a record of the audit or an outcome."""
    fields = attrs.fields(value.__class__)
    if any(field.name.startswith("_") for field in fields):
        raise TypeError(f"{type(value).__name__} is not data: give what a call returns, such as `await pages`.")
    return {field.name: unstructure(getattr(value, field.name)) for field in fields}
