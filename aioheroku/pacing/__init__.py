"""When the next request may leave, and whose it is: rules alone, without tasks, timers or I/O."""

from aioheroku.pacing.line import RANKS, Line, Turn
from aioheroku.pacing.pacer import Pacer, Ticket

__all__ = ["RANKS", "Line", "Pacer", "Ticket", "Turn"]
