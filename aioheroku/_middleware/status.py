"""Raises errors for unsuccessful responses."""

from collections.abc import Mapping

from attrs import define, field

from aioheroku._http import Request, Response, Send, error_from
from aioheroku.errors import READS

_CONDITIONS = frozenset({"If-None-Match", "If-Modified-Since"})
"""Headers of a conditional read, in the capitalization of `using(headers=...)`."""


@define(eq=False)
class RaiseForStatus:
    """Raises `APIError` for any response but a success, and the 304 to a conditional read.

    Reads `method` and `headers`; changes nothing.
    """

    send: Send
    kinds: Mapping[str | None, str] = field(factory=dict[str | None, str], repr=False)
    """The kind of credentials for each Authorization header, for the advice in a 401."""

    async def __call__(self, request: Request) -> Response:
        response = await self.send(request)
        if response.is_success or (response.status == 304 and _is_conditional_read(request)):
            return response
        raise error_from(request, response, self.kinds.get(request.headers.get("Authorization")))


def _is_conditional_read(request: Request) -> bool:
    return request.method in READS and not request.headers.keys().isdisjoint(_CONDITIONS)
