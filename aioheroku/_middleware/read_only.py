"""Sessions that only read."""

from collections.abc import Awaitable

from attrs import define

from aioheroku._http import Request, Response, Send
from aioheroku.errors import ReadOnlyError


@define(eq=False)
class ReadOnly:
    """Raises `ReadOnlyError` for writes; part of the pipeline only with `read_only=True`.

    Reads `method` and `reads`; changes nothing.
    """

    send: Send

    def __call__(self, request: Request) -> Awaitable[Response]:
        if request.method not in ("GET", "HEAD") and not request.reads:
            raise ReadOnlyError(request.method, request.path)
        return self.send(request)
