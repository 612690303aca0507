"""`kill -9` at random moments of campaigns in processes of their own; the platform counts what was done."""

import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from aioheroku.testing import Platform
from tests._support.killed import CONCURRENCY, SECRET, begun, kill_when
from tests._support.thorough import KILLS, amount, some

APPS = 10
MOMENTS = KILLS or amount(2, 4)
REQUESTS = {"rotate": 4, "move": 5, "go on": 8}
"""The requests that an item takes."""


class Runs:
    """The runs of one campaign, the last of which is not killed."""

    def __init__(self, call: str, platform: Platform, folder: Path) -> None:
        folder.mkdir()
        self.call, self.platform, self.folder = call, platform, folder
        self.apps = sorted(platform.state.names)
        platform.clear_requests()

    def run(self, *, until: int | None = None, later: float = 0.0) -> bool:
        """Run it, to its end or until the platform has seen this many requests; returns whether it was killed."""
        process = begun(self.call, self.platform.url, self.platform.token, self.folder, self.apps)
        if until is not None:
            goal = len(self.platform.requests) + until
            return kill_when(process, lambda: len(self.platform.requests) >= goal, later)
        process.join(60)
        assert process.exitcode == 0
        return False

    @property
    def journal(self) -> bytes:
        file = self.folder / "journal"
        return file.read_bytes() if file.exists() else b""

    @property
    def done(self) -> set[str]:
        """The items that the journal has as done."""
        lines = [json.loads(line) for line in self.journal.splitlines(keepends=True) if line.endswith(b"\n")]
        return {line["key"] for line in lines if "done" in line}

    @property
    def told(self) -> dict[str, tuple[str, bool, str]]:
        lines = map(json.loads, (self.folder / "told").read_text().splitlines())
        return {item: (kind, resumed, error) for item, kind, resumed, error in lines}

    def made(self, *methods: str, app: str) -> Counter[str]:
        """What the platform has executed for an app, by method and path."""
        return Counter(
            f"{record.method} {record.path}"
            for record in [*self.platform.requests]
            if record.method in methods and 200 <= record.status < 300 and f"{record.path}/".startswith(f"/apps/{app}/")
        )


@pytest.fixture
def chance(record_property: Callable[[str, object], None]) -> random.Random:
    """The moments, different ones each time; a failure shows the seed."""
    seed = random.randrange(10**6)
    record_property("seed", seed)
    return random.Random(seed)


@pytest.mark.parametrize("call", some(["go on", "move", "rotate"], 3))
def test_killed_at_random_moments(
    call: str,
    *,
    heroku_platform_factory: Callable[..., Platform],
    tmp_path: Path,
    chance: random.Random,
    record_property: Callable[[str, object], None],
) -> None:
    """It is resumed to the end: no write is made twice, each unknown is named, and what is done is not read again."""
    unknown = killed = again = 0
    for moment in range(MOMENTS):
        platform = heroku_platform_factory(apps=APPS, seed=moment, latency=(0.0, 0.004), capacity=1_000_000)
        runs = Runs(call, platform, tmp_path / str(moment))
        kills, settled = 0, dict[str, Counter[str]]()
        for _ in range(chance.choice((1, 1, 2))):
            kills += runs.run(until=chance.randrange(APPS * REQUESTS[call] + 2), later=chance.uniform(0, 0.006))
            settled |= {app: runs.made("GET", "POST", "PATCH", app=app) for app in runs.done}
        runs.run()
        killed += kills
        told = runs.told
        assert told.keys() == set(runs.apps)
        for app, (kind, _, error) in told.items():
            writes = runs.made("POST", "PATCH", app=app)
            if call == "rotate":
                assert kind == "Done", error
                assert 1 <= writes.total() <= 1 + kills
            else:
                assert set(writes.values()) == {1} if writes else kind == "Unknown"
                assert kind == ("Unknown" if error else "Done")
                # An app may be in maintenance before: the call that looks does not write then.
                assert kind == "Unknown" or writes.total() in ((2, 3) if call == "go on" else (3,))
        for app, made in settled.items():  # what an earlier run has done was neither read nor written again
            assert told[app][:2] == ("Done", True)
            assert runs.made("GET", "POST", "PATCH", app=app) == made
        if call == "rotate":
            more = sum(runs.made("PATCH", app=app).total() for app in runs.apps) - APPS
            assert more <= kills * CONCURRENCY  # what was under way
            again += more
        open_ = sum(kind == "Unknown" for kind, _, _ in told.values())
        unknown += open_
        assert open_ <= kills * CONCURRENCY
        if call == "go on":
            assert not open_
        platform.clear_requests()
        runs.run()  # what is done is told again for the price of a look at the account
        assert [record.path for record in platform.requests] == ["/account"]
        for secret in (SECRET, platform.token, "Bearer"):
            assert secret.encode() not in runs.journal
    record_property("figures", f"{call}: {MOMENTS} campaigns, {killed} kills, {unknown} unknown, {again} writes again")
    assert killed
