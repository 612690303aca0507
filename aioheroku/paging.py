"""Range and Pages: how a list is asked for and walked to its end."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Generic, Literal, Self, TypeVar
from uuid import UUID

import attrs

from aioheroku.errors import InvalidRequest, PagingError

T = TypeVar("T")

MAX_PAGE = 1000
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _bound(value: str | int | UUID | None) -> str | None:
    return str(value) if isinstance(value, int | UUID) else value


@attrs.frozen
class Range:
    """Which part of a list, in which order, and how many items a page.

    `Range("version", order="desc", max=1)` is sent as `version ..; max=1, order=desc`. `start` includes its value,
    `after` excludes it, `end` includes it and needs a start. Without `max` pages are as large as the API allows.
    See <https://devcenter.heroku.com/articles/platform-api-reference#ranges>.

    Raises:
        InvalidRequest: an argument that the API would refuse, or answer with less than was meant.
    """

    field: str = "id"
    start: str | None = attrs.field(default=None, kw_only=True, converter=_bound)
    after: str | None = attrs.field(default=None, kw_only=True, converter=_bound)
    end: str | None = attrs.field(default=None, kw_only=True, converter=_bound)
    order: Literal["asc", "desc"] = attrs.field(default="asc", kw_only=True)
    max: int = attrs.field(default=MAX_PAGE, kw_only=True)
    text: str = attrs.field(default="", init=False, repr=False)
    """What is sent."""

    def __attrs_post_init__(self) -> None:
        self._check()
        lower = f"]{self.after}" if self.after is not None else self.start or ""
        text = f"{self.field} {lower}..{self.end or ''}; max={self.max}"
        object.__setattr__(self, "text", f"{text}, order=desc" if self.order == "desc" else text)

    def _check(self) -> None:
        if not isinstance(self.field, str) or not _FIELD.fullmatch(self.field):
            raise InvalidRequest(f"{self.field!r} is no name of a field, such as 'id' or 'name'.", "range.field")
        if isinstance(self.max, bool) or not isinstance(self.max, int) or not 1 <= self.max <= MAX_PAGE:
            raise InvalidRequest(f"{self.max!r} is not between 1 and {MAX_PAGE}.", "range.max")
        if self.order not in ("asc", "desc"):
            raise InvalidRequest(f"{self.order!r} is neither 'asc' nor 'desc'.", "range.order")
        for name in ("start", "after", "end"):
            value = getattr(self, name)
            if value is None:
                continue
            if not isinstance(value, str) or not value or not value.isprintable() or value[0] in "[]":
                raise InvalidRequest(f"{value!r} is no value of the field {self.field!r}.", f"range.{name}")
            if ".." in value or ";" in value:
                raise InvalidRequest(f"{value!r} holds '..' or ';', which part a range.", f"range.{name}")
        if self.start is not None and self.after is not None:
            raise InvalidRequest("give either start (included) or after (excluded), not both.", "range.after")
        if self.end is not None and self.start is None and self.after is None:
            raise InvalidRequest("the API takes no end without a start: give start or after too.", "range.end")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The range that `text` (a `pages.cursor`, a Next-Range header) stands for; it is sent unchanged.

        Raises:
            InvalidRequest: the text is no range.
        """
        if not isinstance(text, str) or not text.isprintable() or not (word := _FIELD.match(text.lstrip())):
            raise InvalidRequest(f"{text!r} is no range, such as 'id ]x..; max=1000'.", "range")
        found = _parts(text)
        parsed = cls(word.group())
        for name, value in {**found, "text": text}.items():
            object.__setattr__(parsed, name, value)
        return parsed

    def narrowed(self, max: int) -> "Range":
        """The same range with fewer items a page; a parsed one stays as it is."""
        plain = attrs.evolve(self)
        return attrs.evolve(self, max=min(max, self.max)) if plain.text == self.text else self

    def __str__(self) -> str:
        return self.text


def _parts(text: str) -> dict[str, str | int]:
    """What can be read out of a range's text; the rest of it matters to the platform only."""
    found: dict[str, str | int] = {}
    bounds, _, keys = text.partition(";")
    lower, dots, upper = bounds.strip().partition(" ")[2].partition("..")
    lower = lower.strip()
    if dots and lower:
        if lower.startswith("]"):
            found["after"] = lower[1:]
        else:
            found["start"] = lower.removeprefix("[")
    if dots and upper.strip():
        found["end"] = upper.strip()
    for key in keys.replace(";", ",").split(","):
        name, _, value = (part.strip() for part in key.partition("="))
        if name == "max" and value.isdecimal():
            found["max"] = int(value)
        elif name == "order" and value in ("asc", "desc"):
            found["order"] = value
    return found


