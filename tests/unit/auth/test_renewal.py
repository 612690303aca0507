"""A renewal of OAuth tokens belongs to the credentials: no session, task, loop or process loses the new pair."""

import asyncio
import json
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from aioheroku import Credentials, Heroku, Pool, Retry, TokenPair, errors
from aioheroku._http import Response
from aioheroku._middleware.oauth import OAuthRefresh
from aioheroku.auth import _renewal as renewals
from aioheroku.auth._renewal import ABANDONED, Renewal, Renewals
from aioheroku.testing import Platform
from tests._support.fakes import MakeRequest, MakeResponse, Serve, Until
from tests._support.secrets import raises

BASE = "http://127.0.0.1"


class Tokens:
    """A token service that rotates: it gives the next pair for the current refresh token, once."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.number = 1
        self.renewals = 0
        self.refused = 0
        self.expired = False
        self.before = asyncio.Event()
        """Set: a renewal's request may leave; it waits for a token of the pool else."""
        self.after = asyncio.Event()
        """Set: the response to a renewal arrives; the platform has executed the request before."""
        self.before.set()
        self.after.set()

    async def __call__(self, request: Any) -> Any:
        if request.path != "/oauth/tokens":
            request.attempt.sent = True
            await asyncio.sleep(0)
            known = request.headers["Authorization"] == f"Bearer a{self.number}" and not self.expired
            return self.answer(200 if known else 401)
        await self.before.wait()
        request.attempt.sent = True
        if json.loads(request.body)["refresh_token"]["token"] != f"r{self.number}":
            self.refused += 1
            return self.answer(401, b'{"id": "unauthorized", "message": "Used already."}')
        self.number += 1
        self.renewals += 1
        self.expired = False
        pair = {"access_token": {"token": f"a{self.number}"}, "refresh_token": {"token": f"r{self.number}"}}
        await self.after.wait()
        return self.answer(201, json.dumps(pair).encode())


class NoWait:
    """A clock by which waiting takes no time."""

    now = wall = staticmethod(lambda: 0.0)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


def login(**options: Any) -> Credentials:
    """Credentials whose access token has expired."""
    return Credentials.oauth("a0", refresh_token="r1", client_secret="c", **options)


class Worker:
    """What a session has for renewals."""

    def __init__(self, send: Any, credentials: Credentials, request_: MakeRequest) -> None:
        self.renewals = Renewals()
        self.first = credentials.authorization
        self.send = OAuthRefresh(send, credentials, self.first, BASE, self.renewals, clock=NoWait())
        self.request = request_

    def call(self) -> "asyncio.Task[Response]":
        return asyncio.ensure_future(self.send(self.request(headers={"Authorization": self.first})))

    async def status(self) -> int:
        return (await self.call()).status


# --- sessions that close ------------------------------------------------------------------------------------------


async def test_closing_waits_for_the_new_pair(request_: MakeRequest, answer: MakeResponse, until: Until) -> None:
    """The request is in flight when the session closes: the pair is used, stored, and serves the other session."""
    stored: list[TokenPair] = []
    credentials, tokens = login(store=stored.append), Tokens(answer)
    one, other = Worker(tokens, credentials, request_), Worker(tokens, credentials, request_)
    tokens.after.clear()
    mine = one.call()
    await until(lambda: tokens.renewals)
    theirs = other.call()
    for _ in range(5):
        await asyncio.sleep(0)
    mine.cancel()
    closing = asyncio.ensure_future(one.renewals.close(60))
    await other.renewals.close(60)  # it has begun none: nothing to wait for
    for _ in range(5):
        await asyncio.sleep(0)
    assert not closing.done()
    tokens.after.set()
    await closing
    assert (await theirs).status == 200
    assert [(pair.access_token, pair.refresh_token) for pair in stored] == [("a2", "r2")]
    assert (tokens.renewals, credentials.pair().refresh_token) == (1, "r2")


