"""What users of the transport need: `Timeout`, and `SentOnce` for an aiohttp session of their own."""

from aioheroku._options import Timeout
from aioheroku._transport.compat import SentOnce

__all__ = ["SentOnce", "Timeout"]
