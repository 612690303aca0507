"""What a pool reports of itself."""

from collections.abc import Mapping
from heapq import nlargest
from typing import TypeVar

from attrs import frozen

OTHERS = "others"
"""The entry that holds the tokens of names that are no longer kept one by one."""
_MOST = 1000
"""Names that are kept one by one."""

REMEDY = (
    "Stop that program, let it send through a RedisPool that all share, or give it an account of its own; "
    "a reserve in the pools of bulk jobs (`Pool(reserve=...)`) leaves tokens to interactive calls."
)
"""What to do about clients that do not pace themselves."""

Name = TypeVar("Name")


class Usage(dict[Name, int]):
    """Tokens by name. Names come from the caller, so only the most used are kept; the rest is summed in `rest`."""

    rest = 0

    def __missing__(self, name: Name) -> int:
        """A name counts from 0; a full table first gives up the half that was used least."""
        if len(self) >= _MOST:
            kept = nlargest(_MOST // 2, self.items(), key=lambda item: item[1])
            self.rest += sum(self.values()) - sum(count for _, count in kept)
            self.clear()
            self.update(kept)
        return 0


@frozen
class PoolSnapshot:
    """The state of a pool at one moment."""

    remaining: int
    """Estimated tokens available: the last balance that the platform reported, less the requests in flight."""
    capacity: int
    """Tokens that the account's pool holds at most."""
    refill: float
    """Tokens that come back in an hour."""
    reserve: int
    """Tokens that are left to interactive calls."""
    waiting: int
    """Requests that wait for a token."""
    in_flight: int
    """Requests sent that have no response yet."""
    next_token: float
    """Seconds until the next request may leave."""
    used: int
    """Requests that left and took a token each. One that never left this machine takes none."""
    used_by_label: Mapping[str, int]
    """The same by label; labels used least are summed as `others` when there are more than a thousand."""
    used_by_route: Mapping[str, int]
    """The same by verb and path template, such as `GET /apps/{app}`."""
    others: float
    """Estimated tokens an hour that other clients take from the account."""
    assumed: bool = False
    """Whether `capacity` and `refill` are what the pool was made with: to measure them takes responses of a minute."""
    starved: bool = False
    """Whether other clients take what comes back without pacing themselves, so that next to nothing is left."""

    def __str__(self) -> str:
        assumed = " (assumed, not yet measured)" if self.assumed else ""
        starved = f"; others take {self.others:.0f} an hour" if self.starved else ""
        return (
            f"{self.remaining} of {self.capacity} tokens left, {self.refill:.0f} more an hour{assumed}{starved}; "
            f"{self.waiting} waiting, {self.in_flight} in flight, next in {self.next_token:.1f} s"
        )
