"""The classes of events are created when first used, and are public all the same."""

import inspect
import pickle

import pytest

from aioheroku import events
from tests._support.secrets import raises


@pytest.mark.parametrize("name", sorted(set(events.__all__) - {"Listener"}))
def test_an_event_is_a_public_class(name: str) -> None:
    """It says where users import it from, so that a pickled one is read by whatever version has it there."""
    kind = getattr(events, name)
    assert issubclass(kind, events.Event)
    assert (kind.__module__, kind.__name__) == ("aioheroku.events", name)
    event = kind(*inspect.signature(kind).parameters)
    assert pickle.loads(pickle.dumps(event)) == event  # noqa: S301 - our own


def test_every_event_is_exported() -> None:
    """Whatever the package emits is in `__all__`; another name is an error as of any module."""
    for name in events.__all__:
        getattr(events, name)
    kinds = [kind for kind in events.Event.__subclasses__() if kind.__module__.startswith("aioheroku.")]
    names = {kind.__name__ for kind in kinds}
    assert names == set(events.__all__) - {"Event", "Listener"}, "edit `__all__` in aioheroku/events/__init__.py"
    assert set(events.__all__) <= set(dir(events))
    with raises(AttributeError, match="has no attribute 'Unheard'"):
        events.Unheard  # type: ignore[attr-defined]  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue]
