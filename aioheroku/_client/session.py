"""Heroku: the session. It composes the lower layers, holds the options, and opens and closes connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from yarl import URL

from aioheroku import _options, resources
from aioheroku._api.endpoint import Resource
from aioheroku._client.campaigns import Campaigns
from aioheroku._client.context import Core, View, urls
from aioheroku._client.deploying import Deploying
from aioheroku._client.extras import hidden
from aioheroku._client.loops import PerLoop
from aioheroku._client.pipeline import Pipeline
from aioheroku._client.raw import RawRequests
from aioheroku._client.running import Running
from aioheroku._client.streams import StreamOperations
from aioheroku._http import Options, Priority, Response
from aioheroku._middleware.capture import capture
from aioheroku._middleware.lifecycle import Calls
from aioheroku._middleware.observe import guarded
from aioheroku._middleware.retry import Retry
from aioheroku._middleware.two_factor import TwoFactor
from aioheroku._misuse import opened_with_async_with
from aioheroku._options import Timeout
from aioheroku._ratelimit import Pool
from aioheroku._strings import mask, suggestion
from aioheroku._transport.aiohttp import Transport
from aioheroku._transport.connections import Network
from aioheroku._transport.streams import StreamTransport
from aioheroku._unset import UNSET, Unset
from aioheroku.auth import Credentials
from aioheroku.auth._renewal import Renewals
from aioheroku.cache import Cache
from aioheroku.errors import InvalidRequest
from aioheroku.events import Listener

if TYPE_CHECKING:
    from ssl import SSLContext

    import aiohttp

    from aioheroku._client.options import SessionOptions


@opened_with_async_with
class Heroku(RawRequests, Campaigns, StreamOperations, Running, Deploying):
    """A session with the Heroku Platform API: `async with Heroku(token) as heroku: ...`.

    Its attributes are the resources of the API (`heroku.apps`, `heroku.config_vars`), their methods its operations.

    Args:
        token: an API token, `Credentials`, or `None` for endpoints without authentication.
        base_url: where the API is, by default Heroku's; https, or http on this machine.
        pool: the account's token pool; sessions of the same credentials share one by default.
        cache: where responses are cached for conditional requests: a `MemoryCache` or `DiskCache`; by default nowhere.
        retry: when a call is retried; `None` means never.
        timeout: seconds for a whole call, or a `Timeout`.
        session: an aiohttp session whose connections, proxy and tracing are used; the caller closes it.
        proxy: the address of an http or https proxy; it may hold a user and a password for the proxy.
        trust_env: use the proxy of the environment (`HTTPS_PROXY`, `NO_PROXY`); netrc is not read.
        ssl: a TLS context: your own certificate authority, a client certificate; streams and one-off dynos use it too.
        stream_session: the same as `session` for streams: logs, output, transfers.
        user_agent: put behind `aioheroku/<version>`.
        on_event: called with every event; see `aioheroku.events`.
        read_only: refuse whatever would write, before it is sent.
        dry_run: make reads, and raise `DryRun` for a write, which shows it.
        two_factor: a callable, or better a coroutine function, that gives the code when a second factor is asked for.
        method_override: send PATCH, PUT and DELETE as POST, for proxies that block them.

    Raises:
        InvalidRequest: an argument is not usable; the message names it.
    """

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

    def __init__(
        self,
        token: str | Credentials | None = None,
        *,
        base_url: str | URL | None = None,
        pool: Pool | None = None,
        cache: Cache | None = None,
        retry: Retry | None = Retry(),  # noqa: B008 - frozen
        timeout: float | Timeout | None = None,
        session: aiohttp.ClientSession | None = None,
        proxy: str | URL | None = None,
        trust_env: bool = False,
        ssl: SSLContext | None = None,
        user_agent: str | None = None,
        on_event: Listener | None = None,
        read_only: bool = False,
        dry_run: bool = False,
        two_factor: TwoFactor | None = None,
        method_override: bool = False,
        stream_session: aiohttp.ClientSession | None = None,
    ) -> None:
        token = mask(token)
        credentials = Credentials.bearer(token) if isinstance(token, str) else token
        if credentials is not None and not isinstance(credentials, Credentials):
            raise InvalidRequest(f"expected a str, Credentials or None, got {type(token).__name__}.", "token")
        url = _options.base_url(base_url)
        _options.instance(pool, "pool", Pool, "a Pool")
        _options.instance(retry, "retry", Retry, "a Retry")
        _options.instance(cache, "cache", Cache, "a cache, such as MemoryCache(),")
        _options.callback(on_event, "on_event")
        _options.callback(two_factor, "two_factor")
        for flag, name in ((read_only, "read_only"), (dry_run, "dry_run"), (method_override, "method_override")):
            _options.instance(flag, name, bool, "True, False")
        base = str(url).rstrip("/")
        limits = timeout if isinstance(timeout, Timeout) else Timeout(total=_options.seconds(timeout, "timeout"))
        emit = guarded(on_event) if on_event is not None else None
        network = Network.checked(url, session, proxy, trust_env, ssl)
        streams = StreamTransport(network.of_streams(url, stream_session))
        transport = Transport(limits, network, override=method_override)
        calls, renewals = Calls(), Renewals()
        headers = _options.default_headers(user_agent)
        if credentials is not None:
            headers["Authorization"] = credentials.authorization_for(url.host)
        made = transport, calls, renewals, credentials, base, emit
        pipeline = Pipeline(*made, cache=cache, retry=retry, two_factor=two_factor, read_only=read_only)
        account = str(url.origin()), credentials.account if credentials is not None else ""
        send = PerLoop(pipeline.compose, pool, account)
        self._core = Core(credentials, url, transport, send, send, calls, emit, renewals, streams)
        self._view = View(self._core, urls(base), headers, Options(timeout=limits.total, dry_run=dry_run))

    @classmethod
    def from_env(cls, *, base_url: str | URL | None = None, **options: Unpack[SessionOptions]) -> Self:
        """A session with the token of `HEROKU_API_KEY`, else that of the netrc file's entry for the host of `base_url`.

        Raises:
            InvalidRequest: there is neither, or an option is not usable.
        """
        host = _options.base_url(base_url).host or ""
        return cls(Credentials.environment(host=host), base_url=base_url, **options)

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *Heroku.__annotations__})

    if not TYPE_CHECKING:  # a typo in a resource's name stays an error of the type checkers

        def __getattr__(self, name: str) -> Resource:
            """The resource of that name, made when first used: `Heroku`'s annotations say which there are."""
            kind = Heroku.__annotations__.get(name)
            if kind is None:
                raise AttributeError(
                    f"{type(self).__name__!r} has no resource {name!r}.{suggestion(name, Heroku.__annotations__)}",
                    name=name,
                )
            resource = getattr(resources, kind.removeprefix("resources."))(self._view)
            self.__dict__[name] = resource
            return resource

    @property
    def pool(self) -> Pool:
        """The account's token pool as this session sees it."""
        return self._core.pool

    def using(
        self,
        *,
        timeout: float | Unset | None = UNSET,
        priority: Priority | Unset = UNSET,
        max_wait: float | Unset | None = UNSET,
        label: str | Unset | None = UNSET,
        if_match: str | Unset = UNSET,
        accept: str | Unset = UNSET,
        accept_expansion: str | Sequence[str] | Unset = UNSET,
        accept_inclusion: str | Sequence[str] | Unset = UNSET,
        headers: Mapping[str, str] | Unset = UNSET,
        extra_body: Mapping[str, Any] | Unset = UNSET,
        extra_query: Mapping[str, Any] | Unset = UNSET,
        dry_run: bool | Unset = UNSET,
    ) -> Self:
        """A view of this session with other options: cheap, and sharing pool, cache and connections.

        Args:
            timeout: seconds for a whole call, waits and retries included.
            priority: which calls go first when tokens are scarce.
            max_wait: maximum seconds that a call may wait for tokens; then `RateLimitWait` or `RateLimited` is raised.
            label: a name for events and for the count of tokens used.
            if_match: the ETag that a resource must still have, else `PreconditionFailed`.
            accept: another version of the API, such as `3.sdk`.
            accept_expansion: nested objects to show in full, such as `plan` of an add-on: one name or several.
            accept_inclusion: parts to add, such as `addon:plan` and `config_vars` of an attachment: one or several.
            headers: more headers.
            extra_body: more keys of the body of each call, for parameters that the methods do not have.
            extra_query: more parameters of the query of each call.
            dry_run: make reads, and raise `DryRun` for a write, which shows it.
        """
        if not isinstance(headers, Unset):
            headers = _options.masked(headers)  # before anything can fail: a traceback may show variables
        extra_body, extra_query = hidden(extra_body), hidden(extra_query)
        view = object.__new__(type(self))
        view._core = self._core
        view._view = self._view.using(
            timeout, priority, max_wait, label, if_match, accept, accept_expansion, accept_inclusion, headers,
            extra_body, extra_query, dry_run,
        )  # fmt: skip
        return view

    def capture(self) -> AbstractContextManager[list[Response]]:
        """Collect the raw responses of calls made inside, by this task and by tasks that it starts.

        In a generator it may be closed in another task or context than it was opened in.
        """
        return capture(self._core.calls)

    async def __aenter__(self) -> Self:
        self._core.entered += 1
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._core.entered -= 1
        if self._core.entered <= 0:
            await self.close()

    async def close(self) -> None:
        """End calls in progress with `SessionClosed`, and close the connections unless their session was given."""
        await self._core.close()

    def __repr__(self) -> str:
        core = self.__dict__.get("_core")  # None where `__init__` has failed, and a traceback shows its variables
        return f"<Heroku {core.base} {core.credentials} {core.pool!r}>" if core else "<Heroku, not ready>"
