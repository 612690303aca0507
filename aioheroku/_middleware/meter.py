"""Counts the tokens that the calls for one item of a campaign take, and notes the writes among them."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Optional

from attrs import define, field

from aioheroku._http import Request, Response, Send

if TYPE_CHECKING:
    from aioheroku.errors import DecodeError, DryRun


@define(eq=False)
class Meter:
    """The tokens that a task, and the tasks that it starts, have taken, and what is known of their writes."""

    before_write: Callable[[str, bool], Awaitable[None]] | None = None
    """Awaited before the first attempt of a write, with its method and template, and whether it is idempotent."""
    looks: bool = False
    """Whether idempotent writes are noted too: `verify` can find out whether they were executed."""
    tokens: int = 0
    wrote: bool = False
    """Whether a write that is not idempotent was executed."""
    uncertain: bool = False
    """Whether such a write may have been executed."""
    writes: str = ""
    """The first of these writes: its method and template."""
    repeats: str = ""
    """The first idempotent write, if these are noted: its method and template."""
    doubtful: bool = False
    """Whether an idempotent write may have been executed."""
    refused: "list[DryRun]" = field(factory=list["DryRun"])
    """The writes that a dry run did not send."""
    missing: "DecodeError | None" = None
    """The error for a successful write whose response lacks the object that it promises."""
    parent: Optional["Meter"] = None
    """The meter of the item whose call started this campaign, which counts these tokens too."""
    reports_to_parent: bool = False
    """Whether the parent notes the writes: this campaign has no journal that does."""

    async def follow(self, send: Send, request: Request) -> Response:
        """Send an attempt; note the token that it took, and the write that it may have executed."""
        unique = not (request.changes_nothing or request.idempotent)
        if unique:
            await self.begin(f"{request.method} {request.path}")
        elif self.looks and not request.changes_nothing:
            await self.begin_idempotent(f"{request.method} {request.path}")
        response: Response | None = None
        try:
            response = await send(request)
            return response
        finally:
            if request.attempt.sent or response is not None:
                self.note(request, response, unique=unique)

    def refuse(self, error: "DryRun") -> None:
        """Note a write that a dry run did not send."""
        self.refused.append(error)
        if self.parent is not None:
            self.parent.refuse(error)

    async def begin(self, write: str) -> None:
        """Note that a write that is not idempotent is about to be sent."""
        if not self.writes:
            self.writes = write
            if self.before_write is not None:
                await self.before_write(write, False)
        if self.reports_to_parent and self.parent is not None:
            await self.parent.begin(write)

    async def begin_idempotent(self, write: str) -> None:
        """Note that an idempotent write is about to be sent."""
        if not self.writes and not self.repeats:
            self.repeats = write
            if self.before_write is not None:
                await self.before_write(write, True)

    def note(self, request: Request, response: Response | None, *, unique: bool) -> None:
        """Note the outcome of an attempt."""
        if self.parent is not None:
            self.parent.note(request, response, unique=unique and self.reports_to_parent)
        if request.metered and not _is_status(429, response):  # a rejected request takes no token
            self.tokens += 1
        if unique:
            self.uncertain |= _is_uncertain(response)
            self.wrote |= response is not None and response.is_success
        elif self.looks and not request.changes_nothing:
            self.doubtful |= _is_uncertain(response)


def _is_status(status: int, response: Response | None) -> bool:
    return response is not None and response.status == status


def _is_uncertain(response: Response | None) -> bool:
    """Whether a request without a response, or with this one, may have been executed without success."""
    return response is None or (response.status >= 500 and not response.rejected)


current: ContextVar[Meter | None] = ContextVar("aioheroku_meter", default=None)
"""The meter of the item that this task works on."""


def miss(error: "DecodeError") -> None:
    """Note a successful write whose response lacks the object that it promises."""
    if (meter := current.get()) is not None:
        meter.missing = error


@define(eq=False)
class CountTokens:
    """Hands each attempt to the meter of the campaign's item that the task works on; without one it does nothing.

    Reads `method`, `path`, `idempotent`, `metered`, `reads` and `attempt.sent`; changes nothing.
    """

    send: Send

    def __call__(self, request: Request) -> Awaitable[Response]:
        meter = current.get()
        return self.send(request) if meter is None else meter.follow(self.send, request)
