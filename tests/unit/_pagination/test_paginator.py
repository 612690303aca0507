"""Iterating a list: several tasks, failing consumers, iterations begun again, endless lists, mistakes."""

import asyncio
import gc
import itertools
import operator
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import attrs
import pytest

from aioheroku import Page, Pages, Range, errors, unstructure
from aioheroku._pagination.progress import MOST_IDLE
from tests._support.secrets import raises


@attrs.frozen
class Item:
    id: Any
    name: str = ""


class Source:
    """A list of pages, each requested by the range that the previous one named, in one turn of the loop or more."""

    def __init__(self, pages: Iterable[Sequence[Item]], turns: int = 1) -> None:
        self.pages = [list(page) for page in pages]
        self.turns = turns
        self.asked: list[str] = []
        self.under_way = 0
        self.slow: dict[int, int] = {}
        self.fail_at: dict[int, Exception] = {}

    async def fetch(self, text: str) -> Page[Item]:
        number = self.number(text)
        self.asked.append(text)
        self.under_way += 1
        try:
            for _ in range(self.slow.get(number, self.turns)):
                await asyncio.sleep(0)
        finally:
            self.under_way -= 1
        if number in self.fail_at:
            raise self.fail_at.pop(number)
        items = [*self.pages[number]]
        following = f"id ]{number}..; max=1000" if number + 1 < len(self.pages) else None
        return Page(lambda: items, following, following is not None, "r-1")

    @staticmethod
    def number(text: str | None) -> int:
        assert text is not None
        return int(text.split("..")[0].removeprefix("id ]")) + 1 if "]" in text else 0

    def listed(self, text: str | None = None) -> Pages[Item]:
        return Pages(self.fetch, Range.parse(text) if text is not None else Range(), "/items")

    def rest(self, cursor: str | None) -> list[int]:
        """The ids from a cursor on."""
        return [] if cursor is None else [item.id for page in self.pages[self.number(cursor) :] for item in page]


def numbered(count: int, size: int) -> list[list[Item]]:
    return [[Item(id) for id in range(first, min(first + size, count))] for first in range(0, count, size)]


def walks(pages: Pages[Item], kind: str) -> AsyncIterator[Any]:
    return aiter(pages) if kind == "items" else pages.pages()


def ids(taken: Any) -> list[int]:
    return [taken.id] if isinstance(taken, Item) else [item.id for item in taken]


KINDS = pytest.mark.parametrize("kind", ["items", "pages"])


@KINDS
async def test_the_second_page_prefetches(kind: str) -> None:
    """The first page alone costs one request; when the second one arrives, the third is being fetched."""
    source = Source(numbered(9, 3), turns=3)
    iterator = walks(source.listed(), kind)
    await anext(iterator)
    assert len(source.asked) == 1
    while ids(await anext(iterator))[0] < 3:
        pass
    assert len(source.asked) == 3


@KINDS
@pytest.mark.parametrize("tasks", [2, 3, 10])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 60])
async def test_tasks_share_one_iterator(kind: str, tasks: int, size: int) -> None:
    """Every item goes to exactly one of the tasks, and every page is fetched once."""
    source = Source(numbered(60, size), turns=3)
    pages = source.listed()
    iterator = walks(pages, kind)
    got: list[int] = []

    async def work() -> None:
        async for taken in iterator:
            got.extend(ids(taken))
            await asyncio.sleep(0)

    await asyncio.gather(*(work() for _ in range(tasks)))
    assert sorted(got) == list(range(60))
    assert len(source.asked) == len(source.pages)
    assert pages.cursor is None


