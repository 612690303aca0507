"""Errors of campaigns: a file that is not their journal, and outcomes of an earlier run."""

import attrs
from attrs import define

from aioheroku.errors._base import HerokuError, quoted, shown
from aioheroku.errors._client import InvalidRequest


@define(slots=False)
class JournalMismatch(InvalidRequest):
    """A file cannot be the journal of this campaign; it is left as it is. `path` is the file, `reason` says why."""

    message: str = attrs.field(default="", init=False, repr=False)
    field: str = attrs.field(default="journal", init=False, repr=False)
    path: str = attrs.field(default="", repr=shown)
    reason: str = attrs.field(default="", repr=shown)

    def _summary(self) -> str:
        return f"The file {quoted(self.path)!r} cannot be the journal of this campaign: {quoted(self.reason)}."

    def _advice(self) -> str:
        return "Give another file, or the call and arguments that the journal was begun with."


@define(slots=False)
class OutcomeUnknown(HerokuError):
    """It is unknown whether an earlier run of the campaign executed a write for this item; `reason` says why."""

    reason: str = attrs.field(default="", repr=shown)

    def _summary(self) -> str:
        return f"An earlier run left this item open: {quoted(self.reason)}."

    def _advice(self) -> str:
        return "It may have been executed: check, or give each(..., verify=) a function that does."


@define(slots=False)
class FailedEarlier(HerokuError):
    """The item failed in an earlier run of the campaign, whose journal says not to try again; `reason` is its error."""

    reason: str = attrs.field(default="", repr=shown)

    def _summary(self) -> str:
        return f"Failed in an earlier run: {quoted(self.reason)}"

    def _advice(self) -> str:
        return "Make the journal with Journal(..., retry_failed=True) to try again."
