"""Range and Pages: how a list is asked for and walked to its end."""

from aioheroku.paging.pages import Pages
from aioheroku.paging.paginator import Fetch, Page
from aioheroku.paging.ranges import FULL, MAX_PAGE, Range

__all__ = ["FULL", "MAX_PAGE", "Fetch", "Page", "Pages", "Range"]