@KINDS
@pytest.mark.parametrize("after", range(12))
async def test_a_cancelled_task_takes_nothing_along(kind: str, after: int) -> None:
    """Whenever one of the tasks is cancelled, the others get every item that it was not handed."""
    source = Source(numbered(20, 4), turns=2)
    pages = source.listed()
    iterator = walks(pages, kind)
    got: list[int] = []

    async def work(iterator: AsyncIterator[Any]) -> None:
        async for taken in iterator:
            got.extend(ids(taken))
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(work(iterator)) for _ in range(3)]
    for _ in range(after):
        await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert sorted(got) == list(range(20))
    del iterator
    for _ in range(4):
        await asyncio.sleep(0)
    assert source.under_way == 0


@KINDS
async def test_wait_for_loses_nothing(kind: str) -> None:
    """`wait_for(anext(it))` that is cut short at any turn and repeated on the same iterator gets every item once."""
    for turns in range(1, 6):
        source = Source(numbered(12, 3), turns=turns)
        pages = source.listed()
        iterator = walks(pages, kind)
        got: list[int] = []
        patience = itertools.count()
        while True:
            taking = asyncio.ensure_future(anext(iterator))
            for _ in range(next(patience) % 9):
                await asyncio.sleep(0)
            taking.cancel()
            try:
                got += ids(await taking)
            except StopAsyncIteration:
                break
            except asyncio.CancelledError:
                continue
        assert got == list(range(12))
        assert pages.cursor is None


@KINDS
@pytest.mark.parametrize("failing", range(12))
@pytest.mark.parametrize("leave", ["raise", "break"])
async def test_a_consumer_that_fails_loses_nothing(kind: str, failing: int, leave: str) -> None:
    """Whichever item or page a consumer fails at, what it processed and what the cursor leads to is the whole list."""
    source = Source(numbered(12, 3))
    pages = source.listed()
    done: list[int] = []
    with suppress(ZeroDivisionError):
        async for taken in walks(pages, kind):
            if failing in ids(taken):
                if leave == "break":
                    break
                raise ZeroDivisionError
            done += ids(taken)
    rest = source.rest(pages.cursor)
    assert rest[0] == failing // 3 * 3
    assert sorted({*done, *rest}) == list(range(12))


@pytest.mark.parametrize("number", range(4))
async def test_done_moves_the_cursor_before_a_break(number: int) -> None:
    """After `pages.done()` a page is not read again, the last one included."""
    source = Source(numbered(12, 3))
    pages = source.listed()
    async for page in pages.pages():
        if page[0].id == 3 * number:
            pages.done()
            break
    assert source.rest(pages.cursor) == list(range(3 * number + 3, 12))


async def test_done_waits_for_the_last_item_of_a_page() -> None:
    """Item by item, `pages.done()` moves the cursor only at the last item of a page: before, some are not processed."""
    source = Source(numbered(6, 3))
    pages = source.listed()
    cursors: list[str | None] = []
    async for _ in pages:
        pages.done()
        cursors.append(pages.cursor)
    start = "id ..; max=1000"
    assert cursors == [start, start, "id ]0..; max=1000", "id ]0..; max=1000", "id ]0..; max=1000", None]


async def test_a_failed_task_holds_the_cursor() -> None:
    """Of several tasks that read pages, one that fails keeps the cursor at its page, whatever the others do."""
    source = Source(numbered(12, 3))
    pages = source.listed()
    iterator = pages.pages()

    async def work() -> None:
        async for page in iterator:
            await asyncio.sleep(0)
            if page[0].id == 3:
                raise ZeroDivisionError

    results = [*await asyncio.gather(work(), work(), work(), return_exceptions=True)]
    assert [type(result) for result in results if result is not None] == [ZeroDivisionError]
    assert source.rest(pages.cursor) == list(range(3, 12))
    results.clear()
    gc.collect()
    assert [page[0].id async for page in source.listed(pages.cursor).pages()] == [3, 6, 9]


