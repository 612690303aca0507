"""Wait: polls until a condition holds, with growing pauses, a timeout and a limit of tokens."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from attrs import define, field

from aioheroku import _options, resources
from aioheroku._api.endpoint import Ref
from aioheroku._pagination import Range
from aioheroku._streams.live import Streams
from aioheroku._streams.output import Output, Writer
from aioheroku._streams.polling import Call, Poll, rebound
from aioheroku._streams.values import StreamTimes, pauses
from aioheroku.errors import BuildFailed, HerokuError, InvalidRequest, ReleaseFailed
from aioheroku.events import Polled

if TYPE_CHECKING:
    from aioheroku._api.reading import Caller

T = TypeVar("T")

_SECONDS: Final = 600.0
_EVERY: Final = (1.0, 10.0)
LAST_LINES: Final = 20
"""Maximum lines of output in an error."""
_NOT_OF_A_RELEASE: Final = frozenset({"run", "release"})


@define(eq=False)
class Wait:
    """Waits until a condition holds: `await heroku.wait(heroku.apps.info, "example", until=lambda app: ...)`.

    Each poll costs a token, at low priority unless `using` chose another one:
    600 seconds are 65 tokens at most.
    """

    _caller: "Caller" = field(alias="caller")
    _streams: Streams = field(alias="streams")

    async def __call__(
        self,
        call: Call[T],
        /,
        *args: Any,
        until: Callable[[T], object],
        failed: Callable[[T], object] | None = None,
        missing: Collection[int] = (404,),
        every: tuple[float, float] = _EVERY,
        timeout: float | None = _SECONDS,
        tokens: int | None = None,
    ) -> T:
        """Poll until `until` is true for the response, which is returned.

        Args:
            call: A method that reads, such as `heroku.apps.info`; a list is read to its end.
            args: Its arguments.
            until: Whether the condition holds for the response.
            failed: Whether it can no longer hold.
            missing: Statuses that mean "not yet".
            every: The shortest and the longest pause, in seconds: each is 1.5 times as long as the one before.
            timeout: Seconds until it gives up; `None` means never.
            tokens: Maximum number of polls.

        Raises:
            InvalidRequest: an argument is not usable.
            WaitFailed: `failed` is true of the response.
            WaitTimeout: the time is over, or the tokens are used up.
            APIError, ConnectionFailed: polling failed; transient errors are raised after five in a row.
        """
        poll = Poll(
            partial(rebound(call, self._caller), *args), until, failed, missing, pauses(every, "every", "(1, 10)")
        )
        _options.seconds(timeout, "timeout")
        if tokens is not None:
            _options.whole(tokens, "tokens")
        report = partial(self._streams.report, Polled, str(getattr(getattr(call, "endpoint", None), "path", "")))
        return await poll.until_so(timeout, tokens, report)

    async def build(self, app: Ref, build: Ref, /, *, timeout: float | None = _SECONDS * 2) -> resources.Build:
        """Wait until a build has succeeded; returns it.

        Args:
            app: Id or name of the app.
            build: Id of the build.
            timeout: Seconds until it gives up; `None` means never.

        Raises:
            BuildFailed: it has failed; with the last lines of its output.
            WaitTimeout: the time is over.
        """
        info = resources.Builds(self._caller).info
        found = await self(info, app, build, until=lambda build: build.status != "pending", timeout=timeout)
        if found.status == "succeeded":
            return found
        raise BuildFailed(found, await self._last_lines("/apps/{app}/builds/{build}", lambda: info(app, build)))

    async def release(
        self, app: Ref, release: Ref | None = None, /, *, timeout: float | None = _SECONDS * 6
    ) -> resources.Release:
        """Wait until a release has succeeded, its command included; returns it.

        Args:
            app: Id or name of the app.
            release: Id or version of the release; the app's newest one by default, which costs a token more.
            timeout: Seconds until it gives up; `None` means never.

        Raises:
            ReleaseFailed: it has failed or expired; with the last lines of its command's output.
            WaitTimeout: the time is over.
        """
        info = resources.Releases(self._caller).info
        if release is None:
            release = await self._newest_release(app)
            if release is None:
                raise InvalidRequest("it has no release yet.", "app")
        found = await self(info, app, release, until=lambda release: release.status != "pending", timeout=timeout)
        if found.status in ("succeeded", None):
            return found
        raise ReleaseFailed(found, await self._last_lines("/apps/{app}/releases/{release}", lambda: info(app, release)))

    async def dynos(
        self, app: Ref, /, *, type: str | None = None, timeout: float | None = _SECONDS
    ) -> list[resources.Dyno]:
        """Wait until every dyno of the formation is up and runs the newest release; returns the dynos.

        Args:
            app: Id or name of the app.
            type: Only those of this process type.
            timeout: Seconds until it gives up; `None` means never.

        Raises:
            WaitFailed: a dyno of the newest release has crashed.
            WaitTimeout: the time is over.
        """
        newest = await self._newest_release(app)
        version = 0 if newest is None else newest.version
        dynos = cast("Call[list[resources.Dyno]]", resources.Dynos(self._caller).list)

        def mine(found: list[resources.Dyno]) -> list[resources.Dyno]:
            return [dyno for dyno in found if (dyno.type == type if type else dyno.type not in _NOT_OF_A_RELEASE)]

        def is_new(dyno: resources.Dyno) -> bool:
            return dyno.release.version >= version

        found = await self(
            dynos,
            app,
            until=lambda found: all(dyno.state == "up" and is_new(dyno) for dyno in mine(found)),
            failed=lambda found: any(dyno.state == "crashed" and is_new(dyno) for dyno in mine(found)),
            timeout=timeout,
        )
        return mine(found)

    async def dyno(
        self, app: Ref, dyno: Ref, /, *, state: str = "up", timeout: float | None = _SECONDS
    ) -> resources.Dyno:
        """Wait until a dyno is in a state; returns it. A dyno that does not exist yet is waited for too.

        Args:
            app: Id or name of the app.
            dyno: Id or name of the dyno, such as `web.1`.
            state: The state, such as `up`.
            timeout: Seconds until it gives up; `None` means never.

        Raises:
            WaitFailed: it has crashed.
            WaitTimeout: the time is over.
        """
        return await self(
            resources.Dynos(self._caller).info,
            app,
            dyno,
            until=lambda dyno: dyno.state == state,
            failed=lambda dyno: dyno.state == "crashed",
            timeout=timeout,
        )

    async def addon(self, app: Ref, addon: Ref, /, *, timeout: float | None = _SECONDS * 2) -> resources.Addon:
        """Wait until an add-on is provisioned; returns it.

        Args:
            app: Id or name of the app.
            addon: Id or name of the add-on.
            timeout: Seconds until it gives up; `None` means never.

        Raises:
            WaitFailed: it was deprovisioned.
            WaitTimeout: the time is over.
        """
        return await self(
            resources.Addons(self._caller).info,
            app,
            addon,
            until=lambda addon: addon.state in ("provisioned", None),
            failed=lambda addon: addon.state == "deprovisioned",
            timeout=timeout,
        )

    async def domain(self, app: Ref, domain: Ref, /, *, timeout: float | None = _SECONDS) -> resources.Domain:
        """Wait until a domain is set up; returns it.

        Args:
            app: Id or name of the app.
            domain: Id or hostname of the domain.
            timeout: Seconds until it gives up; `None` means never.

        Raises:
            WaitFailed: setting it up has failed.
            WaitTimeout: the time is over.
        """
        return await self(
            resources.Domains(self._caller).info,
            app,
            domain,
            until=lambda domain: domain.status in ("succeeded", "none", None),
            failed=lambda domain: domain.status == "failed",
            timeout=timeout,
        )

    async def app_setup(self, app_setup: Ref, /, *, timeout: float | None = _SECONDS * 2) -> resources.AppSetup:
        """Wait until an app setup has succeeded; returns it.

        Args:
            app_setup: Id of the app setup.
            timeout: Seconds until it gives up; `None` means never.

        Raises:
            WaitFailed: it has failed; `last` says why.
            WaitTimeout: the time is over.
        """
        return await self(
            resources.AppSetups(self._caller).info,
            app_setup,
            until=lambda setup: setup.status == "succeeded",
            failed=lambda setup: setup.status == "failed",
            timeout=timeout,
        )

    async def app(self, app: Ref, /, *, released: bool = False, timeout: float | None = _SECONDS) -> resources.App:
        """Wait until an app exists; returns it.

        Args:
            app: Id or name of the app.
            released: Whether it must have a release too.
            timeout: Seconds until it gives up; `None` means never.

        Raises:
            WaitTimeout: the time is over.
        """
        info = resources.Apps(self._caller).info
        return await self(info, app, until=lambda app: not released or app.released_at is not None, timeout=timeout)

    async def _newest_release(self, app: Ref) -> resources.Release | None:
        return await resources.Releases(self._caller).list(app, range=Range("version", order="desc", max=1)).first()

    async def _last_lines(self, path: str, info: Callable[[], Awaitable[Writer]]) -> tuple[str, ...]:
        """The last lines of an output that has ended, as far as they can be read soon."""
        lines: deque[str] = deque(maxlen=LAST_LINES)
        with suppress(HerokuError, TimeoutError):
            async with asyncio.timeout(10), Output(self._streams, path, info, StreamTimes(idle=5.0), tries=1) as output:
                async for line in output:
                    lines.append(line)
        return tuple(lines)
