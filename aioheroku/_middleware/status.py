"""Which responses are a success; the others are raised as errors."""

from collections.abc import Mapping

from attrs import define, field

from aioheroku._http import Request, Response, Send, error_from
from aioheroku.errors import READS

_CONDITIONS = frozenset({"If-None-Match", "If-Modified-Since"})
"""Headers that ask for a 304 where nothing has changed, as `using(headers=...)` writes them."""


@define(eq=False)
class RaiseForStatus:
    """Raises `APIError` for a response that is not a success, nor the 304 that a conditional read asks for.

    Reads `method` and `headers`; changes nothing.
    """

    send: Send
    kinds: Mapping[str | None, str] = field(factory=dict[str | None, str], repr=False)
    """The kind of credentials that an Authorization header is made of, for what a 401 advises."""

    async def __call__(self, request: Request) -> Response:
        """Send the request; return its response if it is a success."""
        response = await self.send(request)
        if response.is_success or (response.status == 304 and _is_conditional_read(request)):
            return response
        raise error_from(request, response, self.kinds.get(request.headers.get("Authorization")))


def _is_conditional_read(request: Request) -> bool:
    return request.method in READS and not request.headers.keys().isdisjoint(_CONDITIONS)