@pytest.mark.parametrize("again", ["items", "pages", "all"])
async def test_each_iteration_starts_over(again: str) -> None:
    """After a whole walk the cursor of the next one is the start; what the one before had gathered is gone."""
    source = Source(numbered(9, 3))
    pages = source.listed()
    source.fail_at = {1: errors.ConnectError("down")}
    with raises(errors.ConnectError):
        await pages.all()
    assert len(pages.gathered) == 3
    source.fail_at = {0: errors.ConnectError("down")}
    with raises(errors.ConnectError):
        await (pages.all() if again == "all" else anext(walks(pages, again)))
    assert pages.cursor == "id ..; max=1000"
    assert list(pages.gathered) == []
    assert len(await pages) == 9
    assert pages.cursor is None
    assert list(pages.gathered) == []


async def test_iterations_are_independent() -> None:
    """Two walks at once each get everything; the cursor is that of the one begun last."""
    source = Source(numbered(9, 3))
    pages = source.listed()
    one, other = pages.pages(), aiter(pages)
    got_one, got_other = [await anext(one)], [await anext(other)]
    assert pages.cursor == "id ..; max=1000"
    got_one += [page async for page in one]
    assert pages.cursor == "id ..; max=1000"
    got_other += [item async for item in other]
    assert [item.id for page in got_one for item in page] == [item.id for item in got_other] == list(range(9))
    assert pages.cursor is None


async def test_older_iteration_keeps_its_progress() -> None:
    """An `all()` that fails when another walk was begun does not speak of `pages.gathered`, which is not its own."""
    source = Source(numbered(9, 3))
    source.fail_at = {2: errors.ConnectError("down")}
    pages = source.listed()
    failing = asyncio.ensure_future(pages.all())
    await asyncio.sleep(0)
    aiter(pages)
    with raises(errors.ConnectError) as caught:
        await failing
    assert getattr(caught.value, "__notes__", []) == []


@KINDS
@pytest.mark.parametrize("end", ["drop", "close"])
async def test_the_prefetch_ends_with_the_iterator(kind: str, end: str) -> None:
    """A walk that is left cancels the page under way: no collector is needed, and `aclose()` does it at once."""
    source = Source(numbered(40, 10))
    source.slow = {1: 10_000} if kind == "items" else {2: 10_000}
    pages = source.listed()
    iterator: Any = walks(pages, kind)
    for _ in range(7 if kind == "items" else 2):
        await anext(iterator)
    await asyncio.sleep(0)
    assert source.under_way == 1
    gc.disable()
    try:
        if end == "close":
            await iterator.aclose()
            with raises(StopAsyncIteration):
                await anext(iterator)
            assert pages.cursor is not None
        del iterator
        for _ in range(6):
            await asyncio.sleep(0)
        assert source.under_way == 0
        assert len(asyncio.all_tasks()) == 1
    finally:
        gc.enable()


async def test_a_failed_prefetch_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """After a `break` the error of a prefetched page is not reported."""
    source = Source(numbered(9, 3))
    source.fail_at = {1: errors.ConnectError("down")}
    iterator = aiter(source.listed())
    for _ in range(2):
        await anext(iterator)
    for _ in range(5):
        await asyncio.sleep(0)
    del iterator
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect()
    assert [record for record in caplog.records if "never retrieved" in record.message] == []


async def test_an_error_costs_no_page() -> None:
    """An iterator that raised continues with the page that could not be fetched."""
    source = Source(numbered(9, 3))
    source.fail_at = {0: errors.ConnectError("down"), 1: errors.ConnectError("down")}
    iterator = aiter(source.listed())
    got: list[int] = []
    failures = 0
    while True:
        try:
            got.append((await anext(iterator)).id)
        except StopAsyncIteration:
            break
        except errors.ConnectError:
            failures += 1
    assert (got, failures) == (list(range(9)), 2)


# --- lists without an end ---------------------------------------------------------------------------------------


