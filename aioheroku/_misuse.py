"""Errors for common mistakes, which say what to write instead."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

from aioheroku._strings import suggestion

C = TypeVar("C", bound=type)

_RESOURCE: Final = (
    "a resource is not a list and not a call: write `async for app in heroku.apps.list()`, or "
    '`await heroku.apps.info("example")`.'
)


def explains(mistakes: Mapping[str, str], *, attributes: str = "") -> Callable[[C], C]:
    """A decorator of classes: each of these special methods raises `TypeError` with its text.

    They are set at run time only, so that type checkers still report such code as an error. `attributes` is what the
    error for an unknown attribute says.
    """

    def decorate(cls: C) -> C:
        for name, text in mistakes.items():
            setattr(cls, name, _refusal(text))
        if attributes:
            setattr(cls, "__getattr__", _unknown(attributes))  # noqa: B010 - mypy refuses the assignment
        return cls

    return decorate


def _refusal(text: str) -> Callable[..., NoReturn]:
    def refuse(*_: Any) -> NoReturn:
        raise TypeError(text)

    return refuse


def _unknown(text: str) -> Callable[[Any, str], NoReturn]:
    def refuse(self: Any, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}: {text}", name=name, obj=self)

    return refuse


opened_with_async_with: Final = explains(
    dict.fromkeys(
        ("__enter__", "__exit__", "__await__"),
        "a session is asynchronous: write `async with Heroku(...) as heroku:`",
    )
)


@explains(dict.fromkeys(("__await__", "__call__", "__iter__", "__aiter__", "__len__", "__getitem__"), _RESOURCE))
class Operations:
    """Base of the resources: its repr and the error for an unknown attribute list the operations."""

    __slots__ = ()

    if not TYPE_CHECKING:  # the type checkers know the operations

        def __getattr__(self, name: str) -> Any:
            kind, known = type(self).__name__, ", ".join(_operations(self))
            near = suggestion(name, _operations(self))
            raise AttributeError(f"{kind!r} has no operation {name!r}.{near} It has {known}.", name=name, obj=self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(_operations(self))}>"


def _operations(resource: Operations) -> list[str]:
    return sorted(name for name, value in vars(type(resource)).items() if hasattr(value, "endpoint"))
