"""Harm at every byte of a response: the right result or an error of ours, and no write happens twice.

At every 47th byte and the last by default, at each with `AIOHEROKU_SOAK=1 python -m pytest tests/chaos`.
"""

from typing import Any

import pytest

from aioheroku import Heroku, Range, errors
from tests._support.thorough import positions
from tests.chaos.proxy import Harm
from tests.chaos.world import Play, World

HONEST = ("cut", "reset", "stall", "delay")
KINDS = (*HONEST, "lose", "double", "repeat", "garble")


async def single(heroku: Heroku, app: str) -> Any:
    return await heroku.domains.info(app, f"{app}.herokuapp.com")


async def page(heroku: Heroku, app: str) -> Any:
    async for found in heroku.regions.list(range=Range(max=1)).pages():
        return list(found)
    return []


async def packed(heroku: Heroku, app: str) -> Any:
    return await heroku.config_vars.info(app)


READS = {"single object": single, "page of a list": page, "packed": packed}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("read", READS)
def test_reads_survive_harm_to_the_response(read: str, kind: str, play: Play) -> None:
    """A cut, reset, stalled or late response costs a repetition at most, and the result is right.

    Bytes that were changed may give another result, but one of the right type, or an error of ours; and
    nothing that is left over on the connection is taken for the next answer.
    """

    async def scene(world: World) -> None:
        world.shorten()
        app, parts = next((name, app.parts) for name, app in world.platform.state.names.items())
        parts.config = {"LONG": "x" * 1024}
        async with world.session() as session:
            heroku = session if read == "packed" else session.using(headers={"Accept-Encoding": "identity"})
            right = await READS[read](heroku, app)
            other = await heroku.regions.info("us")
            await READS[read](heroku, app)
            length = len(world.proxy.answer)
            assert 300 < length < 800
            assert (b"gzip" in world.proxy.answer) == (read == "packed")
            for at in positions(length):
                world.proxy.once("answer", Harm(kind, at))
                result = await world.outcome(READS[read](heroku, app))
                if kind in HONEST or kind == "repeat":
                    world.counts.lost += result != right
                else:
                    assert isinstance(result, errors.HerokuError | type(right)), (at, result)
                if kind in ("double", "repeat", "garble"):  # the connection goes on
                    world.counts.lost += await world.outcome(heroku.regions.info("us")) != other

    play(scene)


def test_repeated_response_is_discarded(play: Play) -> None:
    """Whatever part of a response comes a second time, once the connection is idle, the next call gets its own."""

    async def scene(world: World) -> None:
        world.shorten()
        app = next(iter(world.platform.state.names))
        async with world.session() as heroku:
            one, other = await single(heroku, app), await heroku.regions.info("us")
            for at in positions(len(world.proxy.answer) - 1):
                world.counts.lost += await world.outcome(single(heroku, app)) != one
                await world.proxy.say_again(at)
                world.counts.lost += await world.outcome(heroku.regions.info("us")) != other

    play(scene)


DRAIN = "https://logs.example.com/"


async def create(heroku: Heroku, app: str) -> Any:
    return await heroku.log_drains.create(app, url=DRAIN)


async def change(heroku: Heroku, app: str) -> Any:
    return await heroku.app_features.update(app, "preboot", enabled=True)


async def set_again(heroku: Heroku, app: str) -> Any:
    return await heroku.config_vars.update(app, {"N": "1"})


async def remove(heroku: Heroku, app: str) -> Any:
    return await heroku.log_drains.delete(app, DRAIN)


WRITES = {"POST": create, "PATCH": change, "PATCH declared repeatable": set_again, "DELETE": remove}
"""One of each kind; the last two are repeated by the client, and have no other effect then."""


def prepare(world: World, method: str) -> str:
    """The name of an app as it was before the write."""
    name, app = next(iter(world.platform.state.names.items()))
    app.parts.config = {}
    drains = app.parts.log_drains
    for row in list(drains):
        drains.remove(row)
    if method == "DELETE":
        at = app.row["created_at"]
        id = world.platform.state.uuid()
        drains.add(
            {"addon": None, "app": app.ref, "created_at": at, "id": id, "token": "d.1", "updated_at": at, "url": DRAIN}
        )
    return str(name)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", WRITES)
def test_writes_survive_harm_to_the_response(method: str, kind: str, play: Play) -> None:
    """It was executed once, whatever becomes of its response; no report says otherwise, and nothing is sent twice."""

    async def scene(world: World) -> None:
        world.shorten()
        app = prepare(world, method)
        async with world.session() as heroku:
            await world.write(heroku, lambda view: WRITES[method](view, app))
            for at in positions(len(world.proxy.answer)):
                prepare(world, method)
                world.proxy.once("answer", Harm(kind, at))
                result, executed = await world.write(
                    heroku, lambda view: WRITES[method](view, app), honest=kind in HONEST
                )
                assert executed == 1, (at, result)
                if kind == "delay" or (method == "PATCH declared repeatable" and kind in HONEST):
                    world.counts.lost += isinstance(result, Exception)

    play(scene)


@pytest.mark.parametrize("kind", ["cut", "reset", "stall"])
@pytest.mark.parametrize("method", WRITES)
def test_writes_survive_harm_to_the_request(method: str, kind: str, play: Play) -> None:
    """Cut before its last byte it is never executed, and after it once; only what is declared so is sent again."""

    async def scene(world: World) -> None:
        world.shorten()
        app = prepare(world, method)
        async with world.session() as heroku:
            await world.write(heroku, lambda view: WRITES[method](view, app))
            length = len(world.proxy.request)
            for at in positions(length):
                prepare(world, method)
                world.proxy.once("request", Harm(kind, at))
                result, executed = await world.write(heroku, lambda view: WRITES[method](view, app))
                if method in ("POST", "PATCH"):
                    assert executed == (at == length), (at, result)
                    assert isinstance(result, errors.ConnectionFailed), (at, result)
                    assert result.sent
                    continue
                assert executed == 1, (at, result)
                if method == "DELETE" and at == length:  # there is nothing left to delete: the error says why
                    assert isinstance(result, errors.NotFound)
                    assert result.uncertain == 1
                else:
                    world.counts.lost += isinstance(result, Exception)

    play(scene)
