"""The simulated platform: a server on loopback that keeps state and behaves as the wire does."""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Self

from aiohttp import web
from attrs import evolve

from aioheroku.testing._data.generate_apps import populate
from aioheroku.testing._dates import RetryForm
from aioheroku.testing._fault_rules import FaultRule, respond
from aioheroku.testing._http.context import RawRequest
from aioheroku.testing._http.deliveries import Deliverer
from aioheroku.testing._http.record import Record
from aioheroku.testing._http.response import Response
from aioheroku.testing._http.routing import Route, Router
from aioheroku.testing._http.server import Server, head, is_loopback, receive, send
from aioheroku.testing._http.service import Service
from aioheroku.testing._http.stream_paths import kind_of
from aioheroku.testing._options import check
from aioheroku.testing._resources import ROUTES
from aioheroku.testing._state.clock import Clock
from aioheroku.testing._state.state import State
from aioheroku.testing._state.token_bucket import Refill, TokenBucket
from aioheroku.testing._streams.log_writer import LogWriter
from aioheroku.testing._streams.server import StreamServer
from aioheroku.testing._thread import ServingThread
from aioheroku.testing.behavior import Behavior
from aioheroku.testing.faults import Fault

__all__ = ["Platform", "Record"]

EMAIL = "username@example.com"
KEPT = 100_000
_ROUTER = Router(ROUTES)  # made once: every test makes its own platform


