"""Writes whose successful response lacks the promised object: it is unknown what they have made."""

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from aioheroku import Done, Failed, Heroku, Journal, Unknown, errors
from aioheroku.testing import Platform
from aioheroku.testing.faults import Answer
from tests._support.thorough import some

APPS = 1
NOTHING = [Answer(204), Answer(202), Answer(200, {}), Answer(201, "null", headers={"Content-Type": "application/json"})]
PROMISES: dict[str, Callable[[Heroku], Any]] = {
    "POST": lambda heroku: (heroku.dynos.create, {"command": "date"}),
    "PATCH": lambda heroku: (heroku.apps.update, {"maintenance": True}),
    "a list": lambda heroku: (heroku.allowed_addon_services.create, {"addon_service": "heroku-redis"}),
    "an action": lambda heroku: (heroku.addon_actions.provision, {}),
    "that ends without a value": lambda heroku: (own(heroku, None), {}),
}
MAY_BE_EMPTY: dict[str, Callable[[Heroku], Any]] = {
    "a deletion": lambda heroku: heroku.apps.delete,
    "a restart": lambda heroku: heroku.dynos.restart_all,
    "a write that returns nothing": lambda heroku: heroku.vpn_connections.delete,
}


def own(heroku: Heroku, value: object) -> Any:
    async def create(app: str) -> object:
        await heroku.dynos.create(app, command="date")
        return value

    return create


async def outcome_of(heroku: Heroku, call: Any, path: Path | None = None, **options: Any) -> Any:
    journal = None if path is None else Journal(path)
    async with heroku.each(call, ["example"], journal=journal, **options) as outcomes:
        return await anext(outcomes)


@pytest.mark.parametrize(("promise", "nothing"), some(product(PROMISES, NOTHING), 3), ids=str)
async def test_a_missing_object_is_unknown(
    heroku: Heroku, platform: Platform, promise: str, nothing: Answer, tmp_path: Path
) -> None:
    """With or without a journal; the next run does not repeat it either, and says the same."""
    call, keywords = PROMISES[promise](heroku)
    platform.fault(nothing, times=2)
    outcome = await outcome_of(heroku, call, **keywords)
    assert isinstance(outcome, Unknown)
    assert isinstance(outcome.error, errors.DecodeError)
    path = tmp_path / "journal"
    platform.clear_faults()
    platform.fault(nothing, path="/*/example*")
    outcome = await outcome_of(heroku, call, path, **keywords)
    assert (type(outcome), outcome.resumed) == (Unknown, False)
    platform.clear_requests()
    outcome = await outcome_of(heroku, call, path, **keywords)
    assert (type(outcome), outcome.resumed) == (Unknown, True)
    assert [record.method for record in platform.requests] == ["GET"], "whose account it is"


async def test_verify_settles_a_missing_object(heroku: Heroku, platform: Platform) -> None:
    """`verify` says whether it was made: with a value it is done, with none it has failed."""

    async def found(_: str) -> str:
        return "found"

    async def absent(_: str) -> None:
        return None

    platform.fault(Answer(204), times=2)
    done = await outcome_of(heroku, heroku.dynos.create, command="date", verify=found)
    assert (type(done), done.value) == (Done, "found")
    assert type(await outcome_of(heroku, heroku.dynos.create, command="date", verify=absent)) is Failed


async def test_a_function_knows_what_it_made(heroku: Heroku, platform: Platform) -> None:
    """One that returns a value has coped without the object."""
    platform.fault(Answer(204))
    outcome = await outcome_of(heroku, own(heroku, "made"))
    assert (type(outcome), outcome.value) == (Done, "made")


async def test_an_idempotent_write_is_repeated(heroku: Heroku, platform: Platform, tmp_path: Path) -> None:
    """Config vars with an empty response have failed, and are set again."""
    platform.fault(Answer(204), method="PATCH", path="/apps/*")
    app = (await heroku.apps.list())[0].name
    kinds = list[type]()
    for _ in range(2):
        journal = Journal(tmp_path / "journal")
        async with heroku.each(heroku.config_vars.update, [app], {"A": "s3cr3t"}, journal=journal) as outcomes:
            kinds.append(type(await anext(outcomes)))
    assert kinds == [Failed, Done]


@pytest.mark.parametrize("nothing", NOTHING, ids=str)
@pytest.mark.parametrize("call", MAY_BE_EMPTY.values(), ids=MAY_BE_EMPTY)
async def test_what_may_be_empty_is_done(heroku: Heroku, platform: Platform, call: Any, nothing: Answer) -> None:
    """A deletion, a restart, and a write whose type says that nothing may come back."""
    platform.fault(nothing)
    arguments = ("connection",) if call is MAY_BE_EMPTY["a write that returns nothing"] else ()
    async with heroku.each(call(heroku), ["example"], *arguments) as outcomes:
        assert await anext(outcomes) == Done("example", None, tokens=1, seconds=mock.ANY)
