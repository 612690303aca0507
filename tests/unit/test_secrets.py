"""What opens everything never shows: in no record, event, error, traceback, repr or pickle."""

import asyncio
import base64
import logging
import pickle
import re
import reprlib
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from aiohttp import web
from rich.pretty import pretty_repr

from aioheroku import (
    Credentials,
    DiskCache,
    Failed,
    Heroku,
    Journal,
    MemoryCache,
    Pool,
    Range,
    Retry,
    TokenPair,
    errors,
    resources,
)
from aioheroku._codec.hints import fields_of, is_model, members
from aioheroku._middleware.observe import ReportFailures
from aioheroku._middleware.read_only import ReadOnly
from aioheroku._ratelimit.redis import RedisPool
from aioheroku._strings import Masked
from aioheroku.auth._credentials import Refresh
from aioheroku.cache import Entry
from aioheroku.errors import DecodeError, HerokuError
from aioheroku.testing import Platform
from tests._support.fakes import Serve, Until, make_request
from tests._support.secrets import EventLog, Watch, raises
from tests._support.stream_errors import CASES as STREAMS
from tests._support.stream_server import ROWS
from tests._support.wire import Wire

SECRET = "s3cr3t"
TOKEN = f"HRKU-{SECRET}-0000-1111"


def _leaks(watch: Watch) -> list[str]:
    """What was found until now; the test that planted it does not fail of it."""
    leaks = watch.leaks.copy()
    watch.leaks.clear()
    return leaks


def test_a_leak_in_a_record_is_found(watch: Watch) -> None:
    """The records of every logger are read, and what `exc_info` adds to them."""
    logging.getLogger("any.other").debug("the token is %s", TOKEN)
    logging.getLogger("any.other").error("it failed", exc_info=ValueError(TOKEN))
    assert [TOKEN in leak for leak in _leaks(watch)] == [True, True]


async def test_a_leak_in_an_event_is_found(serve: Serve, watch: Watch) -> None:
    """Events that a test listens to are read as they come, whatever becomes of them."""
    server = await serve(lambda _: web.json_response({}))
    async with Heroku("token", base_url=server.url, on_event=EventLog()) as heroku:
        await heroku.using(label=TOKEN).request("GET", "/apps")
    sent, answered = _leaks(watch)
    assert sent.startswith("Sent(")
    assert answered.startswith("Answered(")


def test_a_leak_in_an_expected_error_is_found(watch: Watch) -> None:
    """An error that a test expects is read: its text and its repr, its notes, its causes."""
    with raises(DecodeError):
        raise DecodeError("App.name", "AKIA0123456789ABCDEF")
    with raises(DecodeError):
        raise DecodeError("App.name", "no text") from ValueError(f"Bearer {TOKEN}")
    with raises(DecodeError):
        error = DecodeError("App.name", "no text")
        error.add_note(TOKEN)
        raise error
    first, second, third = _leaks(watch)
    assert "AKIA" in first
    assert second.startswith(f"ValueError: Bearer {TOKEN} ")
    assert TOKEN in third


async def test_a_leak_in_the_error_of_a_call_is_found(watch: Watch) -> None:
    """An error that ends a call is read even if no test looks at it: with the cause that a traceback would print."""

    async def send(request: Any) -> Any:
        raise errors.ConnectionLost("It broke.", "GET", "/apps") from ValueError(f"Bearer {TOKEN}")

    with suppress(errors.ConnectionLost):
        await ReportFailures(send)(make_request())
    (leak,) = _leaks(watch)
    assert leak.startswith(f"ValueError: Bearer {TOKEN} ")


Call = Callable[[Heroku], Awaitable[Any]]
WRITE: Call = lambda heroku: heroku.config_vars.update("example", {"PASSWORD": f"{SECRET}-value"})  # noqa: E731
READ: Call = lambda heroku: heroku.config_vars.info("example")  # noqa: E731
LIST: Call = lambda heroku: heroku.apps.list().all()  # noqa: E731
BODY = {"id": "x", "message": "No.", "PASSWORD": 5}


def told(status: int, body: Any = None, **headers: str) -> Callable[[], web.Response]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: web.json_response({"id": "x"} if body is None else body, status=status, headers=names)


