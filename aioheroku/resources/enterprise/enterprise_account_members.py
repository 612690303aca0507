"""Enterprise Account Member: an account in an enterprise account."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource
from aioheroku._codec import Model, OneOf, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity, MemberProvider, Person

__all__ = ["EnterpriseAccountMember", "EnterpriseAccountMembers", "EnterprisePermission"]


@frozen(kw_only=True)
class EnterprisePermission(Model):
    """A permission of a member of an enterprise account."""

    description: str
    """Description of what it allows."""
    name: Annotated[str, OneOf("view", "create", "manage", "billing")]
    """Name of the permission."""


@frozen(kw_only=True)
class EnterpriseAccountMember(Model):
    """An account in an enterprise account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#enterprise-account-member>.
    """

    enterprise_account: Identity
    """The enterprise account."""
    id: UUID
    """Id of the membership."""
    identity_provider: MemberProvider | None = None
    """The identity provider that the account logs in with."""
    permissions: list[EnterprisePermission]
    """The account's permissions."""
    two_factor_authentication: bool
    """Whether the account has two-factor authentication."""
    user: Person
    """The account."""


class EnterpriseAccountMembers(Resource):
    """Operations on the members of an enterprise account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#enterprise-account-member>.
    """

    @GET("/enterprise-accounts/{enterprise_account}/members")
    def list(self, enterprise_account: Ref, /, *, range: Range = FULL) -> Pages[EnterpriseAccountMember]:
        """The members of an enterprise account.

        Args:
            enterprise_account: Id or name of the enterprise account.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @POST("/enterprise-accounts/{enterprise_account}/members")
    async def create(
        self,
        enterprise_account: Ref,
        /,
        *,
        user: str | UUID,
        permissions: Sequence[str],
        federated: bool | Unset = UNSET,
    ) -> EnterpriseAccountMember:
        """Add an account to an enterprise account; returns the new member.

        Args:
            enterprise_account: Id or name of the enterprise account.
            user: Id or e-mail address of the account.
            permissions: Names of the account's permissions: `view`, `create`, `manage`, `billing`.
            federated: Whether the account logs in through the identity provider.
        """
        ...

    @PATCH("/enterprise-accounts/{enterprise_account}/members/{member}", idempotent=True)
    async def update(
        self, enterprise_account: Ref, member: Ref, /, *, permissions: Sequence[str]
    ) -> EnterpriseAccountMember:
        """Replace the permissions of a member; returns the updated member.

        Args:
            enterprise_account: Id or name of the enterprise account.
            member: Id or e-mail address of the member.
            permissions: Names of all permissions that the account is to have: `view`, `create`, `manage`, `billing`.
        """
        ...

    @DELETE("/enterprise-accounts/{enterprise_account}/members/{member}")
    async def delete(self, enterprise_account: Ref, member: Ref, /) -> EnterpriseAccountMember | None:
        """Remove a member from an enterprise account.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            enterprise_account: Id or name of the enterprise account.
            member: Id or e-mail address of the member.
        """
        ...
