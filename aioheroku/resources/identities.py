"""The small objects by which one resource names another."""

from uuid import UUID

from attrs import frozen

__all__ = ["Identity", "Person", "Reference"]


@frozen(kw_only=True)
class Identity:
    """Another resource, by its id and its name."""

    id: UUID
    name: str


@frozen(kw_only=True)
class Reference:
    """Another resource, by its id alone."""

    id: UUID


@frozen(kw_only=True)
class Person:
    """An account, by its id and its e-mail address."""

    email: str
    id: UUID
