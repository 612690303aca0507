"""The resources of the API: a model and its operations each, loaded when first used.

Type checkers and editors read the imports; at run time a name is looked up in `_HOMES`, so that a hundred resources
cost nothing until they are needed. A test holds both lists equal.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aioheroku.resources.account import *
    from aioheroku.resources.account_features import *
    from aioheroku.resources.addon_services import *
    from aioheroku.resources.addons import *
    from aioheroku.resources.app_features import *
    from aioheroku.resources.app_setups import *
    from aioheroku.resources.app_transfers import *
    from aioheroku.resources.apps import *
    from aioheroku.resources.build_results import *
    from aioheroku.resources.builds import *
    from aioheroku.resources.collaborators import *
    from aioheroku.resources.config_vars import *
    from aioheroku.resources.credits import *
    from aioheroku.resources.domains import *
    from aioheroku.resources.dynos import *
    from aioheroku.resources.formation import *
    from aioheroku.resources.identities import *
    from aioheroku.resources.keys import *
    from aioheroku.resources.log_drains import *
    from aioheroku.resources.log_sessions import *
    from aioheroku.resources.oauth_authorizations import *
    from aioheroku.resources.oauth_clients import *
    from aioheroku.resources.oauth_tokens import *
    from aioheroku.resources.organization_app_collaborators import *
    from aioheroku.resources.organization_apps import *
    from aioheroku.resources.organization_members import *
    from aioheroku.resources.organizations import *
    from aioheroku.resources.plans import *
    from aioheroku.resources.rate_limits import *
    from aioheroku.resources.regions import *
    from aioheroku.resources.releases import *
    from aioheroku.resources.slugs import *
    from aioheroku.resources.ssl_endpoints import *
    from aioheroku.resources.stacks import *

_HOMES = {
    "account": ("Account", "Accounts"),
    "account_features": ("AccountFeature", "AccountFeatures"),
    "addon_services": ("AddonService", "AddonServices"),
    "addons": ("Addon", "AddonAttachmentName", "Addons"),
    "app_features": ("AppFeature", "AppFeatures"),
    "app_setups": ("AppSetup", "AppSetupApp", "AppSetupOverrides", "AppSetupPostdeploy", "AppSetupSource", "AppSetups"),
    "app_transfers": ("AppTransfer", "AppTransfers"),
    "apps": ("App", "Apps"),
    "build_results": ("BuildLine", "BuildResult", "BuildResults"),
    "builds": ("Build", "BuildSource", "BuildpackSource", "Builds", "SourceBlob"),
    "collaborators": ("Collaborator", "Collaborators"),
    "config_vars": ("ConfigVars",),
    "credits": ("Credit", "Credits"),
    "domains": ("Domain", "Domains"),
    "dynos": ("Dyno", "DynoRelease", "Dynos"),
    "formation": ("Formation", "FormationUpdate", "Formations"),
    "identities": ("BuildOutcome", "Identity", "Person", "Reference"),
    "keys": ("Key", "Keys"),
    "log_drains": ("LogDrain", "LogDrains"),
    "log_sessions": ("LogSession", "LogSessions"),
    "oauth_authorizations": (
        "OAuthAuthorization",
        "OAuthAuthorizationClient",
        "OAuthAuthorizationGrant",
        "OAuthAuthorizations",
    ),
    "oauth_clients": ("OAuthClient", "OAuthClients"),
    "oauth_tokens": (
        "ClientSecret",
        "Grant",
        "IssuedToken",
        "OAuthToken",
        "OAuthTokenClient",
        "OAuthTokenGrant",
        "OAuthTokens",
        "RefreshToken",
    ),
    "organization_app_collaborators": ("OrganizationAppCollaborator", "OrganizationAppCollaborators"),
    "organization_apps": ("OrganizationApp", "OrganizationApps", "OrganizationName"),
    "organization_members": ("OrganizationMember", "OrganizationMembers"),
    "organizations": ("Organization", "Organizations"),
    "plans": ("Plan", "PlanPrice", "Plans"),
    "rate_limits": ("RateLimit", "RateLimits"),
    "regions": ("Region", "Regions"),
    "releases": ("Release", "Releases"),
    "slugs": ("Slug", "SlugBlob", "Slugs"),
    "ssl_endpoints": ("SSLEndpoint", "SSLEndpoints"),
    "stacks": ("Stack", "Stacks"),
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
    return value


def __dir__() -> list[str]:
    return sorted(_MODULES)
