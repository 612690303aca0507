"""An asyncio client for the Heroku Platform API."""

from typing import TYPE_CHECKING, Any

from aioheroku import errors, resources
from aioheroku.auth import Credentials, TokenPair
from aioheroku.errors import HerokuError
from aioheroku.http import Options, Request, Response
from aioheroku.paging import Page, Pages, Range
from aioheroku.pool import Pool, PoolSnapshot
from aioheroku.retry import Retry
from aioheroku.session import Heroku
from aioheroku.transport import Timeout
from aioheroku.unset import UNSET, Unset
from aioheroku.wire import structure, unstructure

if TYPE_CHECKING:
    from aioheroku.resources import *


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("aioheroku")
    return getattr(resources, name)
