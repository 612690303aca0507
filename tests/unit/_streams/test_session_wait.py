"""`heroku.wait` and its eight forms through a session, over a loopback server, in virtual time."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from aioheroku import Heroku, Pool, errors
from aioheroku.events import Polled
from tests._support.secrets import EventLog, raises
from tests._support.stream_server import ROWS, TOKEN, Play, StreamServer
from tests._support.virtual_loop import run

ID = "01234567-89ab-cdef-0123-456789abcdef"
Form = Callable[[Heroku], Awaitable[Any]]

FORMS: dict[str, tuple[Form, str, str, str, list[str], str | None, type[Exception]]] = {
    "build": (lambda heroku: heroku.wait.build("example", ID), f"/apps/example/builds/{ID}", "builds.info",
        "status", ["pending", "succeeded"], "failed", errors.BuildFailed),
    "release": (lambda heroku: heroku.wait.release("example", 11), "/apps/example/releases/11", "releases.info",
        "status", ["pending", "succeeded"], "expired", errors.ReleaseFailed),
    "dyno": (lambda heroku: heroku.wait.dyno("example", "web.1"), "/apps/example/dynos/web.1", "dynos.info",
        "state", ["starting", "up"], "crashed", errors.WaitFailed),
    "addon": (lambda heroku: heroku.wait.addon("example", "a-1"), "/apps/example/addons/a-1", "addons.info",
        "state", ["provisioning", "provisioned"], "deprovisioned", errors.WaitFailed),
    "domain": (lambda heroku: heroku.wait.domain("example", "www.example.com"), "/apps/example/domains/www.example.com",
        "domains.info", "status", ["pending", "none"], "failed", errors.WaitFailed),
    "app setup": (lambda heroku: heroku.wait.app_setup(ID), f"/app-setups/{ID}", "app_setups.info",
        "status", ["pending", "succeeded"], "failed", errors.WaitFailed),
    "app": (lambda heroku: heroku.wait.app("example", released=True), "/apps/example", "apps.info",
        "released_at", [None, "2012-01-01T12:00:00Z"], None, errors.WaitFailed),  # type: ignore[list-item]
}  # fmt: skip


def through(test: Callable[[StreamServer, Heroku, EventLog], Awaitable[None]]) -> None:
    async def both() -> None:
        events = EventLog()
        async with StreamServer() as server, Heroku(TOKEN, base_url=server.url, pool=Pool(), on_event=events) as heroku:
            await test(server, heroku, events)

    run(both(), patience=0.005)


@pytest.mark.parametrize("name", FORMS)
def test_forms(name: str) -> None:
    """404 at first, then not yet, then so: the object comes back, each question is an event; failure is an error."""
    form, path, endpoint, key, states, bad, error = FORMS[name]
    row = ROWS[endpoint] | ({"output_stream_url": None} if "output_stream_url" in ROWS[endpoint] else {})

    async def test(server: StreamServer, heroku: Heroku, events: EventLog) -> None:
        server.rows[f"GET {path}"] = [404, *(row | {key: state} for state in states)]
        found = await form(heroku)
        assert getattr(found, key) is not None
        assert type(found).__name__ in repr(found)
        polls = [event for event in events if isinstance(event, Polled)]
        assert [(event.attempt, event.seconds) for event in polls] == [(1, 1.0), (2, 1.5), (3, 0.0)]
        assert [call for call, _ in server.calls] == [f"GET {path}"] * 3
        if bad is not None:
            server.rows[f"GET {path}"] = [row | {key: bad}]
            with raises(error):
                await form(heroku)

    through(test)


def test_dynos() -> None:
    """Up, of the newest release; one-off dynos do not count; one of it that crashed is an error."""

    def dyno(name: str, state: str, version: int) -> dict[str, Any]:
        row: dict[str, Any] = ROWS["dynos.info"]
        release = row["release"] | {"version": version}
        return row | {"name": name, "type": name.partition(".")[0], "state": state, "release": release}

    async def test(server: StreamServer, heroku: Heroku, _: EventLog) -> None:
        server.rows["GET /apps/example/releases"] = [[ROWS["releases.info"] | {"version": 12}]]
        run_one, old, new = dyno("run.1", "starting", 12), dyno("web.1", "up", 11), dyno("web.1", "starting", 12)
        up, worker = dyno("web.1", "up", 12), dyno("worker.1", "starting", 12)
        server.rows["GET /apps/example/dynos"] = [[run_one, old], [run_one, new], [run_one, up]]
        assert [one.name for one in await heroku.wait.dynos("example")] == ["web.1"]
        assert len(server.calls) == 4
        server.rows["GET /apps/example/dynos"] = [[worker, up]]
        assert [one.name for one in await heroku.wait.dynos("example", type="web")] == ["web.1"]
        server.rows["GET /apps/example/dynos"] = [[dyno("web.1", "crashed", 12)]]
        with raises(errors.WaitFailed):
            await heroku.wait.dynos("example")

    through(test)


def test_a_failed_build_has_its_last_lines() -> None:
    """`BuildFailed` has the build and the end of its output, in its text too."""

    async def test(server: StreamServer, heroku: Heroku, _: EventLog) -> None:
        row = ROWS["builds.info"] | {"status": "failed", "output_stream_url": server.address("output")}
        server.rows[f"GET /apps/example/builds/{ID}"] = [row]
        body = b"".join(b"line %d\n" % number for number in range(100))
        server.plays = [Play((body,), kind="text/plain")] * 2
        with raises(errors.BuildFailed) as caught:
            await heroku.wait.build("example", ID)
        assert str(caught.value.build.id) == ID
        assert caught.value.lines == tuple(f"line {number}" for number in range(80, 100))
        assert "line 99" in str(caught.value)

    through(test)


def test_any_call() -> None:
    """A method of a resource or a list of all its items, at low priority; time and tokens are bounds."""

    async def test(server: StreamServer, heroku: Heroku, _: EventLog) -> None:
        app = ROWS["apps.info"]
        server.rows["GET /apps"] = [[app], [app, app]]
        found: Any = await heroku.wait(heroku.apps.list, until=lambda apps: len(apps) == 2)
        assert [one.name for one in found] == [app["name"]] * 2
        server.rows["GET /apps/example"] = [app]
        with raises(errors.WaitTimeout) as caught:
            await heroku.wait(heroku.apps.info, "example", until=lambda app: app.maintenance, timeout=20)
        assert caught.value.waited == 20
        assert caught.value.last.name == app["name"]
        before = len(server.calls)
        with raises(errors.WaitTimeout):
            await heroku.wait(heroku.apps.info, "example", until=lambda app: app.maintenance, tokens=3)
        assert len(server.calls) == before + 3
        with raises(errors.InvalidRequest) as wrong:
            await heroku.wait(heroku.apps.info, "example", until=lambda app: app.maintenance, every=(5, 1))
        assert wrong.value.field == "every[1]"

    through(test)


async def test_the_newest_release_by_default() -> None:
    """Without a release it is the newest one that is waited for."""
    async with StreamServer() as server:
        row = ROWS["releases.info"]
        server.rows["GET /apps/example/releases"] = [[row | {"version": 12}]]
        server.rows[f"GET /apps/example/releases/{row['id']}"] = [row | {"version": 12, "status": "succeeded"}]
        async with Heroku(TOKEN, base_url=server.url, pool=Pool()) as heroku:
            assert (await heroku.wait.release("example")).version == 12
