"""An asyncio client for the Heroku Platform API.

Names are imported when they are first used: a command that only prints its help needs neither aiohttp nor msgspec.
"""

from importlib import import_module
from sys import modules
from typing import TYPE_CHECKING, Any

from aioheroku import resources
from aioheroku._version import __version__ as __version__

if TYPE_CHECKING:
    from aioheroku import errors as errors
    from aioheroku._campaigns.campaign import Campaign as Campaign
    from aioheroku._campaigns.journal import Journal as Journal
    from aioheroku._campaigns.outcomes import (
        Done as Done,
        Failed as Failed,
        Outcome as Outcome,
        Planned as Planned,
        Summary as Summary,
        Unknown as Unknown,
    )
    from aioheroku._campaigns.plan import CampaignPlan as CampaignPlan
    from aioheroku._client.session import Heroku as Heroku
    from aioheroku._codec import structure as structure, unstructure as unstructure
    from aioheroku._http import Options as Options, Request as Request, Response as Response
    from aioheroku._middleware.retry import Retry as Retry
    from aioheroku._options import Timeout as Timeout
    from aioheroku._pagination import Page as Page, Pages as Pages, Range as Range
    from aioheroku._ratelimit import Pool as Pool, PoolSnapshot as PoolSnapshot
    from aioheroku._ratelimit.redis import RedisPool as RedisPool
    from aioheroku._streams.lines import LogLine as LogLine
    from aioheroku._streams.router import RouterLine as RouterLine
    from aioheroku._streams.values import StreamTimes as StreamTimes, Transfer as Transfer
    from aioheroku._unset import UNSET as UNSET, Unset as Unset
    from aioheroku.auth import Credentials as Credentials, TokenPair as TokenPair
    from aioheroku.cache import DiskCache as DiskCache, MemoryCache as MemoryCache
    from aioheroku.errors import HerokuError as HerokuError, HerokuWarning as HerokuWarning
    from aioheroku.resources import *

_HOMES = {
    "aioheroku._campaigns.campaign": ("Campaign",),
    "aioheroku._campaigns.journal": ("Journal",),
    "aioheroku._campaigns.outcomes": ("Done", "Failed", "Outcome", "Planned", "Summary", "Unknown"),
    "aioheroku._campaigns.plan": ("CampaignPlan",),
    "aioheroku._client.session": ("Heroku",),
    "aioheroku._codec": ("structure", "unstructure"),
    "aioheroku._http": ("Options", "Request", "Response"),
    "aioheroku._middleware.retry": ("Retry",),
    "aioheroku._options": ("Timeout",),
    "aioheroku._pagination": ("Page", "Pages", "Range"),
    "aioheroku._ratelimit": ("Pool", "PoolSnapshot"),
    "aioheroku._ratelimit.redis": ("RedisPool",),
    "aioheroku._streams.lines": ("LogLine",),
    "aioheroku._streams.router": ("RouterLine",),
    "aioheroku._streams.values": ("StreamTimes", "Transfer"),
    "aioheroku._unset": ("UNSET", "Unset"),
    "aioheroku.auth": ("Credentials", "TokenPair"),
    "aioheroku.cache": ("DiskCache", "MemoryCache"),
    "aioheroku.errors": ("HerokuError", "HerokuWarning"),
}
"""The home of each name: what the imports above say once more, since Python itself does not execute them."""
_MODULES = frozenset({"auth", "cache", "errors", "events", "webhooks"})
"""Public modules, which need no import of their own."""
_LAZY = {name: home for home, names in _HOMES.items() for name in names}


def _public() -> list[str]:
    return sorted({*_LAZY, *dir(resources), "__version__", "errors"})


if not TYPE_CHECKING:  # type checkers go by what is imported `as` itself
    __all__ = list(_public())


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    home = import_module(_LAZY[name]) if name in _LAZY else resources
    try:
        value = getattr(home, name)
    except AttributeError:
        problem = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(problem, name=name, obj=modules[__name__]) from None
    if name in _LAZY:
        globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_public()})