FULL = Range()
"""The whole list, in the order that the endpoint walks best, 1000 items a page."""


@attrs.frozen
class Page(Generic[T]):
    """One answer of a list: its items and the range of the next one."""

    items: Sequence[T]
    next_range: str | None
    partial: bool
    """Whether the platform said 206: there is more."""
    request_id: str | None


Fetch = Callable[[str], Awaitable[Page[T]]]


@attrs.define(eq=False)
class Pages(Generic[T]):
    """A list of the API, walked page by page; nothing is asked for until it is used.

    `async for item in pages`, `async for page in pages.pages()`, `await pages.all()`, `await pages.first()`. Each of
    them begins at the start; after an error or a `break`, `Range.parse(pages.cursor)` goes on.

    Raises (all of them):
        PagingError: the list cannot be walked to its end: a range that was already asked for, or a cut page that
            names no next one.
        APIError, ConnectionFailed, DecodeError: as any call.
    """

    _fetch: Fetch[T] = attrs.field(repr=False)
    _range: Range
    path: str = ""
    cursor: str | None = attrs.field(init=False)
    """The range from which nothing is lost: that of the page after the last one that was used up; `None` at the
    end."""
    gathered: Sequence[T] = attrs.field(init=False, factory=tuple, repr=False)
    """What `all()` had fetched when it failed."""

    def __attrs_post_init__(self) -> None:
        self.cursor = self._range.text

    def pages(self) -> AsyncIterator[Sequence[T]]:
        """The pages one by one, each a sequence of items; empty ones are left out."""
        return _PageIterator(self, _Walk(self._fetch, self._range.text, self.path))

    def __aiter__(self) -> AsyncIterator[T]:
        return _ItemIterator(self, _Walk(self._fetch, self._range.text, self.path))

    async def all(self) -> list[T]:
        """Every item, as a list. If it fails half-way, `gathered` holds what was fetched."""
        items: list[T] = []
        try:
            async for page in self.pages():
                items.extend(page)
        except Exception as error:
            self.gathered = items
            error.add_note(f"{len(items)} items are in pages.gathered; pages.cursor goes on from there.")
            raise
        return items

    async def first(self) -> T | None:
        """The first item, or `None` where there is none; costs one request if the first page has an item."""
        page = await _Walk(self._fetch, self._range.narrowed(1).text, self.path).next_page()
        return page.items[0] if page is not None else None


class _Walk(Generic[T]):
    """The way from page to page: where it leads next and where it has been."""

    __slots__ = ("_cut", "_fetch", "_next", "_path", "_seen")

    def __init__(self, fetch: Fetch[T], start: str, path: str) -> None:
        self._fetch = fetch
        self._next: str | None = start
        self._path = path
        self._seen: set[str] = set()
        self._cut: PagingError | None = None

    async def next_page(self) -> Page[T] | None:
        """The next page that has items; `None` at the end. A page that was fetched is handed out before an error."""
        while (asked := self._next) is not None:
            if asked in self._seen:
                raise PagingError("the list leads back to a range that was already read.", asked, path=self._path)
            page = await self._fetch(asked)
            self._seen.add(asked)
            self._next = page.next_range
            if page.partial and page.next_range is None:
                problem = "the platform cut the list (206) and named no next range."
                self._cut = PagingError(problem, asked, path=self._path, request_id=page.request_id)
            if page.items:
                return page
        if self._cut is not None:
            raise self._cut
        return None


class _PageIterator(Generic[T]):
    """The cursor of the list moves on with each page that is handed out."""

    __slots__ = ("_list", "_walk")

    def __init__(self, list_: Pages[T], walk: _Walk[T]) -> None:
        self._list = list_
        self._walk = walk

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Sequence[T]:
        page = await self._walk.next_page()
        if page is None:
            self._list.cursor = None
            raise StopAsyncIteration
        if not page.partial or page.next_range is not None:
            self._list.cursor = page.next_range
        return page.items


class _ItemIterator(Generic[T]):
    """The cursor of the list moves on with the last item of a page, so that going on from it loses none."""

    __slots__ = ("_index", "_list", "_page", "_walk")

    def __init__(self, list_: Pages[T], walk: _Walk[T]) -> None:
        self._list = list_
        self._walk = walk
        self._page: Page[T] = Page((), None, partial=False, request_id=None)
        self._index = 0

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        if self._index == len(self._page.items):
            page = await self._walk.next_page()
            if page is None:
                self._list.cursor = None
                raise StopAsyncIteration
            self._page, self._index = page, 0
        item = self._page.items[self._index]
        self._index += 1
        if self._index == len(self._page.items) and (not self._page.partial or self._page.next_range is not None):
            self._list.cursor = self._page.next_range
        return item
