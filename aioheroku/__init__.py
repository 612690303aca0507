"""An asyncio client for the Heroku Platform API."""

from importlib import import_module
from sys import modules
from typing import TYPE_CHECKING, Any

from aioheroku import errors as errors
from aioheroku import resources
from aioheroku._client.session import Heroku as Heroku
from aioheroku._codec import structure as structure
from aioheroku._codec import unstructure as unstructure
from aioheroku._http import Options as Options
from aioheroku._http import Request as Request
from aioheroku._http import Response as Response
from aioheroku._middleware.retry import Retry as Retry
from aioheroku._options import Timeout as Timeout
from aioheroku._pagination import Page as Page
from aioheroku._pagination import Pages as Pages
from aioheroku._pagination import Range as Range
from aioheroku._ratelimit import Pool as Pool
from aioheroku._ratelimit import PoolSnapshot as PoolSnapshot
from aioheroku._streams.values import StreamTimes as StreamTimes
from aioheroku._streams.values import Transfer as Transfer
from aioheroku._unset import UNSET as UNSET
from aioheroku._unset import Unset as Unset
from aioheroku._version import __version__ as __version__
from aioheroku.auth import Credentials as Credentials
from aioheroku.auth import TokenPair as TokenPair
from aioheroku.errors import HerokuError as HerokuError
from aioheroku.errors import HerokuWarning as HerokuWarning

if TYPE_CHECKING:
    from aioheroku._campaigns.campaign import Campaign as Campaign
    from aioheroku._campaigns.journal import Journal as Journal
    from aioheroku._campaigns.outcomes import Done as Done
    from aioheroku._campaigns.outcomes import Failed as Failed
    from aioheroku._campaigns.outcomes import Outcome as Outcome
    from aioheroku._campaigns.outcomes import Planned as Planned
    from aioheroku._campaigns.outcomes import Summary as Summary
    from aioheroku._campaigns.outcomes import Unknown as Unknown
    from aioheroku._campaigns.plan import CampaignPlan as CampaignPlan
    from aioheroku._ratelimit.redis import RedisPool as RedisPool
    from aioheroku._streams.lines import LogLine as LogLine
    from aioheroku._streams.router import RouterLine as RouterLine
    from aioheroku.cache import DiskCache as DiskCache
    from aioheroku.cache import MemoryCache as MemoryCache
    from aioheroku.resources import *

_LAZY = {
    "Campaign": "aioheroku._campaigns.campaign",
    "DiskCache": "aioheroku.cache",
    "Journal": "aioheroku._campaigns.journal",
    "CampaignPlan": "aioheroku._campaigns.plan",
    "LogLine": "aioheroku._streams.lines",
    "MemoryCache": "aioheroku.cache",
    "RedisPool": "aioheroku._ratelimit.redis",
    "RouterLine": "aioheroku._streams.router",
    **dict.fromkeys(("Done", "Failed", "Outcome", "Planned", "Summary", "Unknown"), "aioheroku._campaigns.outcomes"),
}
"""What is imported by those who use it: it needs an extra, a database, or time."""


def _public() -> list[str]:
    own = (name for name, value in globals().items() if getattr(value, "__module__", "").startswith("aioheroku."))
    return sorted({*own, *_LAZY, *dir(resources), "UNSET", "__version__", "errors"})


if not TYPE_CHECKING:  # type checkers go by what is imported `as` itself
    __all__ = list(_public())


def __getattr__(name: str) -> Any:
    home = import_module(_LAZY[name]) if name in _LAZY else resources
    try:
        return getattr(home, name)
    except AttributeError:
        problem = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(problem, name=name, obj=modules[__name__]) from None


def __dir__() -> list[str]:
    return sorted({*globals(), *_public()})
