"""The outcomes of a campaign: of each item, and of all of it."""

from typing import Generic, TypeVar

from attrs import frozen

from aioheroku.errors import DryRun

Item = TypeVar("Item")
Value = TypeVar("Value")


@frozen
class Done(Generic[Item, Value]):
    """The item is done.

    Attributes:
        item: the item as it was given.
        value: what the call returned; `None` for a value of an earlier run that the journal could not store.
        tokens: the tokens that it took, retries and pages included.
        seconds: how long it took.
        resumed: whether it was done in an earlier run, or found done by `verify`.
    """

    item: Item
    value: Value
    tokens: int = 0
    seconds: float = 0.0
    resumed: bool = False


@frozen
class _NotDone(Generic[Item]):
    """What `Failed` and `Unknown` have in common.

    Attributes:
        item: the item as it was given.
        error: the exception of its call; of an earlier run `FailedEarlier` or `OutcomeUnknown`.
        tokens: the tokens that it took.
        seconds: how long it took.
        resumed: whether this is the outcome of an earlier run.
    """

    item: Item
    error: BaseException
    tokens: int = 0
    seconds: float = 0.0
    resumed: bool = False


@frozen
class Failed(_NotDone[Item]):
    """The item failed, and no write of it has an unknown outcome.

    It can be tried again, unless it consists of several calls and an earlier one was a write: then it is `Unknown` in
    the next run with the same journal.
    """


@frozen
class Unknown(_NotDone[Item]):
    """A write of the item may have been executed: check before you repeat it."""


@frozen
class Planned(Generic[Item]):
    """In a dry run: what would have been sent for the item.

    Attributes:
        item: the item as it was given.
        requests: the writes that were refused, each with method, path and body, secrets masked.
        tokens: the tokens that the item's reads took.
        seconds: how long they took.
    """

    item: Item
    requests: tuple[DryRun, ...]
    tokens: int = 0
    seconds: float = 0.0


Outcome = Done[Item, Value] | Failed[Item] | Unknown[Item] | Planned[Item]
"""The outcome of an item; `match` and `isinstance` narrow it."""


@frozen
class Summary:
    """The counts of a campaign so far.

    Attributes:
        done: items that are done, those of earlier runs included.
        failed: items that failed.
        unknown: items with a write that may have been executed.
        left: items that were not finished, because a budget or an error ended the campaign, or it was left.
        planned: items of a dry run.
        tokens: the tokens that this run took, those of listing the items included.
        seconds: how long this run took.
        certain: whether `left` is exact: an iterator may be endless, so it is not always read to its end.
    """

    done: int = 0
    failed: int = 0
    unknown: int = 0
    left: int = 0
    planned: int = 0
    tokens: int = 0
    seconds: float = 0.0
    certain: bool = True

    def __str__(self) -> str:
        left = f"{self.left:,} {'' if self.certain else 'or more '}left"
        counts = [f"{self.done:,} done", f"{self.failed:,} failed", f"{self.unknown:,} unknown", left]
        if self.planned:
            counts.append(f"{self.planned:,} planned")
        return f"{', '.join(counts)}; {self.tokens:,} tokens, {self.seconds:.0f} s"