async def test_closing_waits_for_the_store(request_: MakeRequest, answer: MakeResponse, until: Until) -> None:
    """A pair that is being stored is stored when `close` returns."""
    written: list[str] = []
    may = asyncio.Event()

    async def store(pair: TokenPair) -> None:
        await may.wait()
        written.append(pair.access_token)

    credentials, tokens = login(store=store), Tokens(answer)
    worker = Worker(tokens, credentials, request_)
    call = worker.call()
    await until(lambda: credentials.pair().access_token == "a2")
    closing = asyncio.ensure_future(worker.renewals.close(60))
    await asyncio.sleep(0)
    may.set()
    await closing
    assert written == ["a2"]
    assert (await call).status == 200


async def test_closing_waits_no_longer_than_it_may(
    request_: MakeRequest,
    answer: MakeResponse,
    until: Until,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A `store` that never returns holds up `close` for a few seconds; the log says so, and the pair is in use."""
    monkeypatch.setattr(renewals, "_STORING", 0.01)
    never = asyncio.Event()

    async def store(pair: TokenPair) -> None:
        await never.wait()

    credentials, tokens = login(store=store), Tokens(answer)
    worker = Worker(tokens, credentials, request_)
    call = worker.call()
    await until(lambda: credentials.pair().access_token == "a2")
    with caplog.at_level(logging.ERROR, "aioheroku"):
        await worker.renewals.close(0)
    assert "still being renewed" in caplog.text
    never.set()
    assert (await call).status == 200


async def test_a_renewal_that_has_not_left_is_cancelled(
    request_: MakeRequest, answer: MakeResponse, until: Until
) -> None:
    """While it waits for a token nothing can be lost: closing is quick, and the other session starts its own."""
    credentials, tokens, dry = login(), Tokens(answer), Tokens(answer)
    dry.before.clear()
    one, other = Worker(dry, credentials, request_), Worker(tokens, credentials, request_)
    mine = one.call()
    await until(lambda: one.renewals.begun)
    theirs = other.call()
    for _ in range(5):
        await asyncio.sleep(0)
    await one.renewals.close(60)
    assert (await theirs).status == 200
    assert (dry.renewals, tokens.renewals) == (0, 1)
    with raises(errors.SessionClosed):
        await mine
    with raises(errors.SessionClosed):  # it may begin none either
        await OAuthRefresh(dry, login(), one.first, BASE, one.renewals)(request_(headers={"Authorization": one.first}))


async def test_cancellation_stays_with_its_task(request_: MakeRequest, answer: MakeResponse, until: Until) -> None:
    """A renewal's task is cancelled: its session's calls end with `SessionClosed`, others renew by themselves."""
    credentials, tokens = login(), Tokens(answer)
    one, other = Worker(tokens, credentials, request_), Worker(tokens, credentials, request_)
    tokens.before.clear()
    mine = one.call()
    await until(lambda: one.renewals.begun)
    theirs = other.call()
    await asyncio.sleep(0)
    for renewal in one.renewals.begun:
        assert renewal.task is not None
        renewal.task.cancel()
    tokens.before.set()
    with raises(errors.SessionClosed):
        await mine
    assert (await theirs).status == 200


@pytest.mark.parametrize("how", ["awaited", "in a task", "with a limit"])
async def test_close_may_be_called_by_store(how: str, serve: Serve) -> None:
    """A callback that closes the session when the tokens change: `close` does not wait for its own caller."""
    made: list[Heroku] = []

    async def store(pair: TokenPair) -> None:
        heroku = made[0]
        if how == "awaited":
            await heroku.close()
        elif how == "in a task":
            await asyncio.create_task(heroku.close())
        else:
            await asyncio.wait_for(heroku.close(), 5)

    server = await serve(token_service())
    heroku = Heroku(login(store=store), base_url=server.url, retry=None, pool=Pool())
    made.append(heroku)
    with raises(errors.SessionClosed):
        await heroku.account.info()
    await heroku.close()
    names = [task.get_coro().__qualname__ for task in asyncio.all_tasks()]  # type: ignore[union-attr]
    assert not [name for name in names if "OAuth" in name]


def token_service() -> Callable[[web.Request], web.Response]:
    """Takes the access token a2 alone, and gives it for a refresh token."""

    def service(request: web.Request) -> web.Response:
        if request.path == "/oauth/tokens":
            pair = {"access_token": {"token": "a2"}, "refresh_token": {"token": "r2"}}
            return web.json_response(pair, status=201)
        fits = request.headers["Authorization"] == "Bearer a2"
        return web.json_response({"id": "x"}, status=200 if fits else 401)

    return service


async def test_connections_stay_open_for_a_renewal(until: Until) -> None:
    """`close` of a real session: new calls are refused, the renewal's response is read, then the connections close."""
    arrived, may = asyncio.Event(), asyncio.Event()

    async def service(request: web.BaseRequest) -> web.StreamResponse:
        if request.path != "/oauth/tokens":
            return web.json_response({"id": "unauthorized"}, status=401)
        arrived.set()
        await may.wait()
        pair = {"access_token": {"token": "a2"}, "refresh_token": {"token": "r2"}}
        return web.json_response(pair, status=201)

    stored: list[str] = []
    runner = web.ServerRunner(web.Server(service))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    heroku = Heroku(login(store=lambda pair: stored.append(pair.access_token)), base_url=f"http://{host}:{port}")
    call = asyncio.ensure_future(heroku.account.info())
    await arrived.wait()
    closing = asyncio.ensure_future(heroku.close())
    with raises(errors.SessionClosed):
        await call
    with raises(errors.SessionClosed):
        await heroku.account.info()
    assert not closing.done()
    may.set()
    await closing
    assert stored == ["a2"]
    await runner.cleanup()


async def test_an_empty_pool_does_not_hold_up_closing(serve: Serve) -> None:
    """A renewal that waits for a token of the pool ends at once, and so do the calls that wait for it."""
    server = await serve(lambda request: web.json_response({"id": "unauthorized"}, status=401))
    heroku = Heroku(login(), base_url=server.url, pool=Pool(capacity=2, refill_per_hour=1))
    with raises(errors.Unauthorized):
        await heroku.request("GET", "/apps")
    call = asyncio.create_task(heroku.request("GET", "/apps"))
    for _ in range(5):
        await asyncio.sleep(0)
    await asyncio.wait_for(heroku.close(), 5)
    with raises(errors.SessionClosed):
        await call


# --- loops and threads --------------------------------------------------------------------------------------------


def test_a_login_outlives_its_event_loop(request_: MakeRequest, answer: MakeResponse) -> None:
    """Credentials of a module are renewed in a second `asyncio.run`, though the first was left in a renewal."""
    credentials = login()

    async def first() -> None:
        tokens = Tokens(answer)
        tokens.before.clear()
        Worker(tokens, credentials, request_).call()
        for _ in range(5):
            await asyncio.sleep(0)

    async def second() -> int:
        return await Worker(Tokens(answer), credentials, request_).status()

    asyncio.run(first())
    assert asyncio.run(second()) == 200


def test_stopped_loop_blocks_nobody(
    request_: MakeRequest, answer: MakeResponse, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A renewal whose event loop stopped without cancelling it is abandoned, by those who come and those who wait."""
    monkeypatch.setattr(renewals, "_POLL", 0.01)
    credentials = login()
    tokens = Tokens(answer)
    tokens.before.clear()
    stopped = asyncio.new_event_loop()
    begun, waits = threading.Event(), threading.Event()

    async def first() -> None:
        Worker(tokens, credentials, request_).call()
        for _ in range(5):
            await asyncio.sleep(0)
        begun.set()
        await until(waits.is_set)

    async def second() -> int:
        call = Worker(Tokens(answer), credentials, request_).call()
        for _ in range(10):
            await asyncio.sleep(0)
        waits.set()
        return (await asyncio.wait_for(call, 5)).status

    thread = threading.Thread(target=stopped.run_until_complete, args=(first(),))
    thread.start()
    begun.wait(5)
    assert asyncio.run(second()) == 200
    thread.join(5)
    left = Renewal(credentials, stopped)
    renewals._under_way[credentials] = left
    assert asyncio.run(asyncio.wait_for(left.wait(), 5)) == ABANDONED
    for task in asyncio.all_tasks(stopped):
        task.cancel()
    stopped.run_until_complete(asyncio.sleep(0))
    stopped.close()


@pytest.mark.parametrize("ends", [False, True])
def test_threads_share_one_renewal(
    ends: bool, request_: MakeRequest, answer: MakeResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two event loops in two threads: the second waits for the first's renewal, or renews when that loop has ended."""
    monkeypatch.setattr(renewals, "_POLL", 0.01)
    credentials = login()
    begun, waits = threading.Event(), threading.Event()
    statuses: list[int] = []
    shared: list[Tokens] = []

    async def first() -> None:
        tokens = Tokens(answer)
        shared.append(tokens)
        tokens.before.clear()
        call = Worker(tokens, credentials, request_).call()
        while not waits.is_set():
            await asyncio.sleep(0)
            if renewals._under_way:
                begun.set()
        if ends:
            call.cancel()
            return  # the loop ends, and the renewal with it
        tokens.before.set()
        statuses.append((await call).status)

    async def second() -> None:
        begun.wait(5)
        tokens = Tokens(answer)
        if not ends:
            tokens.number = 2  # what the first one's renewal will have made valid
        call = Worker(tokens, credentials, request_).call()
        for _ in range(10):
            await asyncio.sleep(0)
        waits.set()
        statuses.append((await call).status)
        shared.append(tokens)

    threads = [threading.Thread(target=asyncio.run, args=(main(),)) for main in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert statuses == ([200] if ends else [200, 200])
    assert [tokens.renewals for tokens in shared] == ([0, 1] if ends else [1, 0])
    assert not renewals._under_way


# --- two processes, one login -------------------------------------------------------------------------------------


def asynchronous(function: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    async def call(*args: Any) -> Any:
        await asyncio.sleep(0)
        return function(*args)

    return call


@pytest.mark.parametrize("wrap", [lambda function: function, asynchronous], ids=["plain", "coroutine"])
async def test_a_newer_stored_pair_is_used(wrap: Any, request_: MakeRequest, answer: MakeResponse) -> None:
    """Another process has renewed the login: its pair is taken from the store, and no refresh token is spent."""
    stored: list[TokenPair] = []
    tokens = Tokens(answer)
    tokens.number = 5
    credentials = login(load=wrap(lambda: TokenPair("a5", "r5")), store=wrap(stored.append))
    worker = Worker(tokens, credentials, request_)
    assert [(await call).status for call in [worker.call() for _ in range(10)]] == [200] * 10
    assert (tokens.renewals, tokens.refused, stored) == (0, 0, [])
    assert (credentials.pair().access_token, credentials.pair().refresh_token) == ("a5", "r5")


@pytest.mark.parametrize("kept", [None, TokenPair("a0", "r1")])
async def test_stale_token_is_refreshed(kept: TokenPair | None, request_: MakeRequest, answer: MakeResponse) -> None:
    """An empty store, or one with the pair that was just refused: the refresh token is spent, and `store` called."""
    stored: list[TokenPair] = []
    tokens = Tokens(answer)
    worker = Worker(tokens, login(load=lambda: kept, store=stored.append), request_)
    assert await worker.status() == 200
    assert (tokens.renewals, [pair.refresh_token for pair in stored]) == (1, ["r2"])


async def test_a_stored_pair_may_be_older(request_: MakeRequest, answer: MakeResponse) -> None:
    """After a failed `store`, `load` returns a pair that was replaced here: it is not used again."""
    tokens = Tokens(answer)
    worker = Worker(tokens, login(load=lambda: TokenPair("a0", "r1")), request_)
    assert await worker.status() == 200
    tokens.expired = True
    assert await worker.status() == 200
    assert (tokens.renewals, tokens.refused) == (2, 0)


async def test_a_stored_pair_may_have_expired(request_: MakeRequest, answer: MakeResponse) -> None:
    """The access token of the newer pair is refused too: its refresh token is spent, in the same call."""
    tokens = Tokens(answer)
    tokens.number = 5
    worker = Worker(tokens, login(load=lambda: TokenPair("expired", "r5")), request_)
    assert await worker.status() == 200
    assert (tokens.renewals, tokens.refused) == (1, 0)


async def test_lost_refresh_race_keeps_the_login(request_: MakeRequest, answer: MakeResponse) -> None:
    """Both processes spend the refresh token at once: the one that is refused takes the pair of the other."""
    tokens = Tokens(answer)
    tokens.number = 2  # the other was quicker
    given = [None, None, TokenPair("a2", "r2")]
    worker = Worker(tokens, login(load=lambda: given.pop(0)), request_)
    assert await worker.status() == 200
    assert (tokens.renewals, tokens.refused) == (0, 1)


def no_store() -> TokenPair:
    raise OSError("postgres://u:s3cr3t@db is away")


@pytest.mark.parametrize(
    ("load", "words"),
    [(no_store, "OSError"), (lambda: ("a", "r"), "TypeError"), (lambda: TokenPair("a b", "r"), "no token has")],
)
async def test_unreadable_store_spends_no_refresh(
    load: Any, words: str, request_: MakeRequest, answer: MakeResponse, watch: Any
) -> None:
    """It is unknown whether our refresh token is the current one: the call ends with the reason."""
    tokens = Tokens(answer)
    with raises(errors.Unauthorized) as caught:
        await Worker(tokens, login(load=load), request_).call()
    assert words in str(caught.value)
    assert "s3cr3t" not in str(caught.value)
    assert (tokens.renewals, tokens.refused) == (0, 0)
    watch.leaks.clear()  # the log has the traceback of the caller's own function


async def test_callbacks_may_use_the_session(serve: Serve) -> None:
    """A call of `load` with the token that was refused, or of `store`, is a call: it does not wait for itself."""
    made: list[Heroku] = []
    seen: list[str] = []

    async def load() -> None:
        try:
            await made[0].request("GET", "/config-of-load")
        except errors.Unauthorized:
            seen.append("load")

    async def store(pair: TokenPair) -> None:
        seen.append(f"store {(await made[0].request('GET', '/config-of-store')).status}")

    server = await serve(token_service())
    async with Heroku(login(load=load, store=store), base_url=server.url, pool=Pool()) as heroku:
        made.append(heroku)
        assert (await heroku.request("GET", "/account")).status == 200
    assert seen == ["load", "store 200"]


async def test_two_workers_share_a_login() -> None:
    """Two processes' credentials and one store, on a platform that rotates refresh tokens, for six expiries."""
    now = [1_400_000_000.0]
    kept: list[TokenPair] = []
    async with (
        Platform(apps=1, seed=1, clock=lambda: now[0]) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool()) as owner,
    ):
        client = await owner.oauth_clients.create(name="dashboard", redirect_uri="https://example.com/callback")
        grant = await owner.oauth_authorizations.create(scope=["global"], client=str(client.id))
        assert grant.grant is not None
        issued = await owner.oauth_tokens.create(
            client={"secret": client.secret}, grant={"type": "authorization_code", "code": grant.grant.code}
        )
        kept.append(TokenPair(issued.access_token.token, issued.refresh_token.token))

        def worker() -> Heroku:
            credentials = Credentials.oauth(
                kept[-1].access_token,
                refresh_token=kept[-1].refresh_token,
                client_secret=client.secret,
                load=lambda: kept[-1],
                store=kept.append,
            )
            return Heroku(credentials, base_url=platform.url, pool=Pool(), retry=Retry(base=0))

        async with worker() as one, worker() as two:
            for turn in range(5):
                first, second = (one, two) if turn % 2 else (two, one)
                now[0] += 30_000
                assert await first.account.info() == await second.account.info()
            now[0] += 30_000
            await asyncio.gather(*(session.account.info() for session in (one, two) * 5))
    assert len(kept) == 7


@pytest.mark.parametrize(
    ("status", "looked"), [(400, True), (401, True), (499, True), (302, False), (500, False), (503, False)]
)
async def test_the_store_is_read_again_after_4xx(
    status: int, request_: MakeRequest, answer: MakeResponse, *, looked: bool
) -> None:
    """A refresh token that is refused may have been spent by another process; a server's error says nothing of that."""
    loads: list[bool] = []
    worker: Worker

    async def refuse(request: Any) -> Any:
        request.attempt.sent = True
        return answer(401 if request.path != "/oauth/tokens" else status)

    def load() -> TokenPair:
        loads.append(next(iter(worker.renewals.begun)).may_be_spent)
        return TokenPair("a0", "r1")

    worker = Worker(refuse, login(load=load), request_)
    with raises(errors.Unauthorized):
        await worker.call()
    assert (len(loads) > 1) is looked
    assert not any(loads)  # refused: closing the session meanwhile loses no pair
