"""Authentication: credentials, and the middlewares for OAuth token refresh and two-factor challenges."""

from aioheroku.auth._credentials import Credentials, Load, Store, TokenPair

__all__ = ["Credentials", "Load", "Store", "TokenPair"]
