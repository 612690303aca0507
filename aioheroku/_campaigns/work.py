"""The work on one item of a campaign: the call, its outcome, and what the journal records."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, Generic, TypeVar, cast
from uuid import UUID

from attrs import define, evolve

from aioheroku._campaigns.journal import Entry, Journal
from aioheroku._campaigns.outcomes import Done, Failed, Outcome, Planned, Unknown
from aioheroku._campaigns.values import kind_of, model_of, recorded, restored
from aioheroku._middleware.meter import Meter, current
from aioheroku.errors import (
    READS,
    DecodeError,
    Delinquent,
    DryRun,
    FailedEarlier,
    HerokuError,
    InvalidRequest,
    OutcomeUnknown,
    SessionClosed,
    Suspended,
    Unauthorized,
)

Item = TypeVar("Item")
Value = TypeVar("Value")

_FATAL: Final = (Unauthorized, Delinquent, SessionClosed)
"""Errors that every other item would get too."""


@define(eq=False, repr=False)
class Work(Generic[Item, Value]):
    """The work on an item, and its record in the journal."""

    call: Callable[[Item], Awaitable[Value]]
    name: str
    """The call's name in the journal: `apps.info`, or that of the function."""
    arguments: object
    result: Any = None
    """The result type of an endpoint; `None` for any other function."""
    key: Callable[[Item], str] | None = None
    verify: Callable[[Item], Awaitable[Value | None]] | None = None
    journal: Journal | None = None

    async def __call__(self, item: Item, meter: Meter) -> Outcome[Item, Value]:
        """Make the call, unless the journal says that the item is done."""
        journal = self.journal
        if journal is None:
            return await self._attempt(item, meter)
        key = self.key_of(item)
        entry = journal.claim(key)
        if entry is not None and (known := await self._known(item, key, entry, journal)) is not None:
            return known

        async def before_write(write: str, idempotent: bool) -> None:
            await journal.write(key, {"writes": write} | ({"idempotent": True} if idempotent else {}))

        meter.before_write = before_write
        outcome = await self._attempt(item, meter)
        await self._record(key, outcome, meter, journal)
        return outcome

    def settled(self, item: Item) -> bool:
        """Whether an earlier run has done it."""
        return self.journal is not None and self.journal.state_of(self.key_of(item)) == "done"

    def key_of(self, item: Item) -> str:
        """The item's key in the journal."""
        if self.key is not None:
            key: object = self.key(item)
            if isinstance(key, str) and key:
                return key
            raise InvalidRequest(f"expected it to return a string, got {type(key).__name__}.", "key")
        value: object = item if isinstance(item, str | int | UUID) else getattr(item, "id", None)
        if value is None or isinstance(value, bool):
            kind = type(item).__name__
            raise InvalidRequest(
                f"an item of type {kind} has no id: give a function that returns a string for it.", "key"
            )
        return str(value)

    async def _known(self, item: Item, key: str, entry: Entry, journal: Journal) -> Outcome[Item, Value] | None:
        """The outcome as earlier runs left it; `None` if the item is to be worked on."""
        about = (entry.tokens, entry.seconds, True)
        if entry.state == "done":
            return Done(item, cast("Value", restored(entry.value, self.result or model_of(entry.kind))), *about)
        if entry.state == "failed" and not entry.wrote:
            return None if journal.retry_failed else Failed(item, FailedEarlier(entry.error), *about)
        found = await self._looked_up(item, entry)
        if isinstance(found, Done):
            await journal.write(key, self._line(found, wrote=False))
        return found

    async def _looked_up(self, item: Item, entry: Entry) -> Done[Item, Value] | Unknown[Item] | None:
        """The outcome of an item whose write may have been executed; `None` if the item may be worked on again."""
        problem = OutcomeUnknown(f"it was interrupted during {entry.error}" if entry.state == "begun" else entry.error)
        found = await self._verified(item, problem)
        if isinstance(found, Done):
            return evolve(found, tokens=entry.tokens, seconds=entry.seconds)
        return None if found or entry.idempotent else Unknown(item, problem, entry.tokens, entry.seconds, True)

    async def _verified(self, item: Item, problem: BaseException) -> Done[Item, Value] | bool:
        """The result of `verify`: a value, or True if the item is not done; False if it cannot tell.

        An error of `verify` itself becomes a note of the problem.
        """
        if self.verify is None:
            return False
        try:
            value = await self.verify(item)
        except Exception as error:  # noqa: BLE001 - it may fail in any way; the item stays unknown
            problem.add_note(f"verify failed: {type(error).__name__}: {error}")
            return False
        return True if value is None else Done(item, value, resumed=True)

    async def _attempt(self, item: Item, meter: Meter) -> Outcome[Item, Value]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        token = current.set(meter)
        meter.looks = self.verify is not None
        problem: BaseException = DryRun()
        try:
            value = await self.call(item)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            problem = error  # the call cancelled something of its own
        except Exception as error:  # noqa: BLE001 - errors are values here
            problem = error
        else:
            if not meter.refused and (value is not None or meter.missing is None):
                return Done(item, value, meter.tokens, loop.time() - began)
            problem = meter.missing or problem  # what it has created is unknown
        finally:
            current.reset(token)
        about = (meter.tokens, loop.time() - began)
        if meter.refused:  # even if the call has caught it
            return Planned(item, tuple(meter.refused), *about)
        return await self._settled(item, problem, meter, about)

    async def _settled(
        self, item: Item, problem: BaseException, meter: Meter, about: tuple[int, float]
    ) -> Outcome[Item, Value]:
        """The outcome of an error; `verify` is called if a write may have been executed."""
        uncertain = _may_be_executed(problem, meter)
        if not uncertain and not meter.doubtful:
            return Failed(item, problem, *about)
        found = await self._verified(item, problem)
        if isinstance(found, Done):
            return evolve(found, tokens=about[0], seconds=about[1])
        if found:
            meter.wrote = False
        return Unknown(item, problem, *about) if uncertain and not found else Failed(item, problem, *about)

    async def _record(self, key: str, outcome: Outcome[Item, Value], meter: Meter, journal: Journal) -> None:
        if isinstance(outcome, Planned):
            return
        if not is_fatal(outcome):
            await journal.write(key, self._line(outcome, wrote=meter.wrote))
        elif meter.writes and not meter.wrote:
            await journal.write(key, {"refused": meter.writes})

    def _line(self, outcome: Done[Item, Value] | Failed[Item] | Unknown[Item], *, wrote: bool) -> dict[str, Any]:
        about = {"tokens": outcome.tokens, "seconds": round(outcome.seconds, 3)}
        if isinstance(outcome, Done):
            kind = kind_of(outcome.value) if self.result is None else ""
            return {"done": recorded(outcome.value)} | ({"type": kind} if kind else {}) | about
        error = outcome.error
        # The text of a foreign exception may quote anything, secrets included.
        text = f"{type(error).__name__}: {error.summary}" if isinstance(error, HerokuError) else type(error).__name__
        return {"failed" if isinstance(outcome, Failed) else "unknown": text, "wrote": wrote, **about}


def _may_be_executed(error: BaseException, meter: Meter) -> bool:
    """Whether a write that must not be repeated may have been executed in spite of the error."""
    if meter.uncertain:
        return True
    return meter.wrote and isinstance(error, DecodeError) and error.method not in READS


def is_fatal(outcome: Outcome[Any, Any]) -> bool:
    """Whether the outcome would be the same for every other item."""
    if not isinstance(outcome, Failed):
        return False
    error = outcome.error
    return isinstance(error, _FATAL) or (isinstance(error, Suspended) and error.resource != "app")
