"""The base class of models: what a response is decoded to.

A model is declared by annotations and defaults alone; its fields are keyword-only and frozen. Underneath it is a struct
of msgspec, which rejects an object with an unknown key while it decodes it. So looking for unknown keys costs nothing,
and only a body that has one is decoded a second time, to keep it in `extra`. Attrs classes with the same fields take
1.5 times as long for a page of 1000 of today's apps (1.7 times for one of 20), and drop unknown keys silently.
`gc=False` would exclude weak references.

To attrs a model is a class like its own (`attrs.fields`, `attrs.evolve`, `attrs.asdict`): `__attrs_attrs__`, which its
documentation offers for that, is made when it is first asked for.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn, Self, get_origin

import attrs
import msgspec

from aioheroku._codec.fields import SecretField, masked
from aioheroku._codec.hints import fields_of, is_array, is_object, item_of, key_of, members
from aioheroku._strings import Masked


class Extra(Mapping[str, Any]):
    """The keys of an object that its model does not name, with their values as plain JSON data.

    It cannot be changed. Its repr shows the keys alone, since any value may be a secret.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any] | None = None, /) -> None:
        self._values: dict[str, Any] = dict(values or {})

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values))

    def __reduce__(self) -> tuple[type[Self], tuple[dict[str, Any]]]:
        return type(self), (self._values,)

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{name!r}: '***'" for name in self) + "}"


NOTHING: Extra = Extra()
"""The `extra` of all objects without unknown keys."""


@cache
def _attrs_fields(model: Any) -> Any:
    fields = {
        field.name: attrs.field(
            default=attrs.NOTHING if field.default is msgspec.NODEFAULT else field.default,
            repr=masked if field.name in model.secrets__ else True,
            type=field.type,
            kw_only=True,
        )
        for field in sorted(msgspec.structs.fields(model), key=lambda field: field.name == "extra")
    }
    return attrs.fields(attrs.make_class(model.__name__, fields))


class ModelMeta(msgspec.StructMeta):
    """Makes the struct, with its secrets and the API's names of its fields."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        secrets: set[str] = {name for base in bases for name in getattr(base, "secrets__", ())}
        for field, value in list(namespace.items()):
            if isinstance(value, SecretField):
                secrets.add(field)
                del namespace[field]
                if value.default:
                    (namespace[field],) = value.default
        namespace["secrets__"] = frozenset(secrets)

        def make(keys: Mapping[str, str] | None) -> "ModelMeta":
            return super(ModelMeta, mcs).__new__(
                mcs, name, bases, dict(namespace), frozen=True, kw_only=True, forbid_unknown_fields=True, weakref=True,
                rename=keys,
            )  # fmt: skip

        model = make(None)
        keys = {field: key for field, hint in model.__annotations__.items() if (key := key_of(hint)) is not None}
        model = make(keys) if keys else model
        model.__setattr__ = model.__delattr__ = _refuse_change  # type: ignore[method-assign]
        return model

    @property
    def __attrs_attrs__(self) -> Any:
        return _attrs_fields(self)


def _refuse_change(*_: object) -> NoReturn:
    """As in a frozen class of attrs; msgspec would raise another error."""
    raise attrs.exceptions.FrozenInstanceError


if TYPE_CHECKING:
    from attrs import frozen as frozen  # noqa: PLC0414 - exported

    class _Struct:
        __struct_fields__: ClassVar[tuple[str, ...]]
        __struct_encode_fields__: ClassVar[tuple[str, ...]]

else:

    def frozen(*, kw_only: Literal[True]) -> Any:  # noqa: ARG001 - always so
        """Marks a model for type checkers, to which this is `attrs.frozen`; at run time it changes nothing.

        mypy accepts in `attrs.evolve` only what that decorates. `ModelMeta` makes a model frozen and keyword-only.
        """
        return lambda model: model

    class _Struct(msgspec.Struct, metaclass=ModelMeta):
        pass


@frozen(kw_only=True)
class Model(_Struct):
    """Base class of all models."""

    secrets__: ClassVar[frozenset[str]] = frozenset()

    extra: Extra = NOTHING
    """Keys of the response that this class has no field for, with their values; usually none."""

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The fields by name, secrets masked, as `rich` shows them; `extra` only if it is not empty."""
        names = [name for name in self.__struct_fields__ if name != "extra"] + ["extra"] * bool(self.extra)
        hidden = {name for name in self.secrets__ if getattr(self, name) is not None}
        return [(name, Masked() if name in hidden else getattr(self, name)) for name in names]

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"


def split(data: Mapping[str, Any], model: Any) -> Mapping[str, Any]:
    """The data of an object, with the keys that its model has no field for moved into `extra`."""
    known = _keys(model)
    if data.keys() <= known or isinstance(data.get("extra"), Extra):
        return data
    apart = {key: value for key, value in data.items() if key in known}
    return {**apart, "extra": Extra({key: value for key, value in data.items() if key not in known})}


@cache
def _keys(model: Any) -> frozenset[str]:
    return frozenset(model.__struct_encode_fields__) - {"extra"}


@cache
def splitter(hint: Any) -> Callable[[Any], Any]:
    """`split` for all objects of a body that is decoded as `hint`; the objects themselves are changed."""
    kinds = members(hint)
    model = next((kind for kind in kinds if isinstance(kind, ModelMeta)), None)
    if model is not None:
        return _model_splitter(model)
    item = next((item_of(kind) for kind in kinds if get_origin(kind) in (list, dict)), None)
    each = _same if item is None else splitter(item)
    return _same if each is _same else partial(_split_items, each)


def _same(data: Any) -> Any:
    return data


def _split_items(each: Callable[[Any], Any], data: Any) -> Any:
    if is_object(data):
        return {key: each(item) for key, item in data.items()}
    return [each(item) for item in data] if is_array(data) else data


def _model_splitter(model: type[Any]) -> Callable[[Any], Any]:
    inner = [(key, each) for key, hint in fields_of(model).items() if (each := splitter(hint)) is not _same]

    def split_model(data: Any) -> Any:
        if not is_object(data):
            return data
        for key, each in inner:
            if key in data:
                data[key] = each(data[key])
        return split(data, model)

    return split_model
