"""Why a request is not a delivery from Heroku."""

from typing import ClassVar

import attrs
from attrs import define

from aioheroku.errors._base import HerokuError, shown


class WebhookRejected(HerokuError):
    """A request that is not a delivery from Heroku, or not for this receiver; `status` is what to respond with."""

    status: ClassVar[int] = 401
    """HTTP status to respond with: 401 for a wrong signature, 400 for a wrong body."""


@define(slots=False)
class MissingSignature(WebhookRejected):
    """The request is not signed."""

    header: str = attrs.field(repr=shown)
    """The header that it lacks."""

    def _summary(self) -> str:
        return f"The request has no header {self.header}: it is not signed, so anybody may have sent it"

    def _advice(self) -> str:
        return "Pass the headers as they were received, and make sure that no proxy removes this one."


class WrongSignature(WebhookRejected):
    """The signature was not made of this body with one of the secrets."""

    def _summary(self) -> str:
        return "The signature was not made of this body with any of the secrets"

    def _advice(self) -> str:
        return (
            "Pass the body as it was received, not as it was parsed, and the secret of this webhook: the one that "
            "heroku.app_webhooks.create(...) returned."
        )


@define(slots=False)
class InvalidDelivery(WebhookRejected):
    """The request is signed, but its body is not a delivery."""

    status: ClassVar[int] = 400

    path: str = attrs.field(repr=shown)
    """The attribute that is wrong; empty if it is the whole body."""
    reason: str = attrs.field(repr=shown)
    """What is wrong."""

    def _summary(self) -> str:
        return f"The body is not a delivery: {self.path}: {self.reason}" if self.path else f"The body is {self.reason}"

    def _advice(self) -> str:
        return "Respond with 400."