def endless(
    make: Callable[[int], Sequence[Item]], field: str = "id", order: Any = "asc"
) -> tuple[Pages[Item], list[str]]:
    """A list that names a new range after each page, which `make` fills."""
    asked: list[str] = []

    async def fetch(text: str) -> Page[Item]:
        asked.append(text)
        number = len(asked)
        return Page(lambda: make(number), f"{field} ]{number}..; max=1000", True, None)

    return Pages(fetch, Range(field, order=order), "/items"), asked


@pytest.mark.parametrize("walk", ["items", "pages", "all", "first"])
async def test_empty_pages_come_to_an_end(walk: str) -> None:
    """A hundred empty pages in a row are a `PagingError`, whichever way the list is read; fewer are a list."""
    pages, asked = endless(lambda _: [])
    with raises(errors.PagingError, match="100 consecutive pages"):
        await (pages.all() if walk == "all" else pages.first() if walk == "first" else anext(walks(pages, walk)))
    assert len(asked) <= MOST_IDLE + 1

    source = Source([[Item(0)], *[[]] * (MOST_IDLE - 1), [Item(1)], *[[]] * (MOST_IDLE - 1)])
    assert [item.id async for item in source.listed()] == [0, 1]


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize(
    "after_first",
    [[[Item(4), Item(5)]], [[Item(5)]], [[Item(3)]], [[], [Item(2), Item(9)]]],
    ids=["the same", "its last", "an older one", "after an empty page"],
)
async def test_items_never_come_twice_by_id(order: str, after_first: list[list[Item]]) -> None:
    """In the order of ids a page that does not begin after the last item is an error before any of it is seen."""
    sign = 1 if order == "asc" else -1
    script = [[Item(4), Item(5)], *after_first]
    pages, asked = endless(
        lambda number: [Item(sign * item.id) for item in script[min(number, len(script)) - 1]], order=order
    )
    seen: list[int] = []
    with raises(errors.PagingError, match="does not begin after the last item"):
        async for item in pages:
            seen.append(item.id)  # noqa: PERF401
    assert seen == [sign * 4, sign * 5]
    assert len(asked) <= len(script) + 1
    assert pages.cursor == "id ]1..; max=1000"


@pytest.mark.parametrize("period", [1, 2, 3])
async def test_pages_that_come_round_are_an_error(period: int) -> None:
    """In any order but that of ids, pages that repeat forever end with `PagingError` after a bounded number."""
    pages, asked = endless(lambda number: [Item(number % period), Item(7)], field="name")
    with raises(errors.PagingError, match="100 consecutive pages"):
        await pages.all()
    assert len(asked) <= MOST_IDLE + period + 1


@pytest.mark.parametrize("size", [1, 2])
async def test_a_rename_is_not_an_accusation(size: int) -> None:
    """In the order of names an app may come twice, in the same place or another: it was renamed meanwhile."""
    items = [Item(5), Item(3), Item(5), Item(3), Item(4), Item(5), Item(3)]
    source = Source(items[first : first + size] for first in range(0, len(items), size))
    found = await Pages(source.fetch, Range("name"), "/items").all()
    assert found == items


async def test_new_items_are_not_an_accusation() -> None:
    """In the order of ids, items that are created or deleted during the walk make no difference."""
    source = Source([[Item(1), Item(5)], [Item(6)], [], [Item(70), Item(71)]])
    got: list[int] = []
    async for item in source.listed():
        got.append(item.id)
        source.pages[0].insert(0, Item(0))
        if item.id == 5:
            source.pages[3].insert(0, Item(8))
    assert got == [1, 5, 6, 8, 70, 71]


@pytest.mark.parametrize("items", [[0, 1, 2], ["b", "a"], [{"id": "2"}, {"id": "10"}], [None]])
async def test_items_without_id_compare_whole(items: list[Any]) -> None:
    """Without ids there is no order: different pages are a list, but the same page again and again is not."""
    pages, asked = endless(lambda number: [(item, number) for item in items] if number <= 300 else items)  # type: ignore[misc]
    with raises(errors.PagingError, match="100 consecutive pages"):
        await pages.all()
    assert len(pages.gathered) >= 300 * len(items)
    assert len(asked) <= 300 + MOST_IDLE + 2


