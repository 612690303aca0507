"""The resources of the API: a model and its operations each, loaded when first used.

Type checkers and editors read the imports; at run time a name is looked up in the table, so that a hundred resources
cost nothing until they are needed. Both are written by `python tests/unit/resources/test_names.py`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

_TABLE = {
    # <table>
    "_refs": (
        "AppBuildpack",
        "BuildOutcome",
        "Identity",
        "MemberProvider",
        "Named",
        "NamedPerson",
        "Permission",
        "Person",
        "ProviderIdentity",
        "ProviderOwner",
        "Reference",
    ),
    "account.account": ("Account", "AccountIdentityProvider", "Accounts"),
    "account.account_delinquency": ("AccountDelinquencies", "AccountDelinquency"),
    "account.account_features": ("AccountFeature", "AccountFeatures"),
    "account.credits": ("Credit", "Credits"),
    "account.invoice_address": ("InvoiceAddress", "InvoiceAddresses"),
    "account.invoices": ("Invoice", "Invoices"),
    "account.keys": ("Key", "Keys"),
    "account.password_resets": ("PasswordReset", "PasswordResets"),
    "account.rate_limits": ("RateLimit", "RateLimits"),
    "account.sms_number": ("SMSNumber", "SMSNumbers"),
    "account.user_preferences": ("UserPreferences", "UserPreferencesResource", "UserPreferencesUpdate"),
    "addons.addon_actions": ("AddonActions",),
    "addons.addon_attachments": ("AddonAttachment", "AddonAttachments", "AttachedAddon"),
    "addons.addon_config": ("AddonConfig", "AddonConfigUpdate", "AddonConfigs"),
    "addons.addon_region_capabilities": (
        "AddonRegionCapabilities",
        "AddonRegionCapability",
        "CapabilityAddonService",
        "CapabilityProvider",
        "CapabilityRegion",
    ),
    "addons.addon_services": ("AddonService", "AddonServiceDetails", "AddonServices"),
    "addons.addons": (
        "Addon",
        "AddonAttachmentName",
        "AddonBilledPrice",
        "AddonBillingEntity",
        "AddonPlan",
        "AddonPlanAction",
        "AddonPlanMeter",
        "Addons",
        "PlanReference",
    ),
    "addons.plans": ("Plan", "PlanPrice", "Plans"),
    "apps.app_features": ("AppFeature", "AppFeatures"),
    "apps.app_setups": (
        "AppSetup",
        "AppSetupApp",
        "AppSetupBuild",
        "AppSetupBuildpack",
        "AppSetupOverrides",
        "AppSetupPostdeploy",
        "AppSetupSource",
        "AppSetups",
    ),
    "apps.app_transfers": ("AppTransfer", "AppTransfers"),
    "apps.apps": ("App", "AppSpace", "Apps"),
    "apps.collaborators": ("Collaborator", "CollaboratorUser", "Collaborators"),
    "apps.config_vars": ("ConfigVars",),
    "apps.domains": ("Domain", "Domains"),
    "apps.dynos": ("Dyno", "DynoRelease", "Dynos"),
    "apps.formation": ("DynoSizeName", "Formation", "FormationUpdate", "Formations"),
    "apps.log_drains": ("LogDrain", "LogDrainAddon", "LogDrains"),
    "apps.log_sessions": ("LogSession", "LogSessions"),
    "apps.releases": ("Release", "ReleaseArtifact", "Releases"),
    "apps.sni_endpoints": ("SNICertificate", "SNIEndpoint", "SNIEndpoints"),
    "apps.ssl_endpoints": ("SSLEndpoint", "SSLEndpoints"),
    "builds.build_results": ("BuildLine", "BuildResult", "BuildResults"),
    "builds.buildpack_installations": (
        "Buildpack",
        "BuildpackInstallation",
        "BuildpackInstallations",
        "BuildpackUpdate",
    ),
    "builds.builds": ("Build", "BuildSource", "BuildpackSource", "Builds", "SourceBlob"),
    "builds.oci_images": ("NewOCIBuildpack", "OCIBuildpack", "OCIImage", "OCIImages"),
    "builds.slugs": ("Slug", "SlugBlob", "Slugs"),
    "builds.sources": ("Source", "SourceURLs", "Sources"),
    "ci.test_cases": ("TestCase", "TestCases"),
    "ci.test_nodes": ("TestNode", "TestNodeDyno", "TestNodes"),
    "ci.test_runs": ("TestRun", "TestRunDyno", "TestRunOrganization", "TestRunPipeline", "TestRuns"),
    "enterprise.audit_trail_archives": ("AuditTrailArchive", "AuditTrailArchives"),
    "enterprise.audit_trail_events": ("AuditTrailEvent", "AuditTrailEvents", "AuditedRequest"),
    "enterprise.enterprise_account_daily_usage": (
        "EnterpriseAccountDailyUsage",
        "EnterpriseAccountDailyUsageApp",
        "EnterpriseAccountDailyUsageTeam",
        "EnterpriseAccountDailyUsages",
    ),
    "enterprise.enterprise_account_members": (
        "EnterpriseAccountMember",
        "EnterpriseAccountMembers",
        "EnterprisePermission",
    ),
    "enterprise.enterprise_account_monthly_usage": (
        "EnterpriseAccountMonthlyUsage",
        "EnterpriseAccountMonthlyUsageApp",
        "EnterpriseAccountMonthlyUsageTeam",
        "EnterpriseAccountMonthlyUsages",
    ),
    "enterprise.enterprise_accounts": ("EnterpriseAccount", "EnterpriseAccounts"),
    "oauth.oauth_authorizations": (
        "AuthorizationClientSecret",
        "OAuthAuthorization",
        "OAuthAuthorizationClient",
        "OAuthAuthorizationGrant",
        "OAuthAuthorizationUser",
        "OAuthAuthorizations",
    ),
    "oauth.oauth_clients": ("OAuthClient", "OAuthClients"),
    "oauth.oauth_sessions": ("OAuthSession", "OAuthSessions"),
    "oauth.oauth_tokens": (
        "ClientSecret",
        "Grant",
        "IssuedToken",
        "OAuthToken",
        "OAuthTokenClient",
        "OAuthTokenGrant",
        "OAuthTokens",
        "RefreshToken",
        "VersionedToken",
    ),
    "organizations.organization_app_collaborators": ("OrganizationAppCollaborator", "OrganizationAppCollaborators"),
    "organizations.organization_apps": ("OrganizationApp", "OrganizationApps", "OrganizationName"),
    "organizations.organization_members": ("OrganizationMember", "OrganizationMembers"),
    "organizations.organizations": ("Organization", "Organizations"),
    "pipelines.pipeline_builds": ("PipelineBuild", "PipelineBuilds"),
    "pipelines.pipeline_config_vars": ("PipelineConfigVars",),
    "pipelines.pipeline_couplings": ("PipelineCoupling", "PipelineCouplings"),
    "pipelines.pipeline_deployments": ("PipelineDeployments",),
    "pipelines.pipeline_promotion_targets": ("PipelinePromotionTarget", "PipelinePromotionTargets"),
    "pipelines.pipeline_promotions": (
        "PipelinePromotion",
        "PipelinePromotions",
        "PromotedApp",
        "PromotedId",
        "PromotionSource",
        "PromotionSourceApp",
    ),
    "pipelines.pipeline_releases": ("PipelineReleases",),
    "pipelines.pipeline_stacks": ("PipelineStack", "PipelineStacks"),
    "pipelines.pipeline_transfers": ("PipelineTransfer", "PipelineTransfers"),
    "pipelines.pipelines": ("NewPipelineOwner", "Pipeline", "PipelineGeneration", "PipelineOwner", "Pipelines"),
    "pipelines.review_app_config": (
        "NewReviewAppTarget",
        "ReviewAppConfig",
        "ReviewAppConfigs",
        "ReviewAppRepo",
        "ReviewAppTarget",
    ),
    "pipelines.review_apps": ("ForkRepo", "ReviewApp", "ReviewAppSource", "ReviewApps"),
    "platform.dyno_sizes": ("DynoCost", "DynoSize", "DynoSizes"),
    "platform.generations": ("FeatureLimit", "Generation", "Generations"),
    "platform.regions": ("Region", "RegionProvider", "Regions"),
    "platform.stacks": ("Stack", "Stacks"),
    "spaces.inbound_rulesets": ("InboundRule", "InboundRuleset", "InboundRulesets", "NewInboundRule"),
    "spaces.peering_info": ("PeeringInfo", "PeeringInfos"),
    "spaces.peerings": ("Peering", "Peerings"),
    "spaces.space_access": ("PermissionName", "SpaceAccess", "SpaceAccesses"),
    "spaces.space_nat": ("SpaceNAT", "SpaceNATs"),
    "spaces.space_topology": ("SpaceTopologies", "SpaceTopology", "TopologyApp", "TopologyDyno", "TopologyFormation"),
    "spaces.space_transfers": ("SpaceTransfers",),
    "spaces.spaces": ("Space", "SpaceRegion", "Spaces"),
    "spaces.vpn_connections": ("VPNConnection", "VPNConnections", "VPNTunnel"),
    "teams.allowed_addon_services": ("AddedBy", "AllowedAddonService", "AllowedAddonServices", "NamedAddonService"),
    "teams.filters": ("AppChoice", "AppFilter", "Filters"),
    "teams.identity_providers": ("IdentityProvider", "IdentityProviders", "ProviderCertificate"),
    "teams.permission_entities": ("PermissionEntities", "PermissionEntity", "PermittedUser"),
    "teams.team_addons": ("TeamAddons",),
    "teams.team_app_collaborators": ("TeamAppCollaborator", "TeamAppCollaborators", "TeamAppUser"),
    "teams.team_app_permissions": ("TeamAppPermission", "TeamAppPermissions"),
    "teams.team_apps": ("TeamApp", "TeamApps"),
    "teams.team_daily_usage": ("TeamDailyUsage", "TeamDailyUsageApp", "TeamDailyUsages"),
    "teams.team_delinquency": ("TeamDelinquencies", "TeamDelinquency"),
    "teams.team_features": ("TeamFeature", "TeamFeatures"),
    "teams.team_invitations": ("TeamInvitation", "TeamInvitations"),
    "teams.team_invoices": ("TeamInvoice", "TeamInvoices"),
    "teams.team_members": ("TeamMember", "TeamMembers"),
    "teams.team_monthly_usage": ("TeamMonthlyUsage", "TeamMonthlyUsageApp", "TeamMonthlyUsages"),
    "teams.team_preferences": ("TeamPreferences", "TeamPreferencesChange", "TeamPreferencesResource"),
    "teams.team_spaces": ("TeamSpaces",),
    "teams.teams": ("Team", "Teams"),
    "telemetry.telemetry_drains": (
        "NewTelemetryExporter",
        "NewTelemetryOwner",
        "TelemetryDrain",
        "TelemetryDrains",
        "TelemetryExporter",
        "TelemetryExporterUpdate",
        "TelemetryOwner",
    ),
    "webhooks.addon_webhook_deliveries": ("AddonWebhookDeliveries",),
    "webhooks.addon_webhook_events": ("AddonWebhookEvents",),
    "webhooks.addon_webhooks": ("AddonWebhook", "AddonWebhooks"),
    "webhooks.app_webhook_deliveries": (
        "AppWebhookDeliveries",
        "AppWebhookDelivery",
        "DeliveredEvent",
        "DeliveryWebhook",
        "WebhookAttempt",
    ),
    "webhooks.app_webhook_events": ("AppWebhookEvent", "AppWebhookEvents", "WebhookPayload"),
    "webhooks.app_webhooks": ("AppWebhook", "AppWebhooks"),
    # </table>
}
_MODULES = {name: module for module, names in _TABLE.items() for name in names}


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
    return value


def __dir__() -> list[str]:
    return sorted(_MODULES)
