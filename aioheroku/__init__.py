"""An asyncio client for the Heroku Platform API."""

from sys import modules
from typing import TYPE_CHECKING, Any

from aioheroku import errors, resources
from aioheroku._client.session import Heroku
from aioheroku._codec import structure, unstructure
from aioheroku._http import Options, Request, Response
from aioheroku._middleware.retry import Retry
from aioheroku._options import Timeout, __version__
from aioheroku._pagination import Page, Pages, Range
from aioheroku._ratelimit import Pool, PoolSnapshot
from aioheroku._unset import UNSET, Unset
from aioheroku.auth import Credentials, TokenPair
from aioheroku.cache import MemoryCache
from aioheroku.errors import HerokuError, HerokuWarning

if TYPE_CHECKING:
    from aioheroku._ratelimit.redis import RedisPool
    from aioheroku.cache._disk import DiskCache
    from aioheroku.resources import *

__all__ = [  # noqa: RUF022 - plain alphabetical order
    "Account",
    "AccountFeature",
    "AccountFeatures",
    "Accounts",
    "Addon",
    "AddonAttachmentName",
    "AddonService",
    "AddonServices",
    "Addons",
    "App",
    "AppFeature",
    "AppFeatures",
    "AppSetup",
    "AppSetupApp",
    "AppSetupOverrides",
    "AppSetupPostdeploy",
    "AppSetupSource",
    "AppSetups",
    "AppTransfer",
    "AppTransfers",
    "Apps",
    "Build",
    "BuildLine",
    "BuildOutcome",
    "BuildResult",
    "BuildResults",
    "BuildSource",
    "BuildpackSource",
    "Builds",
    "ClientSecret",
    "Collaborator",
    "Collaborators",
    "ConfigVars",
    "Credentials",
    "Credit",
    "Credits",
    "DiskCache",
    "Domain",
    "Domains",
    "Dyno",
    "DynoRelease",
    "Dynos",
    "Formation",
    "FormationUpdate",
    "Formations",
    "Grant",
    "Heroku",
    "HerokuError",
    "HerokuWarning",
    "Identity",
    "IssuedToken",
    "Key",
    "Keys",
    "LogDrain",
    "LogDrains",
    "LogSession",
    "LogSessions",
    "MemoryCache",
    "OAuthAuthorization",
    "OAuthAuthorizationClient",
    "OAuthAuthorizationGrant",
    "OAuthAuthorizations",
    "OAuthClient",
    "OAuthClients",
    "OAuthToken",
    "OAuthTokenClient",
    "OAuthTokenGrant",
    "OAuthTokens",
    "Options",
    "Organization",
    "OrganizationApp",
    "OrganizationAppCollaborator",
    "OrganizationAppCollaborators",
    "OrganizationApps",
    "OrganizationMember",
    "OrganizationMembers",
    "OrganizationName",
    "Organizations",
    "Page",
    "Pages",
    "Person",
    "Plan",
    "PlanPrice",
    "Plans",
    "Pool",
    "PoolSnapshot",
    "Range",
    "RateLimit",
    "RateLimits",
    "RedisPool",
    "Reference",
    "RefreshToken",
    "Region",
    "Regions",
    "Release",
    "Releases",
    "Request",
    "Response",
    "Retry",
    "SSLEndpoint",
    "SSLEndpoints",
    "Slug",
    "SlugBlob",
    "Slugs",
    "SourceBlob",
    "Stack",
    "Stacks",
    "Timeout",
    "TokenPair",
    "UNSET",
    "Unset",
    "__version__",
    "errors",
    "structure",
    "unstructure",
]


def __getattr__(name: str) -> Any:
    if name == "DiskCache":
        from aioheroku.cache._disk import DiskCache  # noqa: PLC0415 - a database and ciphers, for the few who use it

        return DiskCache
    if name == "RedisPool":
        from aioheroku._ratelimit.redis import RedisPool  # noqa: PLC0415 - likewise

        return RedisPool
    try:
        return getattr(resources, name)
    except AttributeError:
        problem = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(problem, name=name, obj=modules[__name__]) from None


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
