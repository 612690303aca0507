"""Identities as other objects show them, and what most rows have."""

from typing import TypedDict


class Ref(TypedDict):
    """The identity of an object that is shown in others; one shared dict, so that a rename is seen everywhere."""

    id: str
    name: str


class SpaceRef(Ref):
    """The identity of a space."""

    shield: bool


class IdRef(TypedDict):
    """The identity of an object without a name."""

    id: str


class UserRef(TypedDict):
    """The identity of an account."""

    email: str
    id: str


class VersionRef(TypedDict):
    """The identity of a release."""

    id: str
    version: int


class Dated(TypedDict):
    """What nearly every row has."""

    created_at: str
    id: str
    updated_at: str
