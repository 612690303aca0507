"""Config Vars."""

from collections.abc import Iterable, Mapping

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import mapping
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import releases

routes = Routes("Config Vars")


@routes.get("/apps/{app}/config-vars")
def info(context: RequestContext) -> dict[str, str]:
    """All of them, a plain map."""
    context.modified = context.app.row["updated_at"]
    return context.parts.config


@routes.patch("/apps/{app}/config-vars", etag=True)
def update(context: RequestContext) -> dict[str, str]:
    """Set some and remove those given as null; a release, unless nothing changed.

    Values that are neither string nor null are 422.
    """
    config, given = context.parts.config, mapping(context.body)
    wrong = [name for name, value in given.items() if not isinstance(value, str | None) or not name]
    if wrong:
        raise invalid(f"Config vars must be strings or null: {', '.join(wrong)}.")
    gone, new = _changes(config, given)
    for name in gone:
        del config[name]
    config.update(new)
    if gone or new:
        releases.create_release(context, context.app, _description(new, gone))
    context.modified = context.app.row["updated_at"]
    return config


def _description(new: Iterable[str], gone: Iterable[str]) -> str:
    """What a release says of the names that were set, and of those that were removed."""
    words = {"Set": ", ".join(new), "Remove": ", ".join(gone)}
    return "; ".join(f"{word} {names} config vars" for word, names in words.items() if names)


def _changes(config: dict[str, str], given: Mapping[str, str | None]) -> tuple[list[str], dict[str, str]]:
    """The names to remove, and the values to set."""
    gone = [name for name, value in given.items() if value is None and name in config]
    return gone, {name: value for name, value in given.items() if value is not None and config.get(name) != value}
