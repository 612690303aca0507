"""A handler for aiohttp.web, which is imported when the first request arrives."""

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aioheroku.errors import WebhookRejected
from aioheroku.webhooks._delivery import Delivery
from aioheroku.webhooks._verifier import Verifier

if TYPE_CHECKING:
    from aiohttp import web

logger = logging.getLogger("aioheroku")

Handler = Callable[["web.Request"], Awaitable["web.StreamResponse"]]
"""A handler of aiohttp.web."""


def aiohttp_handler(verifier: Verifier, on_delivery: Callable[[Delivery], Awaitable[None]]) -> Handler:
    """A handler for `web.post(path, ...)` that verifies each request and passes on its delivery.

    It responds with 204 when `on_delivery` has returned, with 401 where the signature is missing or wrong, and with
    400 where the body is not a delivery. What `on_delivery` raises is aiohttp's to handle: a 500, upon which Heroku
    delivers again to a webhook of level `sync`. So be quick, and expect an event to arrive twice.

    Args:
        verifier: Has the secret of the webhook.
        on_delivery: Called with each delivery.
    """

    async def handle(request: "web.Request") -> "web.StreamResponse":
        from aiohttp import web  # noqa: PLC0415 - only servers need it

        try:
            delivery = verifier.receive(await request.read(), request.headers)
        except WebhookRejected as error:
            logger.warning("webhook: %s", error.summary)
            return web.Response(status=error.status)
        await on_delivery(delivery)
        return web.Response(status=204)

    return handle
