"""What distinguishes a long list from an endless one, page by page."""

from typing import Any

import pytest
from attrs import frozen

from aioheroku import Range
from aioheroku._pagination.progress import MOST_IDLE, Progress


@frozen
class Item:
    """What has an id."""

    id: int


def test_pages_in_order_make_progress() -> None:
    """In the order of ids each page must begin after the last item of the one before."""
    progress = Progress(Range())
    assert progress.problem([Item(1), Item(2)]) is None
    assert progress.problem([Item(3)]) is None
    assert "after the last item" in str(progress.problem([Item(3), Item(4)]))


@pytest.mark.parametrize("page", [[Item(2), Item(1)], [{"name": "a"}], [Item(1), {"name": "a"}]], ids=repr)
def test_idle_pages_are_counted_from_the_last_new_one(page: list[Any]) -> None:
    """A page out of order, or without ids, is new once; `MOST_IDLE` more of the same mean that the list has no end."""
    progress = Progress(Range())
    assert [progress.problem(page) for _ in range(MOST_IDLE)] == [None] * MOST_IDLE
    assert progress.problem(page) == f"{MOST_IDLE} consecutive pages have no new items."


def test_empty_pages_are_idle() -> None:
    """One page with an item begins the count anew."""
    progress = Progress(Range())
    assert [progress.problem([]) for _ in range(MOST_IDLE - 1)] == [None] * (MOST_IDLE - 1)
    assert progress.problem([Item(1)]) is None
    assert [progress.problem([]) for _ in range(MOST_IDLE - 1)] == [None] * (MOST_IDLE - 1)
    assert progress.problem([]) is not None
