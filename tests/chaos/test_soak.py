"""Many calls with many faults.

A part of the run by default; the whole of it with `AIOHEROKU_SOAK=100000 python -m pytest tests/chaos/test_soak.py`.
"""

import asyncio
import functools
import gc
import linecache
import sys
import time
from importlib import import_module
from random import Random
from typing import Any

from attrs import define, field

from aioheroku import Heroku, MemoryCache, Pool, Range, Retry, errors
from aioheroku.testing.faults import (
    Answer,
    EmptyPage,
    Fault,
    Garbage,
    HtmlPage,
    Latency,
    Reset,
    ServerError,
    TooMany,
    Truncated,
    Unavailable,
)
from tests._support.thorough import SOAK
from tests.chaos.proxy import Choose, Harm
from tests.chaos.world import Play, World

CALLS = SOAK or 480
WORKERS = 8
TOKENS = 50_000
"""The pool's size and its refill an hour: half of a whole run waits for tokens, on a clock that jumps."""
FAULTS: list[tuple[Fault, float]] = [
    (Latency(0.1, 5), 0.02),
    (Latency(90), 0.002),  # longer than an attempt may take
    (Unavailable(), 0.01),
    (Unavailable(retry_after=0), 0.005),
    (Unavailable(retry_after=2), 0.005),
    (TooMany(), 0.002),
    (TooMany(retry_after=1), 0.002),
    (ServerError(executed=True), 0.005),
    (ServerError(executed=False), 0.005),
    (Answer(502, "Bad gateway", executed=True), 0.005),
    (Answer(504, None, executed=True), 0.005),
    (HtmlPage(), 0.005),
    (Garbage(), 0.002),
    (Reset(), 0.01),
    (Reset(executed=True), 0.01),
    (Truncated(), 0.01),
]


@define(eq=False)
class Worker:
    """Makes one call after the other on apps of its own, and knows what each may find."""

    world: World
    direct: Heroku
    proxied: Heroku
    number: int
    rng: Random
    common: tuple[str, ...]
    """Apps that all workers read, often at the same time."""
    apps: dict[str, tuple[str | None, set[str]]] = field(factory=dict[str, tuple[str | None, set[str]]])
    """By name, with the value that its variable has, and those that it may have after writes of unknown outcome."""
    made: int = 0

    async def work(self, calls: int) -> None:
        for _ in range(calls):
            await self.step(self.proxied if self.rng.random() < 0.1 else self.direct)

    async def step(self, heroku: Heroku) -> None:
        """One call of any kind."""
        dice = self.rng.random()
        if self.rng.random() < 0.02:
            heroku = heroku.using(timeout=self.rng.uniform(0.1, 10))
        if len(self.apps) < 2 or (dice < 0.1 and len(self.apps) < 6):
            await self.create(heroku)
            return
        app = self.rng.choice(sorted(self.apps))
        if dice < 0.2:
            await self.delete(heroku, app)
        elif dice < 0.35:
            await self.set(heroku, app)
        elif dice < 0.4:
            await self.world.write(heroku, lambda view: view.app_features.update(app, "preboot", enabled=True))
        elif dice < 0.45:
            await self.list(heroku)
        elif dice < 0.5:
            await self.read(heroku, app)
        else:
            app = self.rng.choice([app, *self.common])
            if dice < 0.6:
                await self.abandon(heroku, app)
            else:
                result = await self.world.outcome(heroku.apps.info(app))
                self.lost(not isinstance(result, errors.HerokuError) and result.name != app, result)

    def lost(self, is_lost: bool, what: object) -> None:
        if is_lost:
            self.world.counts.lost += 1
            self.world.counts.notes.append(f"lost: {what!r}")

    def exists(self, app: str) -> bool:
        return app in self.world.platform.state.names

    async def create(self, heroku: Heroku) -> None:
        self.made += 1
        name = f"soak-{self.number}-{self.made}"
        result, _ = await self.world.write(heroku, lambda view: view.apps.create(name=name))
        self.lost(not isinstance(result, errors.HerokuError) and not self.exists(name), result)
        if self.exists(name):
            self.apps[name] = None, set()

    async def delete(self, heroku: Heroku, app: str) -> None:
        result, _ = await self.world.write(heroku, lambda view: view.apps.delete(app))
        self.lost(not isinstance(result, errors.HerokuError) and self.exists(app), result)
        if not self.exists(app):
            del self.apps[app]

    async def set(self, heroku: Heroku, app: str) -> None:
        self.made += 1
        value = str(self.made)
        result, _ = await self.world.write(heroku, lambda view: view.config_vars.update(app, {"N": value}))
        if isinstance(result, errors.HerokuError):
            self.apps[app][1].add(value)
        else:
            self.lost(result["N"] != value, result)
            self.apps[app] = value, self.apps[app][1]

    async def read(self, heroku: Heroku, app: str) -> None:
        """What was written is read, though the response may come from a cache or another one's request."""
        result = await self.world.outcome(heroku.config_vars.info(app))
        if not isinstance(result, errors.HerokuError):
            value, possible = self.apps[app]
            self.lost(result.get("N") not in {value, *possible}, (result.get("N"), value, possible))

    async def list(self, heroku: Heroku) -> None:
        """What was there throughout is in the list, and nothing is in it twice."""
        before = set(self.world.platform.state.apps)
        # Of its own, by a header: another worker's list that is under way may be older than what is there by now.
        own = heroku.using(headers={"X-Worker": str(self.number)})
        result = await self.world.outcome(own.apps.list(range=Range(max=10)).all())
        if not isinstance(result, errors.HerokuError):
            found = [str(app.id) for app in result]
            throughout = before & set(self.world.platform.state.apps)
            self.lost(len(set(found)) != len(found) or not throughout <= set(found), (throughout, found))

    async def abandon(self, heroku: Heroku, app: str) -> None:
        """A call that is cancelled somewhere on its way."""
        task = asyncio.ensure_future(heroku.apps.info(app))
        task.get_loop().call_later(self.rng.choice((0.0, 0.0001, 0.5)), task.cancel)
        self.world.counts.calls += 1
        result = (await asyncio.gather(task, return_exceptions=True))[0]
        self.world.counts.outcomes["cancelled" if isinstance(result, asyncio.CancelledError) else "result"] += 1
        if isinstance(result, Exception) and not isinstance(result, errors.HerokuError):
            self.world.counts.foreign += 1


