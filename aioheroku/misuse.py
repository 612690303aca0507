"""What is often written by mistake, answered with what to write instead."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

C = TypeVar("C", bound=type)


def explains(mistakes: Mapping[str, str]) -> Callable[[C], C]:
    """A decorator of classes: each of these special methods raises `TypeError` with its text.

    They are set at run time only, so that the type checkers go on calling such code an error.
    """

    def decorate(cls: C) -> C:
        for name, text in mistakes.items():
            setattr(cls, name, _refusal(text))
        return cls

    return decorate


def _refusal(text: str) -> Callable[..., NoReturn]:
    def refuse(*_: Any) -> NoReturn:
        raise TypeError(text)

    return refuse
