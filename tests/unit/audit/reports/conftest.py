"""What the tests of the reports share: a browser, and a page that is open in it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aioheroku.audit import write_html
from tests._support.browser import Page, chromium, tab
from tests._support.fleet import AT

Show = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One for all tests."""
    with chromium(tmp_path_factory.mktemp("chromium")) as address:
        yield address


@pytest.fixture
async def page(browser: str) -> AsyncIterator[Page]:
    """A tab; whatever a test does in it, nothing is sent, and the console has no complaint."""
    async with tab(browser) as page:
        yield page
        assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []
        assert len([url for url in page.requests if url.startswith("file:")]) == 1
        assert page.complaints == []


@pytest.fixture
async def show(page: Page, tmp_path: Path) -> Show:
    """Write records as a page, and open it."""

    async def show(records: Any, changes: Any = None) -> Page:
        file = tmp_path / "report.html"
        await write_html(records, file, at=AT, changes=changes)
        await page.open(file.as_uri())
        return page

    return show
