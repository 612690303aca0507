"""What the library reports of its work: events, one logger, the platform's warnings; and never a body."""

import json
import logging
import warnings
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from aioheroku import Credentials, Heroku, HerokuWarning, MemoryCache, Pool, Retry, errors, events
from aioheroku._clock import LoopClock
from aioheroku._http import Request, Response
from aioheroku._middleware.observe import Observe
from aioheroku._ratelimit.redis import RedisPool
from aioheroku.events import Answered, Event, Failed, Retried, Sent, Warned
from aioheroku.testing import Platform
from aioheroku.testing.faults import Answer, Unavailable, WithHeader
from tests._support.fakes import Clock, MakeRequest, Script, Serve
from tests._support.secrets import EventLog, raises
from tests._support.stream_errors import KINDS

TOKEN = "HRKU-s3cr3t-0000-1111"
ETAG = '"0123"'


def kinds() -> set[type[Event]]:
    """Those that users get: beside each is the class from which attrs has made it, until it is collected."""
    written = {kind.__name__ for kind in Event.__subclasses__() if kind.__module__.startswith("aioheroku.")}
    return {getattr(events, name) for name in written}


def service(request: web.Request) -> web.Response:
    """Refuses the first token, warns, knows an ETag, fails now and then, and shows config values."""
    if request.path == "/oauth/tokens":
        pair = {"access_token": {"token": f"{TOKEN}-2"}, "refresh_token": {"token": "s3cr3t-refresh"}}
        return web.json_response(pair, status=201)
    if request.headers["Authorization"] == f"Bearer {TOKEN}":
        headers = {"RateLimit-Remaining": "0"}
        return web.json_response({"id": "unauthorized", "message": "Expired."}, status=401, headers=headers)
    if request.path in ("/apps/gone", "/apps/busy"):
        return web.json_response({"id": "x", "message": "No."}, status=404 if request.path == "/apps/gone" else 503)
    headers = {"ETag": ETAG, "X-Heroku-Warning": "Old stack.", "RateLimit-Remaining": "7", "Request-Id": "r-1"}
    if request.headers.get("If-None-Match") == ETAG:
        return web.Response(status=304, headers=headers)
    return web.json_response({"PASSWORD": "s3cr3t-value"}, headers=headers)


class _Rushing(LoopClock):
    """A clock that is a hundred seconds later at each look: each wait for the pool is long, and none takes time."""

    seconds = 0.0

    def now(self) -> float:
        self.seconds += 100
        return self.seconds


async def test_every_event_occurs_without_secrets(serve: Serve) -> None:
    """Over the whole set: a session with secrets in token, query, headers, bodies and addresses emits each kind.

    Those of streams are brought about in tests/unit/_streams/test_stream_secrets.py.
    """
    told = EventLog()
    server = await serve(service)
    oauth = Credentials.oauth(TOKEN, refresh_token="s3cr3t-refresh", client_secret="s3cr3t-client")
    pool = Pool(clock=_Rushing())
    options: Any = {"cache": MemoryCache(), "on_event": told, "retry": Retry(attempts=2, base=0)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HerokuWarning)
        async with Heroku(oauth, base_url=server.url, pool=pool, **options) as heroku:
            view = heroku.using(headers={"X-Mine": "s3cr3t"}, label="nightly")
            await view.config_vars.update("example", {"PASSWORD": "s3cr3t-value"})
            for _ in range(2):
                await view.config_vars.info("example")
            await view.request("GET", "/x?key=s3cr3t", {"a": "s3cr3t"})
            for name in ("gone", "busy"):
                with raises(errors.APIError):
                    await view.apps.info(name)
        redis = RedisPool("redis://user:s3cr3t@127.0.0.1:9/0", account="s3cr3t-account")
        async with Heroku(f"{TOKEN}-2", base_url=server.url, pool=redis, on_event=told) as heroku:
            await heroku.config_vars.info("example")
        await redis.close()
    assert {type(event) for event in told} == kinds() - KINDS, "let the scenario above cause it"
    assert "s3cr3t" not in repr(told)
    assert {event.label for event in told} == {"nightly", None}


