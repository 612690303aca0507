"""Sessions that only read."""

from collections.abc import Awaitable

from attrs import define

from aioheroku._http import Request, Response, Send
from aioheroku.errors import ReadOnlyError


@define(eq=False)
class ReadOnly:
    """Refuses whatever would write with `ReadOnlyError`; part of the pipeline with `read_only=True` alone.

    Reads `method`; changes nothing.
    """

    send: Send

    def __call__(self, request: Request) -> Awaitable[Response]:
        """Send a read; refuse anything else."""
        if request.method not in ("GET", "HEAD"):
            raise ReadOnlyError(request.method, request.path)
        return self.send(request)