async def test_a_list_in_no_order_is_read() -> None:
    """A platform that ignores the order is an error only if pages repeat, not if ids go down."""
    source = Source([[Item(5), Item(3)], [Item(2), Item(1)], [Item(2), Item(9)]])
    assert len(await source.listed()) == 6
    pages, asked = endless(lambda _: [Item(5), Item(3)])
    with raises(errors.PagingError, match="100 consecutive pages"):
        await pages.all()
    assert len(asked) <= MOST_IDLE + 2


@pytest.mark.parametrize("text", ["id ]\x1b..", "id ]\r\nX: y..", "id ]\udc80..", "id ]\x00..; max=5"])
async def test_unsendable_range_is_named(text: str) -> None:
    """A Next-Range with a control character is a `PagingError` after the page's items, and is never sent."""
    asked: list[str] = []

    async def fetch(range: str) -> Page[Item]:
        asked.append(range)
        return Page(lambda: [Item(0), Item(1), Item(2), Item(3)], text, True, "r-1")

    pages: Pages[Item] = Pages(fetch, Range(), "/items")
    with raises(errors.PagingError, match="cannot be sent"):
        await pages.all()
    assert len(pages.gathered) == 4
    assert pages.cursor == "id ..; max=1000"
    iterator = aiter(pages)
    assert [(await anext(iterator)).id for _ in range(4)] == [0, 1, 2, 3]
    for _ in range(2):
        with raises(errors.PagingError):
            await anext(iterator)
    assert len(asked) == 2


# --- what is written by mistake -----------------------------------------------------------------------------------


async def _within(pages: Any) -> None:
    async with pages:
        pass


def _with(pages: Any) -> None:
    with pages:
        pass


def _for(pages: Any) -> None:
    for _ in pages:
        pass


