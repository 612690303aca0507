"""Small objects by which one resource refers to another."""

from typing import Annotated
from uuid import UUID

from aioheroku._codec import Model, OneOf, frozen

__all__ = [
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
]

Role = Annotated[str, OneOf("admin", "member", "collaborator")]
"""The role of an account in an organization."""
TeamRole = Annotated[str, OneOf("admin", "collaborator", "member", "owner")]
"""The role of an account in a team."""

AWSRegion = Annotated[
    str,
    OneOf(
        "ap-south-1",
        "eu-west-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-central-1",
        "eu-west-2",
        "ap-northeast-2",
        "ap-northeast-1",
        "us-east-1",
        "sa-east-1",
        "us-west-1",
        "us-west-2",
        "ca-central-1",
    ),
]
"""A region as AWS names it."""


@frozen(kw_only=True)
class BuildOutcome(Model):
    """A build, by id and status."""

    id: UUID
    """Id of the build."""
    status: Annotated[str, OneOf("failed", "pending", "succeeded")]
    """Current status."""


@frozen(kw_only=True)
class Identity(Model):
    """Another resource, by id and name."""

    id: UUID
    """Id of the resource."""
    name: str
    """Name of the resource."""


@frozen(kw_only=True)
class Named(Model):
    """Another resource, by name."""

    name: str
    """Name of the resource."""


@frozen(kw_only=True)
class Permission(Model):
    """A permission of an account."""

    description: str
    """Description of what it allows."""
    name: str
    """Name of the permission, such as `deploy` or `view`."""


@frozen(kw_only=True)
class Person(Model):
    """An account, by id and e-mail address."""

    email: str
    """E-mail address."""
    id: UUID
    """Id of the account."""


@frozen(kw_only=True)
class Reference(Model):
    """Another resource, by id."""

    id: UUID
    """Id of the resource."""


@frozen(kw_only=True)
class ProviderOwner(Model):
    """The owner of an identity provider."""

    id: UUID
    """Id of the team or enterprise account."""
    name: str
    """Name of the team or enterprise account."""
    type: Annotated[str, OneOf("team", "enterprise-account")]
    """Kind of owner."""


@frozen(kw_only=True)
class ProviderIdentity(Model):
    """The identity provider of a team or enterprise account."""

    id: UUID
    """Id of the identity provider."""
    name: str
    """Name of the identity provider."""
    owner: ProviderOwner
    """Owner of the identity provider."""


@frozen(kw_only=True)
class MemberProvider(ProviderIdentity):
    """The identity provider that a member logs in with."""

    redacted: bool
    """Whether its details are hidden from this account."""


@frozen(kw_only=True)
class NamedPerson(Person):
    """An account, by id, e-mail address and name."""

    name: str | None = None
    """Full name."""


@frozen(kw_only=True)
class AppBuildpack(Model):
    """A buildpack that an app was built with."""

    homepage: str
    """URL of the buildpack's home page."""
    id: str
    """Id of the buildpack, such as `heroku/nodejs`."""
    version: str
    """Version of the buildpack."""
