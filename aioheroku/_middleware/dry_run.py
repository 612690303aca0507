"""Dry runs: reads are made, a write is shown instead of sent."""

import json
from collections.abc import Awaitable

from attrs import define

from aioheroku._http import Request, Response, Send
from aioheroku._middleware.meter import current
from aioheroku.errors import DryRun
from aioheroku.errors._quoted import all_secret, masked


@define(eq=False)
class RefuseWrites:
    """Raises `DryRun` for a write; wraps the pipeline in a view made with `dry_run=True`.

    Reads `method`, `path`, `body` and `reads`; changes nothing.
    """

    send: Send

    def __call__(self, request: Request) -> Awaitable[Response]:
        if request.changes_nothing:
            return self.send(request)
        body = None if request.body is None else json.loads(request.body)
        error = DryRun(request.method, request.path, masked(body, whole=all_secret(request.path)))
        meter = current.get()
        if meter is not None:
            meter.refuse(error)
        raise error
