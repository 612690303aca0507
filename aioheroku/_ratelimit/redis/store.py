"""The connection to Redis, and the script that runs there."""

import asyncio
from hashlib import sha1
from importlib.resources import files
from typing import Any, Protocol

from aioheroku.errors import InvalidRequest

SOURCE = files("aioheroku._ratelimit.redis").joinpath("bucket.lua").read_text("utf-8")
_SHA = sha1(SOURCE.encode(), usedforsecurity=False).hexdigest()
"""The name of the script in Redis once it is loaded."""


class Connection(Protocol):
    """What runs the script in Redis."""

    async def call(self, key: str, report: str) -> str | bytes:
        """Run it on the account's key."""
        ...

    async def close(self) -> None:
        """Close the connection."""
        ...


class Store:
    """A connection to Redis that opens itself.

    It is the connection itself: a client with its pool around it would cost twice the time for each call.

    Args:
        url: where Redis is.
        patience: seconds that a call may take, connecting included.

    Raises:
        InvalidRequest: the URL is not one of Redis.
    """

    def __init__(self, url: str, patience: float) -> None:
        from redis.asyncio import ConnectionPool  # noqa: PLC0415 - an optional dependency
        from redis.asyncio.retry import Retry  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415

        untyped: Any = ConnectionPool  # its keywords have no types
        # Timeouts and retries are ours: one limit for the whole call.
        bare = {"socket_timeout": None, "socket_connect_timeout": None, "retry": Retry(NoBackoff(), 0)}
        try:
            self._connection: Any = untyped.from_url(url, **bare).make_connection()
        except ValueError:
            raise InvalidRequest("must begin with redis://, rediss:// or unix://", "url") from None
        self._patience = patience

    async def call(self, key: str, report: str) -> str | bytes:
        """Run the script.

        Args:
            key: the account's key.
            report: JSON; see `bucket.lua`.

        Raises:
            TimeoutError: there was no reply in time.
            Exception: any other failure of Redis.
        """
        from redis.exceptions import NoScriptError  # noqa: PLC0415

        connection = self._connection
        try:
            async with asyncio.timeout(self._patience):
                await connection.send_command("EVALSHA", _SHA, 1, key, report)
                try:
                    reply: str | bytes = await connection.read_response()
                except NoScriptError:
                    await connection.send_command("EVAL", SOURCE, 1, key, report)
                    reply = await connection.read_response()
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        return reply

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.disconnect()
