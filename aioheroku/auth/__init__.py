"""Authentication: credentials, and the OAuth tokens that they load and store."""

from aioheroku.auth._credentials import Credentials, Load, Store, TokenPair

__all__ = ["Credentials", "Load", "Store", "TokenPair"]
