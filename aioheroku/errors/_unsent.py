"""Errors of calls of which nothing left this machine, and the base of what the account's limit refuses."""

import attrs
from attrs import define

from aioheroku.errors._base import HerokuError, foreign, shown


class NotSent(HerokuError):
    """Nothing left this machine: no token is spent and nothing was executed."""


@define(slots=False)
class InvalidRequest(NotSent, ValueError):
    """The call itself is wrong; `field` names the argument."""

    message: str = attrs.field(repr=shown)
    field: str = attrs.field(default="", repr=shown)

    def _summary(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class RateLimitExceeded(HerokuError):
    """The account's rate limit refuses the call: here (`RateLimitWait`) or on the platform (`RateLimited`).

    See <https://devcenter.heroku.com/articles/platform-api-reference#rate-limits>.
    """

    seconds: float | None
    """Seconds after which the call can be repeated; `None` where nobody said."""


@define(slots=False)
class RateLimitWait(NotSent, RateLimitExceeded):
    """The token pool's wait, `seconds`, is longer than the call may wait: see `max_wait` and `timeout`."""

    seconds: float  # pyright: ignore[reportIncompatibleVariableOverride] - here it is always known

    def _summary(self) -> str:
        turn = f"this call's turn is {self.seconds:.1f} s away"
        return f"The account's token pool is low and {turn}, longer than it may wait."

    def _advice(self) -> str:
        return "Repeat it then, or allow more with using(max_wait=..., timeout=...)."


@define(slots=False)
class ReadOnlyError(NotSent):
    """The session was made with `read_only=True` and the call would write."""

    method: str = attrs.field(default="", repr=shown)
    path: str = attrs.field(default="", repr=shown)

    def _summary(self) -> str:
        return f"{foreign(f'{self.method} {self.path}')}: this session is read-only."

    def _advice(self) -> str:
        return "Write over a session that is made without read_only=True."
