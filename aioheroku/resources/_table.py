"""Which module defines which names of the resources, as `family.resource`: a name is imported when it is first used.

Written by `python tests/unit/resources/test_names.py`.
"""

TABLE = {
    # <table>
    "_refs": (
        "AppBuildpack BuildOutcome Identity MemberProvider Named NamedPerson Permission Person ProviderIdentity "
        "ProviderOwner Reference"
    ),
    "account.account": "Account AccountIdentityProvider Accounts",
    "account.account_delinquency": "AccountDelinquencies AccountDelinquency",
    "account.account_features": "AccountFeature AccountFeatures",
    "account.credits": "Credit Credits",
    "account.invoice_address": "InvoiceAddress InvoiceAddresses",
    "account.invoices": "Invoice Invoices",
    "account.keys": "Key Keys",
    "account.password_resets": "PasswordReset PasswordResets",
    "account.rate_limits": "RateLimit RateLimits",
    "account.sms_number": "SMSNumber SMSNumbers",
    "account.user_preferences": "UserPreferences UserPreferencesResource UserPreferencesUpdate",
    "addons.addon_actions": "AddonActions",
    "addons.addon_attachments": "AddonAttachment AddonAttachments AttachedAddon",
    "addons.addon_config": "AddonConfig AddonConfigUpdate AddonConfigs",
    "addons.addon_region_capabilities": (
        "AddonRegionCapabilities AddonRegionCapability CapabilityAddonService CapabilityProvider CapabilityRegion"
    ),
    "addons.addon_services": "AddonService AddonServiceDetails AddonServices",
    "addons.addons": "Addon AddonAttachmentName AddonBilledPrice AddonBillingEntity Addons",
    "addons.plans": "AddonPlan AddonPlanAction AddonPlanMeter Plan PlanPrice PlanReference Plans",
    "apps.app_features": "AppFeature AppFeatures",
    "apps.app_setups": (
        "AppSetup AppSetupApp AppSetupBuild AppSetupBuildpack AppSetupOverrides AppSetupPostdeploy AppSetupSource "
        "AppSetups"
    ),
    "apps.app_transfers": "AppTransfer AppTransfers",
    "apps.apps": "App AppSpace Apps",
    "apps.collaborators": "Collaborator CollaboratorUser Collaborators",
    "apps.config_vars": "ConfigVars",
    "apps.domains": "Domain Domains",
    "apps.dynos": "Dyno DynoRelease Dynos",
    "apps.formation": "DynoSizeName Formation FormationUpdate Formations",
    "apps.log_drains": "LogDrain LogDrainAddon LogDrains",
    "apps.log_sessions": "LogSession LogSessions",
    "apps.releases": "Release ReleaseArtifact Releases",
    "apps.sni_endpoints": "SNICertificate SNIEndpoint SNIEndpoints",
    "apps.ssl_endpoints": "SSLEndpoint SSLEndpoints",
    "builds.build_results": "BuildLine BuildResult BuildResults",
    "builds.buildpack_installations": "Buildpack BuildpackInstallation BuildpackInstallations BuildpackUpdate",
    "builds.builds": "Build BuildSource BuildpackSource Builds SourceBlob",
    "builds.oci_images": "NewOCIBuildpack OCIBuildpack OCIImage OCIImages",
    "builds.slugs": "Slug SlugBlob Slugs",
    "builds.sources": "Source SourceURLs Sources",
    "ci.test_cases": "TestCase TestCases",
    "ci.test_nodes": "TestNode TestNodeDyno TestNodes",
    "ci.test_runs": "TestRun TestRunDyno TestRunOrganization TestRunPipeline TestRuns",
    "enterprise.audit_trail_archives": "AuditTrailArchive AuditTrailArchives",
    "enterprise.audit_trail_events": "AuditTrailEvent AuditTrailEvents AuditedRequest",
    "enterprise.enterprise_account_daily_usage": (
        "EnterpriseAccountDailyUsage EnterpriseAccountDailyUsageApp EnterpriseAccountDailyUsageTeam "
        "EnterpriseAccountDailyUsages"
    ),
    "enterprise.enterprise_account_members": "EnterpriseAccountMember EnterpriseAccountMembers EnterprisePermission",
    "enterprise.enterprise_account_monthly_usage": (
        "EnterpriseAccountMonthlyUsage EnterpriseAccountMonthlyUsageApp EnterpriseAccountMonthlyUsageTeam "
        "EnterpriseAccountMonthlyUsages"
    ),
    "enterprise.enterprise_accounts": "EnterpriseAccount EnterpriseAccounts",
    "oauth.oauth_authorizations": (
        "AuthorizationClientSecret OAuthAuthorization OAuthAuthorizationClient OAuthAuthorizationGrant "
        "OAuthAuthorizationUser OAuthAuthorizations"
    ),
    "oauth.oauth_clients": "OAuthClient OAuthClients",
    "oauth.oauth_sessions": "OAuthSession OAuthSessions",
    "oauth.oauth_tokens": (
        "ClientSecret Grant IssuedToken OAuthToken OAuthTokenClient OAuthTokenGrant OAuthTokens RefreshToken "
        "VersionedToken"
    ),
    "organizations.organization_app_collaborators": "OrganizationAppCollaborator OrganizationAppCollaborators",
    "organizations.organization_apps": "OrganizationApp OrganizationApps OrganizationName",
    "organizations.organization_members": "OrganizationMember OrganizationMembers",
    "organizations.organizations": "Organization Organizations",
    "pipelines.pipeline_builds": "PipelineBuild PipelineBuilds",
    "pipelines.pipeline_config_vars": "PipelineConfigVars",
    "pipelines.pipeline_couplings": "PipelineCoupling PipelineCouplings",
    "pipelines.pipeline_deployments": "PipelineDeployments",
    "pipelines.pipeline_promotion_targets": "PipelinePromotionTarget PipelinePromotionTargets",
    "pipelines.pipeline_promotions": (
        "PipelinePromotion PipelinePromotions PromotedApp PromotedId PromotionSource PromotionSourceApp"
    ),
    "pipelines.pipeline_releases": "PipelineReleases",
    "pipelines.pipeline_stacks": "PipelineStack PipelineStacks",
    "pipelines.pipeline_transfers": "PipelineTransfer PipelineTransfers",
    "pipelines.pipelines": "NewPipelineOwner Pipeline PipelineGeneration PipelineOwner Pipelines",
    "pipelines.review_app_config": "NewReviewAppTarget ReviewAppConfig ReviewAppConfigs ReviewAppRepo ReviewAppTarget",
    "pipelines.review_apps": "ForkRepo ReviewApp ReviewAppSource ReviewApps",
    "platform.dyno_sizes": "DynoCost DynoSize DynoSizes",
    "platform.generations": "FeatureLimit Generation Generations",
    "platform.regions": "Region RegionProvider Regions",
    "platform.stacks": "Stack Stacks",
    "spaces.inbound_rulesets": "InboundRule InboundRuleset InboundRulesets NewInboundRule",
    "spaces.peering_info": "PeeringInfo PeeringInfos",
    "spaces.peerings": "Peering Peerings",
    "spaces.space_access": "PermissionName SpaceAccess SpaceAccesses",
    "spaces.space_nat": "SpaceNAT SpaceNATs",
    "spaces.space_topology": "SpaceTopologies SpaceTopology TopologyApp TopologyDyno TopologyFormation",
    "spaces.space_transfers": "SpaceTransfers",
    "spaces.spaces": "Space SpaceRegion Spaces",
    "spaces.vpn_connections": "VPNConnection VPNConnections VPNTunnel",
    "teams.allowed_addon_services": "AddedBy AllowedAddonService AllowedAddonServices NamedAddonService",
    "teams.filters": "AppChoice AppFilter Filters",
    "teams.identity_providers": "IdentityProvider IdentityProviders ProviderCertificate",
    "teams.permission_entities": "PermissionEntities PermissionEntity PermittedUser",
    "teams.team_addons": "TeamAddons",
    "teams.team_app_collaborators": "TeamAppCollaborator TeamAppCollaborators TeamAppUser",
    "teams.team_app_permissions": "TeamAppPermission TeamAppPermissions",
    "teams.team_apps": "TeamApp TeamApps",
    "teams.team_daily_usage": "TeamDailyUsage TeamDailyUsageApp TeamDailyUsages",
    "teams.team_delinquency": "TeamDelinquencies TeamDelinquency",
    "teams.team_features": "TeamFeature TeamFeatures",
    "teams.team_invitations": "TeamInvitation TeamInvitations",
    "teams.team_invoices": "TeamInvoice TeamInvoices",
    "teams.team_members": "TeamMember TeamMembers",
    "teams.team_monthly_usage": "TeamMonthlyUsage TeamMonthlyUsageApp TeamMonthlyUsages",
    "teams.team_preferences": "TeamPreferences TeamPreferencesChange TeamPreferencesResource",
    "teams.team_spaces": "TeamSpaces",
    "teams.teams": "Team Teams",
    "telemetry.telemetry_drains": (
        "NewTelemetryExporter NewTelemetryOwner TelemetryDrain TelemetryDrains TelemetryExporter "
        "TelemetryExporterUpdate TelemetryOwner"
    ),
    "webhooks.addon_webhook_deliveries": "AddonWebhookDeliveries",
    "webhooks.addon_webhook_events": "AddonWebhookEvents",
    "webhooks.addon_webhooks": "AddonWebhook AddonWebhooks",
    "webhooks.app_webhook_deliveries": (
        "AppWebhookDeliveries AppWebhookDelivery DeliveredEvent DeliveryWebhook WebhookAttempt"
    ),
    "webhooks.app_webhook_events": "AppWebhookEvent AppWebhookEvents WebhookPayload",
    "webhooks.app_webhooks": "AppWebhook AppWebhooks",
    # </table>
}
