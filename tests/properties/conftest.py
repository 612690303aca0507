"""What the property tests share: how much they try, and a caller that sends nothing."""

from collections.abc import Mapping

import pytest
from hypothesis import settings

from aioheroku.errors import HerokuError
from aioheroku.http import Options, Request, Response
from aioheroku.view import urls
from tests._support.thorough import SOAK

settings.register_profile("quick", max_examples=25, derandomize=True, database=None, deadline=None)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=200)
settings.load_profile("thorough" if SOAK else "quick")


class Caller:
    """Takes down each request in place of a session, and gives an empty answer."""

    def __init__(self) -> None:
        self.url = urls("https://api.example.com")
        self.headers: Mapping[str, str] = {}
        self.options = Options()
        self.requests: list[Request] = []

    async def call(self, request: Request) -> Response:
        self.requests.append(request)
        return Response(202, {}, b"")

    def failed(self, method: str, path: str, error: HerokuError) -> None:
        """The empty answer is none that a declaration takes."""


@pytest.fixture(scope="session")
def caller() -> Caller:
    return Caller()