class Platform:
    """A stand-in for Heroku's Platform API on loopback.

    *apps* is the size of the fleet that the default account can see, generated from *seed* (0 by default). *token* is
    the default account's; unless it or a seed is given, tokens are random. The account's token pool holds
    *capacity* tokens, *remaining* of them at the start, and is refilled with *refill_per_hour*, continuously or in one
    step a minute; every other account has a pool of the same kind. *clock* gives seconds and may be virtual: it drives
    pools and dates, but not the *latency* (seconds, or a range of them), which is slept in real time. A 429 has a
    Retry-After only if *retry_after* names its form. With *local_commands*, one-off dynos run real commands of this
    machine instead of scripted programs.

    Use it as an async context manager, or in its own thread through `in_thread`. While it listens on loopback, as it
    does by default, it serves only requests whose `Host` is a loopback name (421). `state` holds everything it knows;
    tests may read and write it. ValueError for an argument that is not usable.
    """

    def __init__(
        self,
        *,
        apps: int = 0,
        seed: int | None = None,
        token: str | None = None,
        capacity: int = 2400,
        refill_per_hour: float = 1200,
        remaining: int | None = None,
        refill: Refill = "continuous",
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] | None = None,
        latency: float | tuple[float, float] = 0.0,
        retry_after: RetryForm | None = None,
        local_commands: bool = False,
    ) -> None:
        check(
            apps=apps,
            token=token,
            capacity=capacity,
            refill_per_hour=refill_per_hour,
            remaining=remaining,
            refill=refill,
            port=port,
            latency=latency,
            retry_after=retry_after,
        )
        secret = secrets.token_hex(16) if seed is None else str(seed)
        seed = seed or 0
        self._clock = Clock(clock)

        def bucket() -> TokenBucket:
            return TokenBucket(capacity, refill_per_hour, refill=refill, level=capacity, now=self._clock.seconds())

        self.state = State(self._clock.now, self._clock.seconds, seed, secret, bucket)
        self.latency = latency
        self.requests: deque[Record] = deque(maxlen=KEPT)
        self.requests_total = 0
        self.refused = 0
        self.in_flight = 0
        self.peak_in_flight = 0
        self._service = Service(self.state, _ROUTER, Random(f"requests {seed}"), retry_after)
        self._account = self.state.account(EMAIL, name="Tina Edmonds")
        self._token = token or self.state.token(self._account)
        self.state.admit(self._token, self._account)
        self._rules: list[FaultRule] = []
        self._rng = Random(f"faults {seed}")
        self._host, self._port = host, port
        self._runner: web.ServerRunner | None = None
        self._thread = ServingThread()
        self._deliverer = Deliverer(self.state)
        self._streams = StreamServer(self.state, self._matching_faults, local_commands)
        populate(self.state, self._account, apps)
        if remaining is not None:
            self.remaining = remaining

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end; RuntimeError before it was started."""
        if self._runner is None:
            raise RuntimeError("the platform is not running: `await platform.start()` or `async with platform`")
        host, port = self._runner.addresses[0][:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def token(self) -> str:
        """A token of the default account: the given one, or one derived from a given seed, or a random one."""
        return self._token

    @property
    def email(self) -> str:
        """The e-mail of the default account."""
        return self._account.row["email"]

    @property
    def password(self) -> str:
        """The password of the default account, which is required to change its e-mail or password."""
        return self._account.password

    @property
    def remaining(self) -> int:
        """Whole tokens in the default account's pool."""
        return self._account.bucket.remaining(self.state.clock())

    @remaining.setter
    def remaining(self, tokens: float) -> None:
        self._account.bucket.set(tokens, self.state.clock())

    @property
    def authority(self) -> Path | None:
        """The PEM file of the authority that attached dynos are verified with; None if `cryptography` is missing."""
        return self._streams.authority

    def logs(self, app: str) -> LogWriter:
        """Writes lines into the log of the app with this id or name; LookupError if there is no such app."""
        return LogWriter(self.state, self.state.known(app), self._thread.run)

    def drain(self) -> None:
        """Empty the default account's pool."""
        self.remaining = 0

    def account(self, email: str) -> str:
        """A token of the account with this e-mail, which is created if there is none."""
        return self.state.token(self.state.account(email))

    def new_token(self, email: str | None = None, *, expires_in: float | None = None) -> str:
        """Another token of the account with this e-mail (or the default one); `expires_in` is in seconds."""
        return self.state.new_token(self._account if email is None else self.state.account(email), expires_in)

    def expire(self, token: str) -> None:
        """This token is refused with 401 from now on."""
        self.state.withdraw(token)

    def behavior(self, app: str | None = None) -> Behavior:
        """How builds, releases and dynos turn out: of the app with this id or name, or of all others (None).

        Change its attributes. An app's own begins as a copy of the one for all; LookupError if there is no such app.
        """
        if app is None:
            return self.state.behavior
        known = self.state.known(app)
        if known.behavior is None:
            known.behavior = evolve(self.state.behavior)
        return known.behavior

    def advance(self, seconds: float) -> None:
        """Let this much of the platform's time pass at once: builds end, dynos start, pools refill, tokens expire."""
        self._clock.advance(seconds)
        self._thread.run(self._pass)

    async def delivered(self) -> None:
        """Wait until no attempt to deliver to a webhook is in progress."""
        await self._deliverer.idle()

    def clear_requests(self) -> None:
        """Forget the requests seen so far, and their counts."""
        self.requests.clear()
        self.requests_total = self.refused = 0
        self.peak_in_flight = self.in_flight

    def fault(
        self,
        *faults: Fault,
        times: int | None = 1,
        method: str | None = None,
        path: str | None = None,
        after: int = 0,
        probability: float = 1.0,
    ) -> None:
        """Make the next requests fail, see `aioheroku.testing.faults`.

        It applies to *times* requests (None: to all) of this *method* whose path, without the query, matches the
        shell pattern *path*. The first *after* of them are let through, and of the rest each one is affected with this
        *probability*, drawn from the platform's seed. Several faults given at once apply to the same request.
        """
        self._rules.append(FaultRule(faults, times, method, path, after, probability, self._rng))

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._rules.clear()

    async def start(self) -> Self:
        """Listen. OSError if the port is taken."""
        runner = web.ServerRunner(Server(self._handle), shutdown_timeout=0.1)
        await runner.setup()
        try:
            await self._streams.start(self._host)
            await web.TCPSite(runner, self._host, self._port, backlog=1024).start()
        except BaseException:
            await self._streams.close()
            await runner.cleanup()
            raise
        self._runner = runner
        self._deliverer.start()
        return self

    async def close(self) -> None:
        """Stop listening and drop all connections; the state stays."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await self._deliverer.close()
            await self._streams.close()
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @contextmanager
    def in_thread(self) -> Generator[Self, None, None]:
        """Serve from a thread with its own event loop, for callers with another loop or none."""
        with self._thread.serving(self.start, self.close):
            yield self

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.in_flight += 1
        self.peak_in_flight = max(self.peak_in_flight, self.in_flight)
        try:
            any_host = not is_loopback(self._host)
            streams = kind_of(raw := head(request, any_host=any_host)) is not None and raw.problem is None
            raw = raw if streams else await receive(request, any_host=any_host)
            faults = self._matching_faults(raw) if self._rules else ()
            half = self._wait(faults) / 2
            if half:
                await asyncio.sleep(half)
            if streams and not any(fault.replaces for fault in faults):
                self._record(raw, Response(200), None)
                return await self._streams.respond(request, raw, faults)
            response, route = respond(self._service, raw, faults)
            self._record(raw, response, route)
            if half:
                await asyncio.sleep(half)
            return await send(request, response)
        except ConnectionError:  # the client has disconnected
            return web.Response()
        finally:
            self.in_flight -= 1

    def _matching_faults(self, raw: RawRequest) -> tuple[Fault, ...]:
        return tuple(fault for rule in self._rules if rule.matches(raw) for fault in rule.faults)

    def _pass(self) -> None:
        """Run what is due, and wake the streams that wait for this moment."""
        self.state.scheduler.run(self.state.now())
        self.state.streams.changed()

    def _wait(self, faults: tuple[Fault, ...]) -> float:
        own = self._rng.uniform(*self.latency) if isinstance(self.latency, tuple) else self.latency
        return own + sum(fault.delay(self._rng) for fault in faults)

    def _record(self, raw: RawRequest, response: Response, route: Route | None) -> None:
        self.requests_total += 1
        self.refused += response.status == 429
        status = 0 if response.reset else response.status
        template = route.template if route else None
        self.requests.append(Record(raw.method, raw.path, status, template, raw.headers, raw.body))
