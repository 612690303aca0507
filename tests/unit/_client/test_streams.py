"""The operations of a session that are about streams: their arguments."""

from collections.abc import Callable
from typing import Any

import pytest

from aioheroku import Heroku
from aioheroku.errors import InvalidRequest
from tests._support.secrets import raises

CALLS: dict[str, Callable[[Heroku, Any], object]] = {
    "logs": lambda heroku, times: heroku.logs("example", times=times),
    "build_output": lambda heroku, times: heroku.build_output("example", "build", times=times),
    "release_output": lambda heroku, times: heroku.release_output("example", 1, times=times),
    "run": lambda heroku, times: heroku.run("example", "date", times=times),
    "run_detached": lambda heroku, times: heroku.run_detached("example", "date", times=times),
}


@pytest.mark.parametrize("times", [None, 5, {"idle": 5}])
@pytest.mark.parametrize("call", CALLS)
def test_times_are_stream_times(call: str, times: Any) -> None:
    """Anything else is refused at once, `None` too, and the error names the argument."""
    with raises(InvalidRequest, match=r"^times: expected StreamTimes\(\), got ") as caught:
        CALLS[call](Heroku("t"), times)
    assert caught.value.field == "times"
