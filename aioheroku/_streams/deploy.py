"""Deploy: from a source to a release, with the build's output."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from attrs import field, frozen

from aioheroku import _options, resources
from aioheroku._api.arguments import Ref, hidden
from aioheroku._api.reading import present
from aioheroku._streams.live import BufferedStream, Streams
from aioheroku._streams.output import Output
from aioheroku._streams.packed import digits
from aioheroku._streams.source import address, known, prepared
from aioheroku._streams.transfer import Progress, Report, upload
from aioheroku._streams.values import StreamTimes
from aioheroku._streams.wait import LAST_LINES, Wait
from aioheroku._strings import mask
from aioheroku._unset import UNSET
from aioheroku.errors import (
    APIError,
    BuildFailed,
    HerokuError,
    InvalidRequest,
    OutputChanged,
    ReleaseFailed,
    StreamLost,
    StreamRefused,
    WaitTimeout,
)

if TYPE_CHECKING:
    from aioheroku._api.reading import Caller

T = TypeVar("T")

_TIMES: Final = StreamTimes()
_BUILD: Final = "/apps/{app}/builds/{build}"
_RELEASE: Final = "/apps/{app}/releases/{release}"
_TRIES: Final = 5
"""How often a build that has succeeded is polled until it names its release."""


@frozen
class Plan:
    """What to deploy, and how."""

    app: Ref
    source: object = field(repr=False)
    version: str | None
    buildpacks: Sequence[str | resources.BuildpackSource]
    checksum: str | None
    ignore: bool
    cancel_on_exit: bool
    release: bool
    progress: Progress | None
    timeout: float | None

    def __attrs_post_init__(self) -> None:
        if address(self.source) is None:
            known(self.source, "source")
        digits(self.checksum)
        _options.instance(self.version, "version", str, "a string")
        _options.callback(self.progress, "progress")
        _options.seconds(self.timeout, "timeout")
        for name in ("ignore", "cancel_on_exit", "release"):
            _options.flag(getattr(self, name), name)
        if isinstance(self.buildpacks, str):
            raise InvalidRequest("expected a list of buildpacks, such as ['heroku/python'].", "buildpacks")


def _buildpack(given: str | resources.BuildpackSource) -> resources.BuildpackSource:
    if not isinstance(given, str):
        return given
    return {"url": given} if "://" in given else {"name": given}


class Deploy(BufferedStream[str]):
    """A deploy: awaitable for its `Build`, an async iterable of the lines of output, an async context manager.

    Nothing is sent before it is used in one of these ways. It ends when the build has ended, and then its release.
    """

    def __init__(self, streams: Streams, caller: "Caller", polling: "Caller", plan: Plan) -> None:
        super().__init__(streams, "aioheroku deploy")
        self._caller, self._polling, self._plan = caller, polling, plan
        self._wait = Wait(polling, streams)
        self._build: resources.Build | None = None
        self._release: resources.Release | None = None
        self._source: str | None = None
        self._last: deque[str] = deque(maxlen=LAST_LINES)
        self._iterated = self._drains = False

    @property
    def build(self) -> resources.Build | None:
        """The build as last seen; `None` before it was created."""
        return self._build

    @property
    def release(self) -> resources.Release | None:
        """The release as last seen; `None` before it was created."""
        return self._release

    @property
    def source(self) -> str | None:
        """The checksum of the source, such as `SHA256:e3b0...`, once it is known."""
        return self._source

    def __await__(self) -> Generator[Any, None, resources.Build]:
        return self._result().__await__()

    async def shut(self, error: HerokuError | None = None) -> None:
        """As `aclose`: the build continues, unless the deploy has `cancel_on_exit=True`."""
        await super().shut(error)
        build, self._entered = self._build, False
        if self._plan.cancel_on_exit and error is None and build is not None and build.status == "pending":
            self._build = None  # once
            with suppress(HerokuError):
                await resources.Builds(self._caller).cancel(self._plan.app, build.id)
            self._build = build

    async def _result(self) -> resources.Build:
        self._start()
        task = self._task
        if task is None:
            raise InvalidRequest("it was closed.", "deploy")
        if not self._iterated:
            self._drains = True
            self._buffer.clear()
        try:
            await asyncio.wait({task})
            build: resources.Build = task.result()
            return build
        finally:
            if not self._entered and not task.done():
                await self.aclose()

    def __aiter__(self) -> AsyncIterator[str]:
        self._iterated, self._drains = True, False
        return self._items()

    async def _fill(self) -> resources.Build:
        loop = asyncio.get_running_loop()
        began, limit = loop.time(), asyncio.timeout(self._plan.timeout)
        try:
            async with limit:
                return await self._deployed()
        except TimeoutError:
            if not limit.expired():
                raise
            raise WaitTimeout(self._build, loop.time() - began) from None

    async def _deployed(self) -> resources.Build:
        plan, builds = self._plan, resources.Builds(self._polling)
        blob = hidden(await self._uploaded())
        buildpacks = list(map(_buildpack, plan.buildpacks)) or UNSET
        created = await resources.Builds(self._caller).create(plan.app, source_blob=blob, buildpacks=buildpacks)
        self._build = made = present(created, "Build")

        async def build_info() -> resources.Build:
            self._build = await builds.info(plan.app, made.id)
            return self._build

        await self._followed(Output(self._streams, _BUILD, build_info, _TIMES))
        found: resources.Build = await self._until(build_info, lambda build: build.status != "pending")
        if found.status != "succeeded":
            raise BuildFailed(found, tuple(self._last))
        if plan.release:
            found = await self._released(found, build_info)
        return found

    async def _uploaded(self) -> resources.SourceBlob:
        plan, url = self._plan, mask(address(self._plan.source))
        if url is not None:
            checksum = digits(plan.checksum)
            blob: resources.SourceBlob = {"url": url, "version": plan.version}
            if checksum is not None:
                self._source = blob["checksum"] = f"SHA256:{checksum}"
            return blob
        packed = await prepared(plan.source, "source", ignore=plan.ignore, checksum=digits(plan.checksum))
        try:
            self._source = f"SHA256:{packed.sha256}"
            place = present(await resources.Sources(self._caller).create(), "Source").source_blob
            report = Report(self._streams, plan.progress, "PUT", "/sources", "source", packed.size)
            await upload(report, place.put_url, packed, _TIMES)
        finally:
            packed.close()
        return {"url": place.get_url, "version": plan.version, "checksum": self._source}

    async def _released(
        self, build: resources.Build, build_info: Callable[[], Awaitable[resources.Build]]
    ) -> resources.Build:
        """Follow the release to its end; returns the build, which names it.

        Raises:
            ReleaseFailed: its command has failed.
        """
        app, tries = self._plan.app, _TRIES
        while build.release is None and tries:
            await asyncio.sleep(1)
            tries -= 1
            build = await build_info()
        if build.release is None:
            return build
        releases, number = resources.Releases(self._polling), build.release.id
        self._last.clear()

        async def info() -> resources.Release:
            self._release = await releases.info(app, number)
            return self._release

        release = await self._until(info, lambda _: True)
        if release.output_stream_url is not None or release.status == "pending":
            await self._followed(Output(self._streams, _RELEASE, info, _TIMES))
            release = await self._until(info, lambda release: release.status != "pending")
        if release.status not in {"succeeded", None}:
            raise ReleaseFailed(release, tuple(self._last))
        return build

    async def _until(self, call: Callable[[], Awaitable[T]], until: Callable[[T], object]) -> T:
        return await self._wait(call, until=until, timeout=None)

    async def _followed(self, output: Output) -> None:
        """Pass on the lines; a lost output is not a failed build: its status is read anyway."""
        with suppress(StreamRefused, StreamLost, OutputChanged, APIError):
            async with output:
                async for line in output:
                    self._last.append(line)
                    if not self._drains:
                        self._buffer.put((line,), len(line))
                        await self._buffer.room()