SLIPS: dict[str, Callable[[Any], Any]] = {
    "if": lambda pages: 1 if pages else 0,
    "not": lambda pages: not pages,
    "for": _for,
    "len": len,
    "in": lambda pages: "x" in pages,
    "index": lambda pages: pages[0],
    "slice": lambda pages: pages[:5],
    "next": next,
    "list": list,
    "sorted": sorted,
    "star": lambda pages: [*pages],
    "reversed": reversed,
    "enumerate": enumerate,
    "with": _with,
    "async with": lambda pages: _within(pages).send(None),
    "plus": lambda pages: operator.add(pages, []),
    "plus on the right": lambda pages: operator.add([], pages),
    "equals": lambda pages: pages == [],
    "differs": lambda pages: operator.ne((), pages),
    "if pages()": lambda pages: 1 if pages.pages() else 0,
    "for pages()": lambda pages: _for(pages.pages()),
    "len pages()": lambda pages: len(pages.pages()),
    "in pages()": lambda pages: "x" in pages.pages(),
    "index of pages()": lambda pages: pages.pages()[0],
    "await pages()": lambda pages: pages.pages().__await__(),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_misuse_error_shows_the_right_call(slip: str) -> None:
    """What a list of the API cannot do raises `TypeError`, and its text says what to write."""
    source = Source([])
    with raises(TypeError, match=r"async for|all\(\)|first\(\)") as caught:
        SLIPS[slip](source.listed())
    assert "iterated" in str(caught.value)
    assert source.asked == []


@pytest.mark.parametrize("name", ["name", "append", "count", "items", "length"])
def test_a_list_has_no_such_attribute(name: str) -> None:
    """An attribute of lists or items that a list of the API lacks: the error says how to get there."""
    with raises(AttributeError, match=f"'Pages' has no attribute '{name}': .*async for item"):
        getattr(Source([]).listed(), name)
    with raises(TypeError, match=r"Pages is not data: .*await pages"):
        unstructure(Source([]).listed())


async def test_a_list_can_be_awaited() -> None:
    """`await pages` is `await pages.all()`, in `gather` and `wait_for` too."""
    source = Source(numbered(5, 2))
    assert await source.listed() == await source.listed().all()
    one, other = await asyncio.gather(source.listed(), asyncio.wait_for(source.listed(), 5))
    assert one == other
    assert len(one) == 5


def test_a_list_has_a_readable_repr() -> None:
    """It says which list it is and from where on, and two lists are the same only if they are one."""
    pages = Source([]).listed("id ]1..; max=5")
    assert repr(pages) == "<Pages of GET /items, range 'id ]1..; max=5'>"
    assert pages == pages  # noqa: PLR0124
    assert pages != Source([]).listed()
    assert len({pages, pages}) == 1


# --- several ranges at once --------------------------------------------------------------------------------------


def by_id(count: int, fail: Callable[[str], bool] = lambda _: False) -> tuple[Callable[[str], Any], list[str]]:
    """A list by UUID, 5 a page, that keeps the bounds of its ranges in both directions."""
    rows = [Item(UUID(int=2**128 // count * number + 1)) for number in range(count)]
    asked: list[str] = []

    async def fetch(text: str) -> Page[Any]:
        asked.append(text)
        await asyncio.sleep(0)
        if fail(text):
            raise errors.ConnectError("down")
        given = Range.parse(text)
        down = given.order == "desc"
        found = rows[::-1] if down else rows
        if given.after is not None:
            after = UUID(given.after)
            found = [row for row in found if (row.id < after if down else row.id > after)]
        if given.start is not None:
            found = [row for row in found if row.id >= UUID(given.start)]
        if given.end is not None:
            found = [row for row in found if row.id <= UUID(given.end) or down]
        page = found[:5]
        more = len(found) > 5
        bounds = f"id ]{page[-1].id}..{given.end or ''}; max=1000" if more else None
        return Page(lambda: page, f"{bounds}{', order=desc' if down else ''}" if bounds else None, more, None)

    return fetch, asked


async def test_parallel_ranges_read_each_page_once() -> None:
    """`all(parallel=4)` returns what `all()` does, with at most one request more per additional range."""
    fetch, asked = by_id(40)
    pages: Pages[Any] = Pages(fetch, Range(), "/items")
    right = await pages.all()
    pages_read = len(asked)
    assert await pages.all(parallel=4) == right
    assert len(asked) <= 2 * pages_read + 4
    assert pages.cursor is None
    assert list(pages.gathered) == []


@pytest.mark.parametrize("failing", ["0", "4", "8", "c"])
async def test_a_failed_parallel_read_keeps_a_beginning(failing: str) -> None:
    """What is in `gathered` and what comes from the cursor on is the list, without a gap; and the note is true."""
    right = await Pages(by_id(40)[0], Range(), "/items").all()
    fetch, _ = by_id(40, lambda text: text.startswith(f"id {failing}"))
    pages: Pages[Any] = Pages(fetch, Range(), "/items")
    with raises(errors.ConnectError) as caught:
        await pages.all(parallel=4)
    kept = list(pages.gathered)
    assert caught.value.__notes__ == [f"{len(kept)} items are in pages.gathered; pages.cursor resumes from there."]
    assert pages.cursor is not None
    rest = await Pages(by_id(40)[0], Range.parse(pages.cursor), "/items").all()
    assert kept + rest == right
    assert bool(kept) == (failing != "0")


async def test_no_range_goes_on_when_one_failed() -> None:
    """The tasks of the other ranges end with the one that failed."""
    read = by_id(40, lambda text: text.startswith("id 8"))[0]
    finished: list[str] = []

    async def fetch(text: str) -> Page[Any]:
        for _ in range(0 if text.startswith("id 8") else 100):
            await asyncio.sleep(0)
        page: Page[Any] = await read(text)
        finished.append(text)
        return page

    with raises(errors.ConnectError):
        await Pages(fetch, Range(), "/items").all(parallel=4)
    assert finished == []
    assert len(asyncio.all_tasks()) == 1


async def test_item_on_an_edge_is_read_once() -> None:
    """An id that is in two ranges is there once, and the list is not read again."""
    edge = UUID(int=2**127)
    rows = [Item(UUID(int=edge.int + offset)) for offset in (-2, -1, 0, 1, 2)]
    asked: list[str] = []

    async def fetch(text: str) -> Page[Item]:
        asked.append(text)
        given = Range.parse(text.partition(";")[0])
        start, end = UUID(given.start or str(UUID(int=0))), UUID(given.end or str(UUID(int=2**128 - 1)))
        return Page(lambda: [row for row in rows if start <= row.id <= end], None, False, None)

    assert await Pages(fetch, Range(), "/items").all(parallel=2) == rows
    assert len(asked) == 2


async def test_ranges_that_overlap_are_read_again() -> None:
    """A platform that ignores where a range ends: the whole list is read once more, one page after the other."""
    rows = [Item(UUID(int=number << 124)) for number in (1, 3, 9, 15)]
    asked: list[str] = []

    async def fetch(text: str) -> Page[Item]:
        asked.append(text)
        given = Range.parse(text.partition(";")[0])
        start = UUID(given.start or str(UUID(int=0)))
        found = [rows[0], rows[3]] if given.end and start.int == 0 else [row for row in rows if start <= row.id]
        return Page(lambda: found, None, False, None)

    assert await Pages(fetch, Range(), "/items").all(parallel=2) == rows
    assert len(asked) == 3


async def test_nothing_gathered_before_all() -> None:
    """A list that was never read has gathered nothing."""
    assert Source(numbered(4, 2)).listed().gathered == ()


@pytest.mark.parametrize("parallel", [0, -1, True, "2"])
async def test_bad_parallel_is_rejected(parallel: Any) -> None:
    """An invalid number of ranges costs no token, and the error names it."""
    source = Source(numbered(4, 2))
    with raises(errors.InvalidRequest, match="parallel"):
        await source.listed().all(parallel=parallel)
    assert source.asked == []


@pytest.mark.parametrize("text", ["id ]0..; max=1000", "name ..; max=1000", "version ..; max=1000"])
async def test_only_a_whole_list_by_id_is_split(text: str) -> None:
    """The rest of a list, or one sorted by names, is read page after page whatever `parallel` says."""
    source = Source(numbered(6, 2))
    items = await source.listed(text).all(parallel=4)
    assert [item.id for item in items] == source.rest(text)
    assert source.asked[0] == text
    assert len(source.asked) == len(set(source.asked)) == len(source.pages) - source.number(text)


@pytest.mark.parametrize("number", [0, 1])
async def test_all_prefetches_while_it_decodes(number: int) -> None:
    """`all()` requests the next page before it decodes one, even the first."""
    source = Source(numbered(6, 2))
    asked: list[int] = []

    async def fetch(text: str) -> Page[Item]:
        page = await source.fetch(text)

        def read() -> Any:
            asked.append(len(source.asked))
            return page.read()

        return Page(read, page.next_range, page.partial, page.request_id)

    await Pages(fetch, Range(), "/items").all()
    assert asked[number] == number + 2


async def test_a_list_that_fails_is_reported() -> None:
    """The error names the path and the response that could not go on, and the session reports it once."""
    source = Source(numbered(4, 2))
    reported: list[errors.HerokuError] = []

    async def fetch(text: str) -> Page[Item]:
        page = await source.fetch(text)
        return Page(page.read, None, partial=True, request_id="r-7")

    pages = Pages(fetch, Range(), "/items", reported.append)
    with raises(errors.PagingError) as caught:
        await pages.all()
    assert reported == [caught.value]
    assert (caught.value.path, caught.value.request_id) == ("/items", "r-7")
