"""What is often written by mistake with sessions and resources; tests/unit/_pagination/test_paginator.py has lists."""

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from aioheroku import Heroku
from tests._support.secrets import raises


def _with(heroku: Any) -> None:
    with heroku:
        pass


def _for(thing: Any) -> None:
    for _ in thing:
        pass


async def _await(thing: Any) -> None:
    await thing


async def _async_for(thing: Any) -> None:
    async for _ in thing:
        pass


SLIPS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "with": (_with, "async with Heroku"),
    "await a session": (lambda heroku: _await(heroku).send(None), "async with Heroku"),
    "await a resource": (lambda heroku: _await(heroku.apps).send(None), r"heroku\.apps\.list\(\)"),
    "call": (lambda heroku: heroku.apps(), r"heroku\.apps\.list\(\)"),
    "call with a name": (lambda heroku: heroku.apps("example"), r"heroku\.apps\.info"),
    "for": (lambda heroku: _for(heroku.dynos), r"heroku\.apps\.list\(\)"),
    "async for": (lambda heroku: _async_for(heroku.apps).send(None), r"heroku\.apps\.list\(\)"),
    "len": (lambda heroku: len(heroku.apps), r"heroku\.apps\.list\(\)"),
    "index": (lambda heroku: heroku.apps["example"], r"heroku\.apps\.info"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_misuse_error_shows_the_right_call(slip: str) -> None:
    """What neither a session nor a resource is raises `TypeError`, and its text says what to write."""
    mistake, words = SLIPS[slip]
    with raises(TypeError, match=words):
        mistake(Heroku("t"))


STREAMED: dict[str, Callable[[Any], Any]] = {
    "for": _for,
    "with": _with,
    "list": list,
    "in": lambda thing: "x" in thing,
}


@pytest.mark.parametrize("slip", STREAMED)
def test_streams_show_the_right_loop(slip: str) -> None:
    """Logs, output, commands and campaigns are read as they come; every other way says so."""
    heroku = Heroku("t")
    things: dict[str, list[Any]] = {
        "async for item in stream": [heroku.logs("x"), heroku.build_output("x", "y")],
        "async with heroku.run": [heroku.run("x", "ls")],
        "async with heroku.each": [heroku.each(heroku.apps.info, ["x"])],
    }
    for words, found in things.items():
        for thing in found:
            with raises(TypeError, match=words):
                STREAMED[slip](thing)


@pytest.mark.parametrize("name", ["get", "all", "scale", "lst"])
def test_unknown_operation_lists_the_others(name: str) -> None:
    """An operation that does not exist is an `AttributeError` that names those that do."""
    with raises(AttributeError, match="create, delete, .*info, list, .*update"):
        getattr(Heroku("t").apps, name)
    assert not hasattr(Heroku("t").apps, name)


@pytest.mark.parametrize(
    ("name", "meant"), [("lst", "list"), ("infos", "info"), ("destroy_", None), ("crate", "create")]
)
def test_unknown_operation_gets_a_suggestion(name: str, meant: str | None) -> None:
    """The nearest one comes first, if one is near."""
    with raises(AttributeError) as caught:
        getattr(Heroku("t").apps, name)
    assert (f"Did you mean {meant!r}?" in str(caught.value)) == (meant is not None)
    assert ("Did you mean" in str(caught.value)) == (meant is not None)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("app", "apps"), ("aps", "apps"), ("team_member", "team_members"), ("organisations", "organizations")],
)
def test_unknown_resource_gets_a_suggestion(name: str, meant: str) -> None:
    """A resource that does not exist is an `AttributeError` with the one that was probably meant."""
    with raises(AttributeError, match=f"Did you mean '{meant}'"):
        getattr(Heroku("t"), name)


def test_a_resource_has_a_readable_repr() -> None:
    """A resource shows its operations; and asking for what Python looks up by itself does no harm."""
    assert (
        repr(Heroku("t").apps)
        == "<Apps: create, delete, disable_acm, enable_acm, info, list, list_by_user, refresh_acm, update>"
    )
    with raises((TypeError, AttributeError, pickle.PicklingError)):
        pickle.dumps(Heroku("t").apps)


async def test_a_forgotten_await_names_the_operation() -> None:
    """Python's own warning of a call that nobody awaited says which one it was."""
    call: Any = Heroku("t").apps.info("example")
    with raises(AttributeError, match="'coroutine' object has no attribute 'name'"):
        call.name  # noqa: B018
    assert call.__qualname__ == "Apps.info"
    call.close()