async def test_events_follow_a_call_to_its_end() -> None:
    """Sent, answered, retried, failed: with attempt, status, cause and ids, so that a call can be followed."""
    told = EventLog()
    async with (
        Platform(apps=1, seed=5) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool(), on_event=told) as heroku,
    ):
        platform.fault(Unavailable(retry_after=0))
        platform.fault(Answer(404, {"id": "not_found", "message": "No."}))
        with raises(errors.NotFound) as caught:
            await heroku.using(label="web").apps.info("example")
    about = ("GET", "/apps/{app}", "web")
    shapes = [(type(event), (event.method, event.path, event.label)) for event in told]
    assert shapes == [(kind, about) for kind in (Sent, Answered, Retried, Sent, Answered, Failed)]
    sent, answered, retried = told[0], told[1], told[2]
    assert (sent, retried) == (Sent(*about, 1), Retried(*about, 2, 0.0, "503"))
    assert isinstance(answered, Answered)
    assert (answered.status, answered.seconds >= 0, answered.size > 0) == (503, True, True)
    assert told[5] == Failed(*about, "NotFound", 404, caught.value.request_id)


async def test_each_retry_is_one_token_and_event() -> None:
    """The platform charges what the pool counts: a token per attempt, and an event for each after the first."""
    told = EventLog()
    pool = Pool()
    async with (
        Platform(apps=1, seed=5) as platform,
        Heroku(platform.token, base_url=platform.url, pool=pool, on_event=told) as heroku,
    ):
        platform.fault(Unavailable(retry_after=0), times=3)
        await heroku.apps.info(next(iter(platform.state.names)))
        assert platform.requests_total == 4
    assert pool.snapshot().used == 4
    assert [event.attempt for event in told if isinstance(event, Sent)] == [1, 2, 3, 4]
    assert [event.attempt for event in told if isinstance(event, Retried)] == [2, 3, 4]


@pytest.mark.parametrize("many", [False, True])
async def test_undecodable_response_emits_failed(many: bool, serve: Serve) -> None:
    """`DecodeError` ends a call as any error does: one object or a page of a list."""
    told = EventLog()
    server = await serve(lambda _: web.json_response([5] if many else {}, headers={"Request-Id": "r-1"}))
    async with Heroku("token", base_url=server.url, on_event=told) as heroku:
        with raises(errors.DecodeError):
            await (heroku.apps.list().all() if many else heroku.apps.info("example"))
    path = "/apps" if many else "/apps/{app}"
    assert told[-1] == Failed("GET", path, None, "DecodeError", 200, "r-1")


async def test_paging_error_emits_failed(serve: Serve) -> None:
    """A `PagingError` is an event as any other failure, whether the list is read item by item, at once or in part."""
    told = EventLog()

    def cut(_: web.Request) -> web.Response:
        return web.json_response([], status=206, headers={"Request-Id": "r-1"})

    server = await serve(cut)
    async with Heroku("token", base_url=server.url, on_event=told) as heroku:
        view = heroku.using(label="nightly")
        for read in (view.apps.list().all, view.apps.list().first, lambda: view.apps.list().all(parallel=2)):
            told.clear()
            with raises(errors.PagingError):
                await read()
            assert Failed("GET", "/apps", "nightly", "PagingError", None, "r-1") in told


