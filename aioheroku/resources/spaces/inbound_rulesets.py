"""Inbound Ruleset: the addresses that may connect to the apps of a space."""

from collections.abc import Sequence
from typing import Annotated, TypedDict
from uuid import UUID

from aioheroku._api.endpoint import GET, PUT, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity

__all__ = ["InboundRule", "InboundRuleset", "InboundRulesets", "NewInboundRule"]

RuleAction = Annotated[str, OneOf("allow", "deny")]


@frozen(kw_only=True)
class InboundRule(Model):
    """Whether connections from a block of addresses are allowed."""

    action: RuleAction
    """What to do with connections from the block."""
    source: str
    """The block, in CIDR notation."""


@frozen(kw_only=True)
class InboundRuleset(Model):
    """The addresses that may connect to the apps of a space, also called its trusted IP ranges.

    See <https://devcenter.heroku.com/articles/platform-api-reference#inbound-ruleset>.
    """

    created_at: Timestamp
    """Time of creation."""
    created_by: str
    """E-mail address of the account that created it."""
    id: UUID
    """Id of the ruleset."""
    rules: list[InboundRule]
    """The rules; connections that no rule allows are refused."""
    space: Identity
    """The space."""


class NewInboundRule(TypedDict):
    """Whether connections from a block of addresses are to be allowed."""

    action: RuleAction
    """What to do with connections from the block."""
    source: str
    """The block, in CIDR notation, such as `192.0.2.0/24`."""


class InboundRulesets(Resource):
    """Operations on the rulesets of a space.

    See <https://devcenter.heroku.com/articles/platform-api-reference#inbound-ruleset>.
    """

    @GET("/spaces/{space}/inbound-ruleset")
    async def current(self, space: Ref, /) -> InboundRuleset:
        """The ruleset in effect.

        Args:
            space: Id or name of the space.
        """
        ...

    @GET("/spaces/{space}/inbound-rulesets/{inbound_ruleset}")
    async def info(self, space: Ref, inbound_ruleset: Ref, /) -> InboundRuleset:
        """One ruleset of a space, in effect or not.

        Args:
            space: Id or name of the space.
            inbound_ruleset: Id of the ruleset.
        """
        ...

    @GET("/spaces/{space}/inbound-rulesets")
    def list(self, space: Ref, /, *, range: Range = FULL) -> Pages[InboundRuleset]:
        """All rulesets that a space has had.

        Args:
            space: Id or name of the space.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PUT("/spaces/{space}/inbound-ruleset")
    async def create(self, space: Ref, /, *, rules: Sequence[NewInboundRule] | Unset = UNSET) -> InboundRuleset:
        """Replace the ruleset in effect; returns the new ruleset.

        Args:
            space: Id or name of the space.
            rules: All rules: `[{"action": "allow", "source": "192.0.2.0/24"}]`.
        """
        ...