CASES: list[tuple[type[HerokuError], Call, Callable[[], web.Response] | None]] = [
    (errors.NotModified, WRITE, lambda: web.Response(status=304)),
    (errors.BadRequest, WRITE, told(400)),
    (errors.Unauthorized, WRITE, told(401)),
    (errors.Delinquent, WRITE, told(402)),
    (errors.Forbidden, WRITE, told(403, Oauth_Scope="read", Oauth_Scope_Accepted="global")),
    (errors.Suspended, WRITE, told(403, {"id": "suspended"})),
    (errors.TwoFactorRequired, WRITE, told(403, {"id": "two_factor"})),
    (errors.NotFound, WRITE, told(404)),
    (errors.NotAcceptable, WRITE, told(406)),
    (errors.Conflict, WRITE, told(409)),
    (errors.Gone, WRITE, told(410)),
    (errors.PreconditionFailed, WRITE, told(412)),
    (errors.RangeNotSatisfiable, LIST, told(416)),
    (errors.APIError, WRITE, told(418)),
    (errors.InvalidParams, WRITE, told(422)),
    (errors.VerificationNeeded, WRITE, told(422, {"id": "verification_needed"})),
    (errors.ConfirmationRequired, WRITE, told(423, X_Confirmation_Required="example")),
    (errors.RateLimited, WRITE, told(429)),
    (errors.InternalServerError, WRITE, told(500)),
    (errors.ServerError, WRITE, told(502)),
    (errors.ServiceUnavailable, WRITE, told(503)),
    (errors.DecodeError, READ, told(200, {"PASSWORD": [f"{SECRET}-value"]})),
    (errors.DecodeError, LIST, told(200, [{"name": [f"{SECRET}-value"]}])),
    (errors.PagingError, LIST, told(206, [])),
    (errors.InvalidRequest, lambda heroku: heroku.config_vars.update("example", {"A": [SECRET]}), None),  # type: ignore[dict-item]
    (errors.InvalidRequest, lambda heroku: heroku.request("POST", "/apps", {"a": SECRET.encode()}), None),
    (errors.InvalidRequest, lambda heroku: heroku.using(headers={"X": f"{SECRET}\n"}).account.info(), None),
    (errors.ReadOnlyError, WRITE, None),
    (errors.DryRun, lambda heroku: WRITE(heroku.using(dry_run=True)), None),
    (errors.SessionClosed, WRITE, None),
    (errors.RateLimitWait, WRITE, None),
    (errors.ConnectError, WRITE, None),
    (errors.ConnectTimeout, WRITE, None),
    (errors.ReadTimeout, WRITE, None),
    (errors.ConnectionLost, WRITE, None),
    (errors.AnswerTooLarge, READ, told(200, {"PASSWORD": f"{SECRET}-value" * 100})),
]


FIELDS = re.compile(
    r"code|headers|secret|\w*(password|private_key|shared_key|token)|(\w+_)?(attach|blob|drain|get|input|logplex|put|stream)_url"
)
"""Names of attributes that say that the value is a secret, whatever model has them."""


def test_secret_attributes_are_declared() -> None:
    """An attribute whose name says that it is a secret is masked in the repr of its model."""
    found = {
        f"{model.__name__}.{field}": field in model.secrets__
        for model in (getattr(resources, name) for name in dir(resources))
        if is_model(model)
        for field, hint in fields_of(model).items()
        if FIELDS.fullmatch(field) and not any(kind is int or is_model(kind) for kind in members(hint))
    }
    assert len(found) > 20
    assert [name for name, masked in found.items() if not masked] == [], "declare it as `secret()`"


def test_every_class_of_error_is_among_the_cases() -> None:
    """A test over the set: the next class cannot be forgotten. Those of streams have a test of their own."""
    bases = {"HerokuError", "HerokuWarning", "NotSent", "ConnectionFailed", "RateLimitExceeded"}
    bases |= {"StreamError"} | {kind.__name__ for kind in STREAMS}
    bases |= {"JournalMismatch", "FailedEarlier", "OutcomeUnknown"}  # of campaigns: the next test has the first two
    bases |= {"InvalidDelivery", "MissingSignature", "WebhookRejected", "WrongSignature"}  # of tests/unit/webhooks
    assert {kind.__name__ for kind, _, _ in CASES} | bases == set(errors.__all__), "add a case to CASES above"


async def test_no_error_of_campaigns_gives_anything_away(serve: Serve, tmp_path: Any) -> None:
    """A write that failed with a secret in its arguments, in the next run too; a file that is not a journal."""
    account = ROWS["account.info"]
    server = await serve(
        lambda request: (
            web.json_response(account) if request.path == "/account" else web.json_response({"id": "x"}, status=404)
        )
    )
    async with Heroku(TOKEN, base_url=server.url, pool=Pool(), retry=None) as heroku:
        path = tmp_path / "journal"

        async def write(app: str) -> Any:
            return await heroku.config_vars.update(app, {"PASSWORD": f"{SECRET}-value"})

        for kind in (errors.NotFound, errors.FailedEarlier):
            journal = Journal(path, retry_failed=False)
            async with heroku.each(write, ["example"], journal=journal) as outcomes:
                (outcome,) = [one async for one in outcomes]
            assert isinstance(outcome, Failed)
            assert type(outcome.error) is kind
            assert SECRET not in f"{outcome.error} {outcome!r} {pickle.dumps(outcome.error)!r}"
        path.write_text(f"{SECRET}\n")
        with raises(errors.JournalMismatch) as caught:
            async with heroku.each(write, ["example"], journal=Journal(path)) as outcomes:
                pass
        assert SECRET not in f"{caught.value} {pickle.dumps(caught.value)!r}"


