"""The msgspec decoder: whole bodies straight into models, in a fraction of the time and memory."""

import gc
from collections.abc import Callable
from typing import Any

import msgspec

from aioheroku._codec.fields import Secrets
from aioheroku._codec.model import splitter

Decode = Callable[[bytes], Any]

REFUSALS = (msgspec.MsgspecError, UnicodeError, RecursionError)
"""What msgspec raises for data that it does not take."""

PAUSE_ABOVE = 32 * 2**10
"""Size of a body in bytes above which the garbage collector is paused while it is decoded."""


def gc_paused(decode: Decode, body: bytes) -> Any:
    """Decode a large body while the garbage collector is paused.

    Nothing that is made here is garbage yet, but the collector would look through it again and again: without the
    pause a page of 200 takes 1.18 times [1.15, 2.87] and a page of 1000 1.27 times [1.21, 3.28] the processor time
    (medians and quartiles of 40 interleaved rounds), and more where the program's own data is large.
    """
    if not gc.isenabled():
        return decode(body)
    gc.disable()
    try:
        return decode(body)
    finally:
        gc.enable()


def make_decoder(hint: Any) -> Decode:
    """The decoder from bytes to a type; it raises msgspec's errors for what it does not take.

    Equal nested objects, such as the few owners of a page of apps, are not made one: sharing them halves the memory of
    a list that is kept (780 bytes an app instead of 1,420), but makes a page of 20 1.43 times as dear (msgspec.Raw) or
    doubles the time of every page (when done afterwards).
    """
    if hint is Secrets:
        decode_dict = msgspec.json.Decoder(dict[str, str]).decode
        return lambda body: Secrets(decode_dict(body))
    return msgspec.json.Decoder(hint).decode


def make_keeping_decoder(hint: Any) -> Decode:
    """The same for a body with keys that no field names: they go into `extra`, without leaving this decoder for good.

    When the platform gets a new attribute, every body has one, until this library knows it.
    """
    keep = splitter(hint)
    return lambda body: msgspec.convert(keep(msgspec.json.decode(body)), hint)
