"""The keyword arguments of a session as a type, for functions that pass them on."""

from typing import TYPE_CHECKING, TypedDict

from aioheroku._middleware.retry import Retry
from aioheroku._middleware.two_factor import TwoFactor
from aioheroku._options import Timeout
from aioheroku._ratelimit import Pool
from aioheroku.cache import Cache
from aioheroku.events import Listener

if TYPE_CHECKING:
    from ssl import SSLContext

    import aiohttp
    from yarl import URL


class SessionOptions(TypedDict, total=False):
    """The keyword arguments of `Heroku`, except `base_url`, with the same meaning."""

    pool: Pool | None
    cache: Cache | None
    retry: Retry | None
    timeout: float | Timeout | None
    session: "aiohttp.ClientSession | None"
    proxy: "str | URL | None"
    trust_env: bool
    ssl: "SSLContext | None"
    user_agent: str | None
    on_event: Listener | None
    read_only: bool
    dry_run: bool
    two_factor: TwoFactor | None
    method_override: bool
    stream_session: "aiohttp.ClientSession | None"
