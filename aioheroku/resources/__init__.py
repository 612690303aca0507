"""The resources of the API: a model and its operations each, loaded when first used.

Type checkers and editors read the imports; at run time a name is looked up in `_table.py`, so that a hundred resources
cost nothing until they are needed. Both are written by `python tests/unit/resources/test_names.py`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from aioheroku.resources._table import TABLE

if TYPE_CHECKING:
    # <imports>
    from aioheroku.resources._refs import *
    from aioheroku.resources.account.account import *
    from aioheroku.resources.account.account_delinquency import *
    from aioheroku.resources.account.account_features import *
    from aioheroku.resources.account.credits import *
    from aioheroku.resources.account.invoice_address import *
    from aioheroku.resources.account.invoices import *
    from aioheroku.resources.account.keys import *
    from aioheroku.resources.account.password_resets import *
    from aioheroku.resources.account.rate_limits import *
    from aioheroku.resources.account.sms_number import *
    from aioheroku.resources.account.user_preferences import *
    from aioheroku.resources.addons.addon_actions import *
    from aioheroku.resources.addons.addon_attachments import *
    from aioheroku.resources.addons.addon_config import *
    from aioheroku.resources.addons.addon_region_capabilities import *
    from aioheroku.resources.addons.addon_services import *
    from aioheroku.resources.addons.addons import *
    from aioheroku.resources.addons.plans import *
    from aioheroku.resources.apps.app_features import *
    from aioheroku.resources.apps.app_setups import *
    from aioheroku.resources.apps.app_transfers import *
    from aioheroku.resources.apps.apps import *
    from aioheroku.resources.apps.collaborators import *
    from aioheroku.resources.apps.config_vars import *
    from aioheroku.resources.apps.domains import *
    from aioheroku.resources.apps.dynos import *
    from aioheroku.resources.apps.formation import *
    from aioheroku.resources.apps.log_drains import *
    from aioheroku.resources.apps.log_sessions import *
    from aioheroku.resources.apps.releases import *
    from aioheroku.resources.apps.sni_endpoints import *
    from aioheroku.resources.apps.ssl_endpoints import *
    from aioheroku.resources.builds.build_results import *
    from aioheroku.resources.builds.buildpack_installations import *
    from aioheroku.resources.builds.builds import *
    from aioheroku.resources.builds.oci_images import *
    from aioheroku.resources.builds.slugs import *
    from aioheroku.resources.builds.sources import *
    from aioheroku.resources.ci.test_cases import *
    from aioheroku.resources.ci.test_nodes import *
    from aioheroku.resources.ci.test_runs import *
    from aioheroku.resources.enterprise.audit_trail_archives import *
    from aioheroku.resources.enterprise.audit_trail_events import *
    from aioheroku.resources.enterprise.enterprise_account_daily_usage import *
    from aioheroku.resources.enterprise.enterprise_account_members import *
    from aioheroku.resources.enterprise.enterprise_account_monthly_usage import *
    from aioheroku.resources.enterprise.enterprise_accounts import *
    from aioheroku.resources.oauth.oauth_authorizations import *
    from aioheroku.resources.oauth.oauth_clients import *
    from aioheroku.resources.oauth.oauth_sessions import *
    from aioheroku.resources.oauth.oauth_tokens import *
    from aioheroku.resources.organizations.organization_app_collaborators import *
    from aioheroku.resources.organizations.organization_apps import *
    from aioheroku.resources.organizations.organization_members import *
    from aioheroku.resources.organizations.organizations import *
    from aioheroku.resources.pipelines.pipeline_builds import *
    from aioheroku.resources.pipelines.pipeline_config_vars import *
    from aioheroku.resources.pipelines.pipeline_couplings import *
    from aioheroku.resources.pipelines.pipeline_deployments import *
    from aioheroku.resources.pipelines.pipeline_promotion_targets import *
    from aioheroku.resources.pipelines.pipeline_promotions import *
    from aioheroku.resources.pipelines.pipeline_releases import *
    from aioheroku.resources.pipelines.pipeline_stacks import *
    from aioheroku.resources.pipelines.pipeline_transfers import *
    from aioheroku.resources.pipelines.pipelines import *
    from aioheroku.resources.pipelines.review_app_config import *
    from aioheroku.resources.pipelines.review_apps import *
    from aioheroku.resources.platform.dyno_sizes import *
    from aioheroku.resources.platform.generations import *
    from aioheroku.resources.platform.regions import *
    from aioheroku.resources.platform.stacks import *
    from aioheroku.resources.spaces.inbound_rulesets import *
    from aioheroku.resources.spaces.peering_info import *
    from aioheroku.resources.spaces.peerings import *
    from aioheroku.resources.spaces.space_access import *
    from aioheroku.resources.spaces.space_nat import *
    from aioheroku.resources.spaces.space_topology import *
    from aioheroku.resources.spaces.space_transfers import *
    from aioheroku.resources.spaces.spaces import *
    from aioheroku.resources.spaces.vpn_connections import *
    from aioheroku.resources.teams.allowed_addon_services import *
    from aioheroku.resources.teams.filters import *
    from aioheroku.resources.teams.identity_providers import *
    from aioheroku.resources.teams.permission_entities import *
    from aioheroku.resources.teams.team_addons import *
    from aioheroku.resources.teams.team_app_collaborators import *
    from aioheroku.resources.teams.team_app_permissions import *
    from aioheroku.resources.teams.team_apps import *
    from aioheroku.resources.teams.team_daily_usage import *
    from aioheroku.resources.teams.team_delinquency import *
    from aioheroku.resources.teams.team_features import *
    from aioheroku.resources.teams.team_invitations import *
    from aioheroku.resources.teams.team_invoices import *
    from aioheroku.resources.teams.team_members import *
    from aioheroku.resources.teams.team_monthly_usage import *
    from aioheroku.resources.teams.team_preferences import *
    from aioheroku.resources.teams.team_spaces import *
    from aioheroku.resources.teams.teams import *
    from aioheroku.resources.telemetry.telemetry_drains import *
    from aioheroku.resources.webhooks.addon_webhook_deliveries import *
    from aioheroku.resources.webhooks.addon_webhook_events import *
    from aioheroku.resources.webhooks.addon_webhooks import *
    from aioheroku.resources.webhooks.app_webhook_deliveries import *
    from aioheroku.resources.webhooks.app_webhook_events import *
    from aioheroku.resources.webhooks.app_webhooks import *
    # </imports>

_MODULES = {name: module for module, names in TABLE.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
    return value


def __dir__() -> list[str]:
    return sorted(_MODULES)
