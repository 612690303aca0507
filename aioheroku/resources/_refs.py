"""The small objects by which one resource names another."""

from typing import Annotated
from uuid import UUID

from attrs import frozen

from aioheroku._codec import OneOf

__all__ = ["BuildOutcome", "Identity", "Person", "Reference"]

Role = Annotated[str, OneOf("admin", "member", "collaborator")]
"""What an account is in an organization."""


@frozen(kw_only=True)
class BuildOutcome:
    """A build, by its id and how it stands."""

    id: UUID
    """Its id."""
    status: Annotated[str, OneOf("failed", "pending", "succeeded")]
    """How it stands."""


@frozen(kw_only=True)
class Identity:
    """Another resource, by its id and its name."""

    id: UUID
    """Its id."""
    name: str
    """Its name."""


@frozen(kw_only=True)
class Person:
    """An account, by its id and its e-mail address."""

    email: str
    """Its e-mail address."""
    id: UUID
    """Its id."""


@frozen(kw_only=True)
class Reference:
    """Another resource, by its id alone."""

    id: UUID
    """Its id."""
