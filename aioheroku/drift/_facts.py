"""The facts of an API, declared or described: endpoints with their parameters, resources with their attributes."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import attrs


@attrs.frozen
class Fact:
    """The description of one attribute or parameter."""

    kinds: frozenset[str]
    nullable: bool
    required: bool | None = True
    """Whether a parameter must be given; None if the schema leaves it open, as it does within most objects."""
    always: bool = False
    """Whether it is nullable only for older responses: today's API never lacks it."""


@attrs.frozen
class Call:
    """An endpoint: its route, and its parameters with nested ones as `source_blob:url`."""

    verb: str
    path: str
    parameters: Mapping[str, Fact]
    alternatives: bool = False
    """Whether its parameters depend on each other, so that none of them is simply required."""

    @property
    def route(self) -> str:
        """Method and shape of the path."""
        return f"{self.verb} {re.sub(r'{[^}]*}', '{}', self.path)}"


@attrs.frozen
class Description:
    """A whole API: its endpoints, and by normal name its resources and, where they are known, their attributes."""

    calls: Sequence[Call]
    models: Mapping[str, Mapping[str, Fact]]
    names: Mapping[str, str]


_OTHER_NAMES: Final = {"archive": "audittrailarchive", "spaceappaccess": "spaceaccess"}
"""The schema's names of resources that are named after their attribute here."""


def normal_name(name: str) -> str:
    """A resource's name in lower case without hyphens."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return _OTHER_NAMES.get(plain, plain)
