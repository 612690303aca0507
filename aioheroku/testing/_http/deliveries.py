"""Deliveries of webhooks: signed POST requests to this machine, with retries."""

import asyncio
import hmac
from base64 import b64encode
from hashlib import sha256
from typing import Final, Literal

from aiohttp import ClientError, ClientSession, ClientTimeout
from attrs import define, field
from yarl import URL

from aioheroku.testing._dates import stamp
from aioheroku.testing._http.response import dump
from aioheroku.testing._http.server import is_loopback
from aioheroku.testing._state.state import State
from aioheroku.testing._state.webhooks import AttemptRow, Delivery, body_of

SIGNATURE: Final = "Heroku-Webhook-Hmac-SHA256"
_TIMEOUT = 10.0  # seconds that a receiver has
_LONGEST = 3600.0  # seconds between two attempts
_GIVE_UP = 72 * 3600.0  # seconds after which a delivery has failed for good


@define(eq=False)
class Deliverer:
    """Sends the deliveries of webhooks, one task for each attempt. Only loopback hosts are called.

    Seconds are those of the platform's clock, which runs by itself unless a test controls it.
    """

    state: State
    _session: ClientSession = field(init=False)
    _loop: asyncio.AbstractEventLoop = field(init=False)
    _tasks: set[asyncio.Task[None]] = field(factory=set[asyncio.Task[None]])
    _timers: set[asyncio.TimerHandle] = field(factory=set[asyncio.TimerHandle])

    def start(self) -> None:
        """Deliver from now on, in the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._session = ClientSession(timeout=ClientTimeout(_TIMEOUT))
        self.state.webhooks.deliver = self._deliver

    async def close(self) -> None:
        """Stop delivering; attempts in progress are ended."""
        self.state.webhooks.deliver = None
        for timer in self._timers:
            timer.cancel()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()

    async def idle(self) -> None:
        """Wait until no attempt is in progress."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def _deliver(self, delivery: Delivery) -> None:
        task = self._loop.create_task(self._attempt(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, delivery: Delivery) -> None:
        row, webhook, now = delivery.row, delivery.webhook, self.state.stamp()
        attempt: AttemptRow = {
            "code": None,
            "created_at": now,
            "error_class": None,
            "id": self.state.uuid(),
            "status": "scheduled",
            "updated_at": now,
        }
        row.update(
            {
                "last_attempt": attempt,
                "next_attempt_at": None,
                "num_attempts": row["num_attempts"] + 1,
                "status": "scheduled",
                "updated_at": now,
            }
        )
        body = dump(body_of(delivery, attempt["id"]))
        signature = hmac.digest(webhook.secret.encode(), body, sha256)
        headers = {"Content-Type": "application/json", SIGNATURE: b64encode(signature).decode()}
        if webhook.authorization is not None:
            headers["Authorization"] = webhook.authorization
        succeeded = final = False
        try:
            url = URL(webhook.row["url"])
            if not is_loopback(url.host or ""):
                final = True
                attempt["error_class"] = "not_loopback"
            else:
                async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                    attempt["code"] = response.status
                    succeeded = 200 <= response.status < 300
        except (ClientError, TimeoutError, ValueError) as error:
            attempt["error_class"] = type(error).__name__
        self._finish(delivery, attempt, succeeded=succeeded, final=final)

    def _finish(self, delivery: Delivery, attempt: AttemptRow, *, succeeded: bool, final: bool) -> None:
        row, now = delivery.row, self.state.now()
        outcome: Literal["succeeded", "failed"] = "succeeded" if succeeded else "failed"
        attempt.update({"status": outcome, "updated_at": stamp(now)})
        wait = min(_LONGEST, self.state.behavior.webhook_retry_seconds * 2 ** min(row["num_attempts"] - 1, 30))
        over = final or row["webhook"]["level"] == "notify" or now + wait > delivery.since + _GIVE_UP
        row["updated_at"] = stamp(now)
        if succeeded or over:
            row["status"] = outcome
            return
        row.update({"status": "retrying", "next_attempt_at": stamp(now + wait)})
        self.state.scheduler.add(now + wait, lambda: self._again(delivery))
        timer = self._loop.call_later(wait, lambda: self.state.scheduler.run(self.state.now()))
        self._timers = {one for one in self._timers if one.when() > self._loop.time()} | {timer}

    def _again(self, delivery: Delivery) -> None:
        if self.state.webhooks.deliver is not None:
            self._deliver(delivery)
