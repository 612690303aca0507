"""Small objects by which one resource refers to another."""

from typing import Annotated
from uuid import UUID

from attrs import frozen

from aioheroku._codec import OneOf

__all__ = ["BuildOutcome", "Identity", "Person", "Reference"]

Role = Annotated[str, OneOf("admin", "member", "collaborator")]
"""What an account is in an organization."""


@frozen(kw_only=True)
class BuildOutcome:
    """A build, by id and status."""

    id: UUID
    """Id of the build."""
    status: Annotated[str, OneOf("failed", "pending", "succeeded")]
    """Current status."""


@frozen(kw_only=True)
class Identity:
    """Another resource, by id and name."""

    id: UUID
    """Id of the resource."""
    name: str
    """Name of the resource."""


@frozen(kw_only=True)
class Person:
    """An account, by id and e-mail address."""

    email: str
    """E-mail address."""
    id: UUID
    """Id of the account."""


@frozen(kw_only=True)
class Reference:
    """Another resource, by id."""

    id: UUID
    """Id of the resource."""
