"""The platform's record of a request."""

from collections.abc import Mapping

from attrs import frozen


@frozen
class Record:
    """A request the platform has received. *status* is that of the response, 0 if it closed the connection instead."""

    method: str
    path: str  # raw, with the query
    status: int
    template: str | None  # of the route, None if none matched
    headers: Mapping[str, str]
    body: bytes
