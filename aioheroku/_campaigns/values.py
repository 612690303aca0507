"""What a journal may hold: values as plain JSON data, never a secret; of arguments a digest."""

import dataclasses
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import scrypt
from typing import Any, cast

import attrs
import msgspec

from aioheroku import resources
from aioheroku._codec import Secrets, encode, structure, unstructure
from aioheroku._codec.hints import is_array, is_object
from aioheroku._codec.model import Model, ModelMeta
from aioheroku._strings import Masked


def recorded(value: Any) -> Any:
    """The value as plain JSON data; `None` if it holds a secret or cannot be JSON.

    The `extra` of models is left out: its keys are unknown, and one may be a secret.
    """
    try:
        value = _bare(value)
        data = None if _holds_secret(value) else unstructure(value)
        json.dumps(data, allow_nan=False)
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError):
        return None
    return data


def restored(data: Any, kind: Any) -> Any:
    """Recorded data as an object of `kind`, the call's return type; unchanged without one."""
    if kind is None or data is None:
        return data
    try:
        return structure(data, kind)
    except Exception:  # noqa: BLE001 - a type of the caller's, which may refuse in any way
        return data


def kind_of(value: Any) -> str:
    """The model of a value, or of all items of a list, as `model_of` reads it; empty for anything else."""
    items: list[Any] = value if is_array(value) else [value]
    model: Any = items[0].__class__ if items else None
    if not isinstance(model, ModelMeta) or any(item.__class__ is not model for item in items):
        return ""
    name = model.__name__
    if getattr(resources, name, None) is not model:
        return ""
    return f"list[{name}]" if is_array(value) else name


def model_of(kind: str) -> Any:
    """The type that `kind_of` has named; `None` for a name that is not one of a model."""
    name = kind.removeprefix("list[").removesuffix("]")
    model = getattr(resources, name, None) if name else None
    if not isinstance(model, ModelMeta):
        return None
    return model if kind == name else list[model]  # type: ignore[valid-type]  # a model of that name


def _bare(value: Any) -> Any:
    """A value whose models have no `extra`."""
    if isinstance(value, Model):
        names = (name for name in value.__struct_fields__ if name != "extra")
        return type(value)(**{name: _bare(getattr(value, name)) for name in names})
    kind: Any = value.__class__
    if kind is dict:
        return dict(zip(value, map(_bare, value.values()), strict=True))
    if kind is list:
        return list(map(_bare, value))
    return tuple(map(_bare, value)) if kind is tuple else value


def _holds_secret(value: Any) -> bool:
    """Whether a value holds what a repr would mask."""
    if isinstance(value, Masked | Secrets):
        return True
    if isinstance(value, Model):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        hidden = any(fields[name] is not None for name in value.secrets__)
        return hidden or bool(value.extra) or any(map(_holds_secret, fields.values()))
    if is_object(value):
        return any(map(_holds_secret, (*value, *value.values())))
    if isinstance(value, Collection) and not isinstance(value, str | bytes | bytearray):
        return any(map(_holds_secret, cast("Iterable[Any]", value)))
    return any(map(_holds_secret, _attributes(value)))


def _attributes(value: Any) -> Iterator[Any]:
    """The attribute values of an object of the caller's own class."""
    kind: type[Any] = value.__class__
    fields: Iterable[Any] = ()
    if attrs.has(kind):
        fields = attrs.fields(kind)
    elif dataclasses.is_dataclass(kind):
        fields = dataclasses.fields(kind)
    names = [*getattr(kind, "__struct_fields__", ()), *(field.name for field in fields)]
    return (getattr(value, name, None) for name in names)


def digest(arguments: object, salt: str) -> str:
    """A digest of the further arguments of the call, which may be secrets: slow, so that guessing is expensive."""
    text = json.dumps(_canonical(arguments)).encode()
    return scrypt(text, salt=salt.encode(), n=2**14, r=8, p=1, dklen=24).hex()


def _canonical(value: object) -> Any:
    """JSON data that is the same for equal arguments; a value that cannot be JSON is replaced by its type."""
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return sorted((str(name), _canonical(item)) for name, item in items)  # keywords come in any order
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in cast("Sequence[object]", value)]
    try:
        return json.loads(encode(value))
    except (TypeError, ValueError):
        return type(value).__name__
