"""The generations of the platform: what pipelines and builds run on."""

from random import Random

from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.refs import Ref

_GENERATIONS: dict[str, Ref] = {
    name: {"id": uuid(Random(f"generation {name}")), "name": name} for name in ("cedar", "fir")
}


def generation(name: str) -> Ref:
    """The identity of a generation."""
    return _GENERATIONS[name]
