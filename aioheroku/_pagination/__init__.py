"""Pagination: `Range` and `Pages`."""

from aioheroku._pagination.pages import Pages
from aioheroku._pagination.paginator import Fetch, Page
from aioheroku._pagination.ranges import FULL, MAX_PAGE, Range

__all__ = ["FULL", "MAX_PAGE", "Fetch", "Page", "Pages", "Range"]
