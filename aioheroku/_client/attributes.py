"""The resources as attributes of a session: `heroku.apps`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aioheroku import resources
from aioheroku._strings import suggestion

if TYPE_CHECKING:
    from aioheroku._api.endpoint import Resource
    from aioheroku._client.context import View


class ResourceAttributes:
    """The resources of a session as attributes, each created when it is first used.

    `python tests/unit/resources/test_names.py` writes the annotations, which type checkers and editors read too.
    """

    if TYPE_CHECKING:
        _view: View

    # <resources>
    account: resources.Accounts
    account_delinquency: resources.AccountDelinquencies
    account_features: resources.AccountFeatures
    addon_actions: resources.AddonActions
    addon_attachments: resources.AddonAttachments
    addon_config: resources.AddonConfigs
    addon_region_capabilities: resources.AddonRegionCapabilities
    addon_services: resources.AddonServices
    addon_webhook_deliveries: resources.AddonWebhookDeliveries
    addon_webhook_events: resources.AddonWebhookEvents
    addon_webhooks: resources.AddonWebhooks
    addons: resources.Addons
    allowed_addon_services: resources.AllowedAddonServices
    app_features: resources.AppFeatures
    app_setups: resources.AppSetups
    app_transfers: resources.AppTransfers
    app_webhook_deliveries: resources.AppWebhookDeliveries
    app_webhook_events: resources.AppWebhookEvents
    app_webhooks: resources.AppWebhooks
    apps: resources.Apps
    audit_trail_archives: resources.AuditTrailArchives
    audit_trail_events: resources.AuditTrailEvents
    build_results: resources.BuildResults
    buildpack_installations: resources.BuildpackInstallations
    builds: resources.Builds
    collaborators: resources.Collaborators
    config_vars: resources.ConfigVars
    credits: resources.Credits
    domains: resources.Domains
    dyno_sizes: resources.DynoSizes
    dynos: resources.Dynos
    enterprise_account_daily_usage: resources.EnterpriseAccountDailyUsages
    enterprise_account_members: resources.EnterpriseAccountMembers
    enterprise_account_monthly_usage: resources.EnterpriseAccountMonthlyUsages
    enterprise_accounts: resources.EnterpriseAccounts
    filters: resources.Filters
    formation: resources.Formations
    generations: resources.Generations
    identity_providers: resources.IdentityProviders
    inbound_rulesets: resources.InboundRulesets
    invoice_address: resources.InvoiceAddresses
    invoices: resources.Invoices
    keys: resources.Keys
    log_drains: resources.LogDrains
    log_sessions: resources.LogSessions
    oauth_authorizations: resources.OAuthAuthorizations
    oauth_clients: resources.OAuthClients
    oauth_sessions: resources.OAuthSessions
    oauth_tokens: resources.OAuthTokens
    oci_images: resources.OCIImages
    organization_app_collaborators: resources.OrganizationAppCollaborators
    organization_apps: resources.OrganizationApps
    organization_members: resources.OrganizationMembers
    organizations: resources.Organizations
    password_resets: resources.PasswordResets
    peering_info: resources.PeeringInfos
    peerings: resources.Peerings
    permission_entities: resources.PermissionEntities
    pipeline_builds: resources.PipelineBuilds
    pipeline_config_vars: resources.PipelineConfigVars
    pipeline_couplings: resources.PipelineCouplings
    pipeline_deployments: resources.PipelineDeployments
    pipeline_promotion_targets: resources.PipelinePromotionTargets
    pipeline_promotions: resources.PipelinePromotions
    pipeline_releases: resources.PipelineReleases
    pipeline_stacks: resources.PipelineStacks
    pipeline_transfers: resources.PipelineTransfers
    pipelines: resources.Pipelines
    plans: resources.Plans
    rate_limits: resources.RateLimits
    regions: resources.Regions
    releases: resources.Releases
    review_app_config: resources.ReviewAppConfigs
    review_apps: resources.ReviewApps
    slugs: resources.Slugs
    sms_number: resources.SMSNumbers
    sni_endpoints: resources.SNIEndpoints
    sources: resources.Sources
    space_access: resources.SpaceAccesses
    space_nat: resources.SpaceNATs
    space_topology: resources.SpaceTopologies
    space_transfers: resources.SpaceTransfers
    spaces: resources.Spaces
    ssl_endpoints: resources.SSLEndpoints
    stacks: resources.Stacks
    team_addons: resources.TeamAddons
    team_app_collaborators: resources.TeamAppCollaborators
    team_app_permissions: resources.TeamAppPermissions
    team_apps: resources.TeamApps
    team_daily_usage: resources.TeamDailyUsages
    team_delinquency: resources.TeamDelinquencies
    team_features: resources.TeamFeatures
    team_invitations: resources.TeamInvitations
    team_invoices: resources.TeamInvoices
    team_members: resources.TeamMembers
    team_monthly_usage: resources.TeamMonthlyUsages
    team_preferences: resources.TeamPreferencesResource
    team_spaces: resources.TeamSpaces
    teams: resources.Teams
    telemetry_drains: resources.TelemetryDrains
    test_cases: resources.TestCases
    test_nodes: resources.TestNodes
    test_runs: resources.TestRuns
    user_preferences: resources.UserPreferencesResource
    vpn_connections: resources.VPNConnections
    # </resources>

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *RESOURCES})

    if not TYPE_CHECKING:  # type checkers must still report a misspelt resource

        def __getattr__(self, name: str) -> Resource:
            """The resource of that name."""
            kind = RESOURCES.get(name)
            if kind is None:
                near = suggestion(name, RESOURCES)
                raise AttributeError(f"{type(self).__name__!r} has no resource {name!r}.{near}", name=name)
            resource = getattr(resources, kind)(self._view)
            self.__dict__[name] = resource
            return resource


RESOURCES = {name: kind.removeprefix("resources.") for name, kind in ResourceAttributes.__annotations__.items()}
"""The classes of the resources, by the attribute of a session."""
