"""Receiving webhooks: signatures verified, deliveries as objects, without any web framework.

`Verifier` takes the raw body and the headers of a request and gives a `Delivery`, or raises a `WebhookRejected`.
"""

from aioheroku.errors import InvalidDelivery, MissingSignature, WebhookRejected, WrongSignature
from aioheroku.webhooks._delivery import Delivery, WebhookMetadata
from aioheroku.webhooks._handler import Handler, aiohttp_handler
from aioheroku.webhooks._verifier import SIGNATURE_HEADER, Verifier

__all__ = [
    "SIGNATURE_HEADER",
    "Delivery",
    "Handler",
    "InvalidDelivery",
    "MissingSignature",
    "Verifier",
    "WebhookMetadata",
    "WebhookRejected",
    "WrongSignature",
    "aiohttp_handler",
]
