"""Rows of apps and of everything below them."""

from typing import Any, Literal, TypedDict

from aioheroku.testing._state.refs import Dated, IdRef, Ref, SpaceRef, UserRef, VersionRef


class AppRow(Dated):
    """An app."""

    acm: bool
    archived_at: str | None
    build_stack: Ref
    buildpack_provided_description: str | None
    generation: Ref
    git_url: str
    internal_routing: bool | None
    maintenance: bool
    name: str
    organization: Ref | None
    owner: UserRef
    process_tier: str
    region: Ref
    released_at: str
    repo_size: int | None
    slug_size: int | None
    space: SpaceRef | None
    stack: Ref
    team: Ref | None
    web_url: str


class PriceRow(TypedDict):
    """What is paid for an add-on."""

    cents: int
    contract: bool
    unit: str


class BillingRow(Ref):
    """Who pays for an add-on."""

    type: Literal["app", "team"]


class AddonRow(Dated):
    """An add-on of an app."""

    actions: list[IdRef]
    addon_service: Ref
    app: Ref
    billed_price: PriceRow
    billing_entity: BillingRow
    config_vars: list[str]
    name: str
    plan: Ref
    provider_id: str
    provision_message: str
    state: Literal["provisioning", "provisioned", "deprovisioned"]
    web_url: str


class AddonRef(Ref):
    """The identity of an add-on, with its app."""

    app: Ref


class AttachmentRow(Dated):
    """An attachment of an add-on to an app."""

    addon: AddonRef
    app: Ref
    log_input_url: str | None
    name: str
    namespace: str | None
    web_url: str


class SourceBlob(TypedDict):
    """Where a build's source is."""

    checksum: str | None
    url: str
    version: str | None
    version_description: str | None


class BuildpackRow(TypedDict):
    """A buildpack; one that is in no registry has its address as its name."""

    name: str
    url: str


class BuildRow(Dated):
    """A build."""

    app: IdRef
    buildpacks: list[BuildpackRow] | None
    generation: str
    output_stream_url: str
    release: IdRef | None
    slug: IdRef | None
    source_blob: SourceBlob
    stack: str
    status: Literal["pending", "succeeded", "failed"]
    user: UserRef


class CollaboratorRow(Dated):
    """An account that may see an app."""

    user: UserRef


class OrganizationCollaboratorRow(CollaboratorRow):
    """An account that may see an app of an organization, with its role there."""

    role: str


class DomainRow(Dated):
    """A domain of an app."""

    acm_status: str | None
    acm_status_reason: str | None
    app: Ref
    cname: str | None
    hostname: str
    kind: Literal["heroku", "custom"]
    sni_endpoint: Ref | None
    status: Literal["none", "pending", "succeeded", "failed"]


class DynoRow(Dated):
    """A dyno."""

    app: Ref
    attach_url: str | None
    command: str
    name: str
    release: VersionRef | None
    size: str
    state: Literal["starting", "up", "idle", "crashed"]
    type: str


class FormationRow(Dated):
    """A process type of an app."""

    app: Ref
    command: str
    dyno_size: Ref
    quantity: int
    size: str
    type: str


class LogDrainRow(Dated):
    """A log drain; an add-on's own drain names it."""

    addon: AddonRef | None
    app: Ref
    token: str
    url: str


class ArtifactRow(TypedDict):
    """What the dynos of a release run."""

    id: str
    type: Literal["slug", "oci-image"]


class ReleaseRow(Dated):
    """A release."""

    addon_plan_names: list[str]
    app: Ref
    artifacts: list[ArtifactRow]
    current: bool
    description: str
    eligible_for_rollback: bool
    output_stream_url: str | None
    slug: IdRef | None
    status: Literal["pending", "succeeded", "failed"]
    user: UserRef
    version: int


class Blob(TypedDict):
    """Where a slug is uploaded to or downloaded from."""

    method: Literal["get", "put"]
    url: str


class SlugRow(Dated):
    """A slug."""

    blob: Blob
    buildpack_provided_description: str | None
    checksum: str | None
    commit: str | None
    commit_description: str | None
    deleted_at: str | None
    process_types: dict[str, str]
    size: int | None
    stack: Ref


class SniEndpointRow(Dated):
    """A certificate that serves domains of an app."""

    app: Ref
    certificate_chain: str
    display_name: str | None
    domains: list[str]
    name: str
    ssl_cert: dict[str, Any]


class SslEndpointRow(Dated):
    """An SSL endpoint."""

    certificate_chain: str
    cname: str
    name: str