async def spoiled(heroku: Heroku, kind: type[HerokuError]) -> None:
    """Bring about what no response can."""
    if kind is errors.ReadOnlyError:
        heroku._core.send = ReadOnly(heroku._core.send)
    elif kind is errors.SessionClosed:
        await heroku.close()
    elif kind is errors.AnswerTooLarge:
        heroku._core.transport.max_body = 100
    elif kind in (errors.RateLimitWait, errors.ConnectTimeout, errors.ReadTimeout, errors.ConnectionLost):
        made: Any = kind

        async def send(request: Any) -> Any:
            raise made(5.0) if kind is errors.RateLimitWait else made("It broke.", request.method, request.path)

        heroku._core.send = heroku._view.call = send


@pytest.mark.parametrize(("kind", "call", "answer"), CASES, ids=lambda value: getattr(value, "__name__", "-"))
async def test_no_error_gives_anything_away(
    kind: type[HerokuError], call: Call, answer: Callable[[], web.Response] | None, serve: Serve
) -> None:
    """Text, repr, fields, pickle and traceback of each class, from a session in which everything is a secret.

    Only what the platform itself wrote into an error's keys is handed on. A traceback that shows the variables of
    its frames shows bodies, but not the token.
    """
    server = await serve(lambda request: answer() if answer is not None else web.Response())
    url = "http://127.0.0.1:9" if kind is errors.ConnectError else server.url
    credentials = Credentials.oauth(TOKEN, refresh_token=f"{SECRET}-r", client_secret=f"{SECRET}-c")
    heroku = Heroku(credentials, base_url=url, pool=Pool(), retry=None)
    await spoiled(heroku, kind)
    with raises(kind) as caught:
        await call(heroku.using(headers={"X-Mine": f"{SECRET}-header"}) if kind is not errors.SessionClosed else heroku)
    error = caught.value
    assert type(error) is kind
    shown = [str(error), repr(error), repr(vars(error)), repr(error.args), repr(pickle.dumps(error))]
    stack = traceback.TracebackException.from_exception(error, capture_locals=True)
    lines = [line for line in stack.format() if __file__ not in line]
    assert len(lines) > 2
    assert SECRET not in "".join(shown)
    for secret in (TOKEN, f"{SECRET}-r", f"{SECRET}-c"):
        assert secret not in "".join(lines)
    plain = [line for line in traceback.format_exception(error) if __file__ not in line]
    assert SECRET not in "".join(plain)
    await heroku.close()


# Longer than what error trackers and rich show of a string: they cut it by slicing, and show the piece.
LONG = f"HRKU-{SECRET}-" + "0123456789" * 8
NEEDLES = (f"HRKU-{SECRET}", base64.b64encode(f":{LONG}".encode()).decode()[:40])


def shown_by_frames(error: BaseException | None) -> str:
    """The variables of all frames but the tests' own, as a traceback prints them, cut or not; of its causes too."""
    text = ""
    while error is not None:
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename != __file__:
                for value in trace.tb_frame.f_locals.values():
                    text += repr(value) + pretty_repr(value, max_length=10, max_string=80) + reprlib.repr(value)
            trace = trace.tb_next
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return text


ENTRANCES: list[Callable[[str], object]] = [
    Heroku,
    Credentials.bearer,
    Credentials.basic,
    lambda token: Credentials("bearer", Masked(token)),
    lambda token: Credentials.oauth(token, refresh_token="r", client_secret="c"),
    lambda token: Credentials.oauth("a", refresh_token=token, client_secret="c"),
    lambda token: Credentials.oauth("a", refresh_token="r", client_secret=token),
    lambda token: Credentials.environment({"HEROKU_API_KEY": token, "OTHER": token}),
    lambda token: Credentials.environment({"OTHER": token, "NETRC": "/nowhere"}),
    lambda token: Credentials.oauth("a", refresh_token="r", client_secret="c").renewed(token, "r"),
    lambda token: Credentials.oauth("a", refresh_token="r", client_secret="c").renewed("b", token),
    lambda token: Heroku(token.strip(), base_url=5),  # type: ignore[arg-type]
    lambda token: Heroku(token.strip(), timeout=-1),
    lambda token: Heroku("t").using(headers={"Authorization": token + "\n"}),
]


