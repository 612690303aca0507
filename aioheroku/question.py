"""The question how many tokens are left, which takes none itself.

See <https://devcenter.heroku.com/articles/platform-api-reference#rate-limit>.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from yarl import URL

from aioheroku.errors import DecodeError, whole_number
from aioheroku.http import Request, Response

RATE_LIMIT: Final = "/account/rate-limits"
_WHO: Final = ("Accept", "Accept-Encoding", "Authorization", "User-Agent")

Question = Callable[[Request], Request]
"""Makes the question of a request that waits: asked with the same credentials."""


def asking(base: str) -> Question:
    """The question for the API at `base`."""
    url = URL(base + RATE_LIMIT, encoded=True)

    def ask(request: Request) -> Request:
        headers = {name: request.headers[name] for name in _WHO if name in request.headers}
        return Request("GET", url, RATE_LIMIT, headers, idempotent=True, metered=False)

    return ask


def answered(response: Response) -> int | None:
    """The tokens left as the answer's header says, or else its body; `None` where neither does."""
    remaining = response.remaining
    if remaining is None and response.status == 200:
        with suppress(DecodeError, TypeError, KeyError):
            told = response.json()["remaining"]
            return whole_number(str(told)) if isinstance(told, int) else None
    return remaining
