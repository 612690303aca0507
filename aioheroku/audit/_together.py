"""Several audits side by side, each with its session and its pool: one report."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

from attrs import define, field

from aioheroku.audit._records import Record
from aioheroku.audit._runner import Audit
from aioheroku.errors import HerokuError, InvalidRequest


def _several(audits: Iterable[Audit]) -> tuple[Audit, ...]:
    several = tuple(audits)
    names = [audit.account for audit in several]
    if not several:
        raise InvalidRequest("expected at least one audit.", "audits")
    if len(several) > 1 and (None in names or len(set(names)) < len(names)):
        raise InvalidRequest("give each audit an account=... of its own, the name in its records.", "audits")
    return several


@define(eq=False)
class Audits:
    """The audits of several accounts, side by side: `Audits([Audit(one, account="one"), Audit(two, account="two")])`.

    Each waits for the tokens of its own pool only. An error that ends one audit does not affect the others.

    Raises:
        InvalidRequest: there is no audit, or two of them have the same `account`.
    """

    audits: tuple[Audit, ...] = field(converter=_several)
    errors: dict[str | None, HerokuError] = field(factory=dict[str | None, HerokuError], init=False)
    """What ended an audit before its end, by account."""

    async def records(self) -> AsyncGenerator[Record]:
        """The records of all accounts, each as soon as it is complete; their `account` is the name of the account.

        Use `contextlib.aclosing` to leave the loop early.
        """
        self.errors.clear()
        records = asyncio.Queue[Record | None](1)
        tasks = [asyncio.create_task(self._audit(audit, records)) for audit in self.audits]
        try:
            working = len(tasks)
            while working:
                record = await records.get()
                if record is None:
                    working -= 1
                else:
                    yield record
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _audit(self, audit: Audit, records: "asyncio.Queue[Record | None]") -> None:
        try:
            async with aclosing(audit.records()) as found:
                async for record in found:
                    await records.put(record)
        except HerokuError as error:
            self.errors[audit.account] = error
        except Exception:
            await records.put(None)  # so that records() does not wait for more
            raise
        await records.put(None)
