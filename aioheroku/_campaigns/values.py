"""What a journal may hold: values as plain JSON data, never a secret; of arguments a digest."""

import dataclasses
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import scrypt
from typing import Any, cast

import attrs
import msgspec

from aioheroku._codec import Secrets, encode, structure, unstructure
from aioheroku._codec.hints import is_object
from aioheroku._codec.model import Model
from aioheroku._strings import Masked


def recorded(value: Any) -> Any:
    """The value as plain JSON data; `None` where it holds a secret, or what JSON has no form for."""
    if _holds_secret(value):
        return None
    try:
        data = unstructure(value)
        json.dumps(data, allow_nan=False)
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError):
        return None
    return data


def restored(data: Any, kind: Any) -> Any:
    """Recorded data as an object of `kind`, the type of the call's result; without one, as it is."""
    if kind is None or data is None:
        return data
    try:
        return structure(data, kind)
    except Exception:  # noqa: BLE001 - a type of the caller's, which may refuse in any way
        return data


def _holds_secret(value: Any) -> bool:
    """Whether a value holds what a repr would mask."""
    if isinstance(value, Masked | Secrets):
        return True
    if isinstance(value, Model):
        # Nobody knows yet what the keys of `extra` are for: one may be a secret.
        return bool(value.extra) or any(
            getattr(value, name) is not None and (name in value.secrets__ or _holds_secret(getattr(value, name)))
            for name in value.__struct_fields__
        )
    if is_object(value):
        return any(map(_holds_secret, (*value, *value.values())))
    if isinstance(value, Collection) and not isinstance(value, str | bytes | bytearray):
        return any(map(_holds_secret, cast("Iterable[Any]", value)))
    return any(map(_holds_secret, _attributes(value)))


def _attributes(value: Any) -> Iterator[Any]:
    """What an object of the caller's classes holds, whichever of their kinds it is."""
    kind: type[Any] = value.__class__
    names = [*getattr(kind, "__struct_fields__", ())]
    if attrs.has(kind):
        names += [field.name for field in attrs.fields(kind)]
    elif dataclasses.is_dataclass(kind):
        names += [field.name for field in dataclasses.fields(kind)]
    return (getattr(value, name, None) for name in names)


def digest(arguments: object, salt: str) -> str:
    """A digest of the further arguments of the call, which may be secrets: slow to try values against."""
    text = json.dumps(_canonical(arguments)).encode()
    return scrypt(text, salt=salt.encode(), n=2**14, r=8, p=1, dklen=24).hex()


def _canonical(value: object) -> Any:
    """JSON data that is the same for equal arguments; of what JSON has no form for, the type is all that stays."""
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return sorted((str(name), _canonical(item)) for name, item in items)  # keywords come in any order
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in cast("Sequence[object]", value)]
    try:
        return json.loads(encode(value))
    except (TypeError, ValueError):
        return type(value).__name__
