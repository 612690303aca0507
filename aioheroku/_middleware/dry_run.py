"""Dry runs: reads are made, a write is shown instead of sent."""

import json
import re
from collections.abc import Awaitable
from typing import Any, Final

from attrs import define

from aioheroku._codec.hints import is_array, is_object
from aioheroku._http import Request, Response, Send
from aioheroku._middleware.meter import current
from aioheroku.errors import DryRun

_MASK: Final = "***"
_SECRET: Final = re.compile(
    r"authorization|card|certificate|code|cvv|data|env\b|headers|key|nonce|password|passphrase|secret|token|url",
    re.IGNORECASE,
)
"""Keys of bodies whose values are secret, or may be: addresses hold credentials too."""
_ALL_SECRET: Final = re.compile(r"config|/env\b")
"""Paths and keys whose values are secret whatever they are called: config vars."""


@define(eq=False)
class RefuseWrites:
    """Raises `DryRun` for a write; outside of the session's own middlewares in a view made with `dry_run=True`.

    Reads `method`, `path`, `body` and `reads`; changes nothing.
    """

    send: Send

    def __call__(self, request: Request) -> Awaitable[Response]:
        """Send a read; raise `DryRun` for anything else."""
        if request.changes_nothing:
            return self.send(request)
        body = None if request.body is None else json.loads(request.body)
        error = DryRun(request.method, request.path, masked(body, whole=_ALL_SECRET.search(request.path) is not None))
        meter = current.get()
        if meter is not None:
            meter.refuse(error)
        raise error


def masked(value: Any, *, whole: bool = False) -> Any:
    """A body with `***` in place of what is, or may be, secret: its keys, numbers and booleans stay readable."""
    if is_object(value):
        return {key: masked(item, whole=whole or _secret(key)) for key, item in value.items()}
    if is_array(value):
        return [masked(item, whole=whole) for item in value]
    return _MASK if whole and value is not None and not isinstance(value, bool) else value


def _secret(key: str) -> bool:
    return _SECRET.search(key) is not None or _ALL_SECRET.search(key) is not None