async def test_a_listener_that_fails_harms_no_call(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """Its error is logged, and the call continues."""

    def listen(event: Event) -> None:
        raise ZeroDivisionError

    server = await serve(lambda _: web.json_response({}))
    async with Heroku("token", base_url=server.url, on_event=listen) as heroku:
        assert (await heroku.request("GET", "/apps")).status == 200
    assert "on_event failed at Sent" in caplog.text


# --- warnings -----------------------------------------------------------------------------------------------


def warned(*headers: tuple[str, str]) -> Response:
    from multidict import CIMultiDict

    return Response(200, CIMultiDict(headers), b"{}")


async def test_each_warning_is_emitted_once(script: type[Script], request_: MakeRequest) -> None:
    """Both headers, several of one, a leading "warning:" and line feeds: an event and a Python warning per text."""
    told = EventLog()
    send = script(
        warned(("X-Heroku-Warning", "Old  stack."), ("x-heroku-warning", "warning: Old route.")),
        warned(("Warning-Message", "Old stack."), ("Warning-Id", "w-1")),
        warned(("Warning-Message", "Old plan.\x1b[2J"), ("Warning-Id", "w-2")),
    )
    call = Observe(send, told.append)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(5):
            await call(request_())
    assert {warning.category for warning in caught} == {HerokuWarning}
    texts = ["Old stack.", "Old route.", "Old plan.\N{REPLACEMENT CHARACTER}[2J"]
    assert [str(warning.message) for warning in caught] == [f"GET /apps/{{app}}: {text}" for text in texts]
    about = ("GET", "/apps/{app}", None)
    ids = [None, None, "w-2"]
    assert [event for event in told if isinstance(event, Warned)] == [
        Warned(*about, text, id_) for text, id_ in zip(texts, ids, strict=True)
    ]


async def test_warning_points_at_the_caller(serve: Serve) -> None:
    """It points at the code that made the call, as a warning should, and with `-W error` no response is lost."""
    server = await serve(lambda _: web.json_response({}, headers={"X-Heroku-Warning": "Old stack."}))
    async with Heroku("token", base_url=server.url) as heroku:
        with pytest.warns(HerokuWarning, match="Old stack") as caught:
            await heroku.request("GET", "/apps")
    assert Path(caught[0].filename) == Path(__file__)
    async with Heroku("token", base_url=server.url) as heroku:  # here warnings are errors
        assert (await heroku.request("GET", "/apps")).status == 200


async def test_endless_warnings_use_bounded_memory(script: type[Script], request_: MakeRequest) -> None:
    """After a thousand texts a session reports no more of them."""
    told = EventLog()

    def send(number: int) -> Response:
        return warned(("X-Heroku-Warning", f"Warning number {number}."))

    call = Observe(script(*map(send, range(1100))), told.append)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HerokuWarning)
        for _ in range(1100):
            await call(request_())
    assert sum(isinstance(event, Warned) for event in told) == 1000


# --- the logger ---------------------------------------------------------------------------------------------


async def test_one_log_line_per_response(caplog: pytest.LogCaptureFixture) -> None:
    """`aioheroku` at DEBUG: verb, template, status, size and time, and a line for a call that failed. Never a body."""
    async with (
        Platform(apps=1, seed=5) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool()) as heroku,
    ):
        name = next(iter(platform.state.names))
        await heroku.config_vars.update(name, {"PASSWORD": "s3cr3t-value"})
        platform.fault(WithHeader("Content-Type", "text/html"))
        values = await heroku.config_vars.info(name)
        with raises(errors.NotFound):
            await heroku.apps.info("nobody-has-it")
    assert values["PASSWORD"] == "s3cr3t-value"
    lines = [record.getMessage() for record in caplog.records if record.name == "aioheroku"]
    assert [line.partition(",")[0] for line in lines] == [
        "PATCH /apps/{app}/config-vars: 200",
        "GET /apps/{app}/config-vars: 200",
        "GET /apps/{app}: 404",
        "GET /apps/{app}: NotFound",
    ]
    assert {record.levelno for record in caplog.records if record.name == "aioheroku"} == {logging.DEBUG}
    others = {record.name for record in caplog.records} - {"aioheroku"}
    assert not {name for name in others if name.startswith("aioheroku")}
    assert not [value for value in values.values() if len(value) > 8 and value in caplog.text]


async def test_unobserved_calls_are_not_measured(clock: Clock, request_: MakeRequest) -> None:
    """Without a listener it costs nothing: not even the clock is read."""

    async def send(request: Request) -> Response:
        return Response(200, {}, json.dumps({}).encode())

    clock.now = pytest.fail  # type: ignore[method-assign]
    logger = logging.getLogger("aioheroku")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        assert (await Observe(send, None, clock)(request_())).status == 200
    finally:
        logger.setLevel(level)
