"""Between JSON and Python.

A whole body goes through msgspec first, which builds the attrs classes directly and is several times faster. What
msgspec refuses (a boolean sent as "true", a null where the reference promises none, an odd date) is given to the
cattrs converter, which is the authority; only what that refuses too is a `DecodeError`. A test holds both ways equal.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeVar

import msgspec

from aioheroku._codec.encoder import to_jsonable
from aioheroku._codec.fields import (
    ListOrSingle,
    OneOf,
    Secrets,
    Timestamp,
    name_of,
    optional_in_practice,
    optional_secret,
    secret,
)
from aioheroku._codec.msgspec_decoder import PAUSE_ABOVE, gc_paused, make_decoder

__all__ = [
    "ListOrSingle",
    "OneOf",
    "Secrets",
    "Timestamp",
    "decoder_for",
    "encode",
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
    """The decoder of a whole body: to a model, a list of models or a mapping.

    It raises `DecodeError` where the body is not JSON or not what `hint` says; `path` names the field. Status, method
    and request id are for the caller to add.
    """
    quick = make_decoder(hint)

    def decode(body: bytes) -> Any:
        try:
            return quick(body) if len(body) < PAUSE_ABOVE else gc_paused(quick, body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            from aioheroku._codec import cattrs_decoder  # noqa: PLC0415 - a quarter of the import, and rarely needed

            return gc_paused(partial(cattrs_decoder.decode, hint=hint), body)

    return decode


def encode(body: Any) -> bytes:
    """A request's body as JSON: mappings, lists, strings, finite numbers, UUIDs, aware datetimes, None.

    Raises:
        TypeError, ValueError: it holds something else; the message does not quote it.
    """
    try:
        return msgspec.json.encode(to_jsonable(body))
    except RecursionError:
        raise ValueError("it holds itself, or is too deep") from None


def structure(data: Any, kind: type[T]) -> T:
    """Plain JSON data as an object of the class `kind`; the inverse of `unstructure`.

    Raises:
        DecodeError: the data is not such an object; its `path` names the field.
    """
    from aioheroku._codec import cattrs_decoder  # noqa: PLC0415 - as above

    return cattrs_decoder.structure(data, kind)


def unstructure(value: Any) -> Any:
    """Plain JSON data (dict, list, str, int, float, bool, None) of any model, and of lists of them."""
    return msgspec.to_builtins(value, enc_hook=to_jsonable)