@pytest.mark.parametrize("spoil", ["{}\n", " {}", "{}\u00e4", "{}\ud800"])
@pytest.mark.parametrize("make", ENTRANCES)
def test_rejected_token_is_not_shown(make: Callable[[str], object], spoil: str) -> None:
    """A line feed at the end is the commonest mistake: no frame of the library shows what came in."""
    with raises(errors.InvalidRequest) as caught:
        make(spoil.format(LONG))
    text = shown_by_frames(caught.value) + str(caught.value) + repr(caught.value)
    assert not [needle for needle in NEEDLES if needle in text]


@pytest.mark.parametrize("end", ["reset", "refused", "html", "cancelled"])
@pytest.mark.parametrize("make", [Credentials.bearer, Credentials.basic], ids=["bearer", "basic"])
async def test_long_tokens_are_not_shown_in_part(
    make: Callable[[str], Credentials], end: str, wire: Wire, until: Until
) -> None:
    """A request under way: no piece of its Authorization header is among the variables of any frame."""
    answers = {"refused": b"401 No", "html": b"200 OK"}
    if end in answers:
        wire.answers.append(b"HTTP/1.1 " + answers[end] + b"\r\nContent-Length: 6\r\n\r\n<html>")
    if end == "cancelled":
        wire.answers.append(b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n<html>")
    async with Heroku(make(LONG), base_url=wire.url, pool=Pool(), retry=None) as heroku:
        call = asyncio.create_task(heroku.apps.info("example"))
        if end == "cancelled":
            await until(lambda: wire.heads)
            call.cancel()
        with raises(asyncio.CancelledError if end == "cancelled" else HerokuError) as caught:
            await call
    text = shown_by_frames(caught.value)
    assert ("'***'" in text) == (end == "cancelled")  # there was something to see
    assert not [needle for needle in NEEDLES if needle in text]


def test_a_session_half_made_has_a_repr() -> None:
    """A traceback that shows variables shows `self` of a constructor that failed."""
    with raises(errors.InvalidRequest) as caught:
        Heroku(TOKEN, base_url="nowhere")
    assert "<Heroku, not ready>" in shown_by_frames(caught.value)


async def test_no_repr_gives_anything_away(tmp_path: Any, serve: Serve) -> None:
    """Whatever a program may print or log of a session and its parts, secrets are masked in it."""
    server = await serve(lambda _: web.json_response({"PASSWORD": f"{SECRET}-value"}, headers={"ETag": '"e"'}))
    credentials = Credentials.oauth(TOKEN, refresh_token=f"{SECRET}-r", client_secret=f"{SECRET}-c")
    disk = DiskCache(tmp_path / "kept")
    memory = MemoryCache()
    redis = RedisPool(f"redis://user:{SECRET}@127.0.0.1:9/0", account=f"{SECRET}-account")
    heroku = Heroku(credentials, base_url=server.url, pool=redis, cache=memory, two_factor=lambda: SECRET)
    async with heroku.using(headers={"X-Mine": SECRET}) as view:
        with view.capture() as replies:
            values = await view.config_vars.info("example")
    other = Heroku(Credentials.basic(TOKEN), base_url=server.url, cache=disk)
    await other.config_vars.info("example")
    await other.close()
    await redis.close()
    things = [
        credentials, credentials.refresh, credentials.authorization, credentials.pair(), Credentials.basic(TOKEN),
        TokenPair(TOKEN, SECRET), Refresh(SECRET, SECRET), Entry('"e"', 200, (("X", SECRET),), SECRET.encode()),
        heroku, view, view._core, view._view, view._core.transport, view._core.send, view.config_vars, redis,
        redis.snapshot(), str(redis.snapshot()), memory, disk, replies, values, Range(), Retry(),
        heroku.apps.list(), vars(heroku), attributes_of(memory),
    ]  # fmt: skip
    assert values["PASSWORD"] == f"{SECRET}-value"
    for thing in things:
        assert SECRET not in repr(thing), type(thing)


def attributes_of(thing: Any) -> list[object]:
    return [getattr(thing, name) for name in thing.__slots__ if name != "__weakref__"]


async def test_secret_urls_are_masked() -> None:
    """An address that gives access to a log, a dyno or a slug can be read, but is not printed."""
    async with (
        Platform(apps=2, seed=5) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool()) as heroku,
    ):
        name = next(iter(platform.state.names))
        log = await heroku.log_sessions.create(name, lines=1)
        assert log.logplex_url.startswith("http")
        assert log.logplex_url not in repr(log)
        dyno = await heroku.dynos.create(name, command="bash", attach=True)
        assert dyno.attach_url
        assert dyno.attach_url not in repr(dyno)
        slug = await heroku.slugs.create(name, process_types={"web": "x"})
        assert slug.blob.url not in repr(slug)
