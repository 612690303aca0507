"""When the next request may leave, and which one: pure computation, without tasks or I/O."""

from aioheroku.pacing.bucket import Bucket
from aioheroku.pacing.pacer import Pacer, Ticket
from aioheroku.pacing.wait_queue import RANKS, Waiter, WaitQueue

__all__ = ["RANKS", "Bucket", "Pacer", "Ticket", "WaitQueue", "Waiter"]
