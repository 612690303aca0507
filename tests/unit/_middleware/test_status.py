"""Which responses are errors: driven by a fake `Send`."""

import pytest

from aioheroku import errors
from aioheroku._middleware.status import RaiseForStatus
from tests._support.fakes import MakeRequest, Script
from tests._support.secrets import raises


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("header", ["If-None-Match", "If-Modified-Since"])
async def test_a_304_to_a_conditional_read_is_returned(
    method: str, header: str, script: type[Script], request_: MakeRequest
) -> None:
    """It is the expected response to a conditional read."""
    request = request_(method).with_headers({header: "x"})
    assert (await RaiseForStatus(script(304))(request)).status == 304


@pytest.mark.parametrize(("method", "headers"), [("GET", {}), ("PATCH", {"If-None-Match": "x"})])
async def test_any_other_304_is_raised(
    method: str, headers: dict[str, str], script: type[Script], request_: MakeRequest
) -> None:
    """Without a condition the caller lacks what the 304 leaves out."""
    with raises(errors.NotModified):
        await RaiseForStatus(script(304))(request_(method).with_headers(headers))
