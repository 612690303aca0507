"""Key: an SSH key of the account, for git."""

from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, POST, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["Key", "Keys"]


@frozen(kw_only=True)
class Key(Model):
    """An SSH key of the account, for git.

    See <https://devcenter.heroku.com/articles/platform-api-reference#key>.
    """

    comment: str
    """Comment of the key."""
    created_at: Timestamp
    """Time of creation."""
    email: str
    """The comment, under its former name."""
    fingerprint: str
    """Fingerprint of the key, unique on Heroku."""
    id: UUID
    """Id of the key."""
    public_key: str
    """The public key, as `ssh-keygen` writes it."""
    updated_at: Timestamp
    """Time of the last change."""


class Keys(Resource):
    """Operations on the SSH keys of the account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#key>.
    """

    @POST("/account/keys")
    async def create(self, *, public_key: str) -> Key:
        """Add an SSH public key to the account; returns the new key.

        Args:
            public_key: The public key, as in `~/.ssh/id_ed25519.pub`.
        """
        ...

    @DELETE("/account/keys/{key}")
    async def delete(self, key: Ref, /) -> Key | None:
        """Remove an SSH key from the account.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            key: Id or fingerprint of the key.
        """
        ...

    @GET("/account/keys/{key}")
    async def info(self, key: Ref, /) -> Key:
        """One SSH key of the account.

        Args:
            key: Id or fingerprint of the key.
        """
        ...

    @GET("/account/keys", order_fields=("fingerprint", "id"))
    def list(self, *, range: Range = FULL) -> Pages[Key]:
        """The account's SSH keys.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
