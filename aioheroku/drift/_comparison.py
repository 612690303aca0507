"""Compares two descriptions of an API."""

from collections.abc import Iterable, Iterator, Mapping, Set as AbstractSet
from itertools import product

from aioheroku.drift._facts import Call, Description, Fact


def compare(ours: Description, theirs: Description) -> Iterator[str]:
    """The differences, one line each: what is missing here, gone there, or changed."""
    yield from _compare_calls(_by_route(ours.calls), _by_route(theirs.calls))
    for name in sorted(theirs.names.keys() | ours.names.keys()):
        if name not in theirs.names:
            yield f"gone resource {ours.names[name]}"
        elif name not in ours.names:
            if theirs.models.get(name):
                yield f"missing resource {theirs.names[name]}"
        elif name in theirs.models:
            shown = ours.names[name]
            yield from _compare_facts("attribute", f"{shown}.", ours.models[name], theirs.models[name])


def _by_route(calls: Iterable[Call]) -> dict[str, list[Call]]:
    routes: dict[str, list[Call]] = {}
    for call in calls:
        routes.setdefault(call.route, []).append(call)
    return routes


def _compare_calls(ours: Mapping[str, list[Call]], theirs: Mapping[str, list[Call]]) -> Iterator[str]:
    for route in sorted(ours.keys() | theirs.keys(), key=lambda route: route.partition(" ")[::-1]):
        gone, missing = list(ours.get(route, ())), list(theirs.get(route, ()))
        # Several endpoints may share a route: those with the most parameters in common are one.
        for call, match in sorted(product(gone, missing), key=_likeness, reverse=True):
            if call in gone and match in missing:
                gone.remove(call)
                missing.remove(match)
                strict = not call.alternatives
                yield from _compare_facts("parameter", f"{route} ", call.parameters, match.parameters, required=strict)
        yield from (f"gone endpoint {_shown(call)}" for call in gone)
        yield from (f"missing endpoint {_shown(call)}" for call in missing)


def _likeness(pair: tuple[Call, Call]) -> int:
    one, other = (call.parameters.keys() for call in pair)
    return len(one & other) - len(one ^ other)


def _shown(call: Call) -> str:
    return f"{call.route} ({', '.join(call.parameters)})" if call.parameters else call.route


def _compare_facts(
    what: str, where: str, ours: Mapping[str, Fact], theirs: Mapping[str, Fact], *, required: bool = True
) -> Iterator[str]:
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in ours:
            yield f"missing {what} {where}{name}"
        elif name not in theirs:
            if not any(other.startswith(f"{name}:") for other in theirs):  # an object that is never null has no row
                yield f"gone {what} {where}{name}"
        else:
            loose = what == "parameter"
            for problem in _changes(ours[name], theirs[name], loose=loose, required=required and loose):
                yield f"changed {what} {where}{name}: {problem}"


def _kinds(fact: Fact, *, loose: bool) -> AbstractSet[str]:
    return {kind.partition(" ")[0] for kind in fact.kinds} if loose else fact.kinds


def _changes(ours: Fact, theirs: Fact, *, loose: bool, required: bool) -> Iterator[str]:
    mine, other = (_kinds(fact, loose=loose) for fact in (ours, theirs))
    if other - mine:
        yield f"{' or '.join(sorted(other))}, declared as {' or '.join(sorted(mine))}"
    if ours.nullable != theirs.nullable and not ours.always:
        yield "may be null" if theirs.nullable else "is never null"
    if required and theirs.required is not None and ours.required != theirs.required:
        yield "is required" if theirs.required else "is optional"