def harmful(rng: Random) -> Choose:
    """A twentieth of all messages is harmed, somewhere."""

    def choose(where: str, raw: bytes) -> Harm | None:
        if rng.random() >= 0.05:
            return None
        kinds = ("cut", "reset", "stall", "delay") if where == "answer" else ("cut", "reset", "stall")
        return Harm(rng.choice(kinds), rng.randrange(len(raw) + 1))

    return choose


def caches() -> list[Any]:
    """The caches of functions that the garbage collector sees."""
    return [found for found in gc.get_objects() if isinstance(found, functools._lru_cache_wrapper)]


def memory(cache: MemoryCache, known: list[Any]) -> int:
    """Blocks of memory in use, without what caches of a fixed size happen to hold, that of sources among them."""
    cache.clear()
    linecache.clearcache()
    gc.collect()
    for found in (*known, *caches()):
        found.cache_clear()
    gc.collect()
    return sys.getallocatedblocks()


def test_a_long_run_with_faults(play: Play) -> None:
    """Every write happened at most once and as often as was reported, nothing is lost, nothing hangs, nothing stays.

    No task, place in the queue, connection or memory is left: what there is of objects after a fifth of the calls is
    what there is at the end.
    """
    # The first response that cannot be decoded loads it, at a moment that chance decides: it would count as growth.
    import_module("aioheroku._codec.cattrs_decoder")
    gc.unfreeze()
    gc.collect()
    known = caches()  # among what was there when tests were collected
    gc.freeze()

    async def scene(world: World) -> None:
        for fault, probability in FAULTS:
            world.platform.fault(fault, times=None, probability=probability)
        world.platform.fault(EmptyPage(), times=None, path="/apps", method="GET", probability=0.05)
        world.proxy.choose = harmful(Random(1))
        pool, began, others = Pool(TOKENS, TOKENS), time.perf_counter(), asyncio.all_tasks()
        cache = MemoryCache(100)
        options: dict[str, Any] = {"pool": pool, "retry": Retry(), "cache": cache}
        async with world.session(base_url=world.platform.url, **options) as direct, world.session(**options) as proxied:
            common = tuple(world.platform.state.names)
            workers = [Worker(world, direct, proxied, number, Random(number), common) for number in range(WORKERS)]
            sizes: list[int] = []
            # The first round is a warm-up: what is allocated once, by the first calls of a process, is not a leak.
            for calls in (CALLS // 10, CALLS // 10, CALLS - CALLS // 5):
                await asyncio.gather(*(worker.work(calls // WORKERS) for worker in workers))
                await asyncio.sleep(600)  # whatever was given up is over by then
                world.settle()
                state = world.platform.state
                for app in [app for name, app in state.names.items() if name.startswith("soak-")]:
                    state.drop(app)
                for worker in workers:
                    worker.apps.clear()
                sizes.append(memory(cache, known))
            snapshot = pool.snapshot()
            assert (snapshot.waiting, snapshot.in_flight) == (0, 0)
            for heroku in (direct, proxied):
                assert heroku._core.calls.tasks == {}
                assert heroku._core.transport._deadline._under_way == {}
                connector = heroku._core.transport.connections.session().connector
                assert connector is not None
                assert not connector._acquired
        await asyncio.sleep(600)
        assert (world.platform.in_flight, world.proxy.connections) == (0, 0)
        left = {task for task in asyncio.all_tasks() - others if "aioheroku" in repr(task)}
        assert left == set()
        grown = sizes[2] - sizes[1]
        world.counts.notes.append(
            f"soak: {world.counts.calls} calls and {world.platform.requests_total} requests in "
            f"{time.perf_counter() - began:.0f} s ({world.loop.time() / 3600:.1f} h of the loop's time), "
            f"{pool.snapshot().used} tokens; memory {sizes[1]} blocks after a fifth of the calls, {sizes[2]} at the end"
        )
        assert grown < 3000 + CALLS // 50, sizes  # a few connections more or less

    try:
        play(scene, tokens=TOKENS)
    finally:
        gc.collect()
        gc.freeze()
