"""When the next request may leave, and whose it is: rules alone, without tasks or I/O."""

from aioheroku.pacing.bucket import Bucket
from aioheroku.pacing.line import RANKS, Line, Turn
from aioheroku.pacing.pacer import Pacer, Ticket

__all__ = ["RANKS", "Bucket", "Line", "Pacer", "Ticket", "Turn"]
