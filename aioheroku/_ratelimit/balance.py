"""The balance request: how many tokens are left, a request that takes none itself.

See <https://devcenter.heroku.com/articles/platform-api-reference#rate-limit>.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from yarl import URL

from aioheroku._http import RATE_LIMITS, Request, Response
from aioheroku.errors import DecodeError, whole_number

_IDENTITY: Final = ("Accept", "Accept-Encoding", "Authorization", "User-Agent")
"""Headers of a waiting request that the balance request repeats, so that it asks about the same account."""

BalanceRequest = Callable[[Request], Request]
"""Makes the balance request for a request that waits, with the same credentials."""


def balance_request(base: str) -> BalanceRequest:
    """Make balance requests for the API at `base`."""
    url = URL(base + RATE_LIMITS, encoded=True)

    def make(request: Request) -> Request:
        headers = {name: request.headers[name] for name in _IDENTITY if name in request.headers}
        return Request("GET", url, RATE_LIMITS, headers, idempotent=True, metered=False)

    return make


def balance(response: Response) -> int | None:
    """The tokens left as the response's header says, or else its body; `None` where neither does."""
    remaining = response.remaining
    if remaining is None and response.status == 200:
        with suppress(DecodeError, TypeError, KeyError):
            stated = response.json()["remaining"]
            return whole_number(str(stated)) if isinstance(stated, int) else None
    return remaining
