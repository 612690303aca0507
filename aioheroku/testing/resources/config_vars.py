"""Config Vars."""

from aioheroku.testing.call import Call
from aioheroku.testing.checks import mapping
from aioheroku.testing.replies import invalid
from aioheroku.testing.routing import Routes

from . import releases

routes = Routes("Config Vars")


@routes.get("/apps/{app}/config-vars")
def info(call: Call) -> dict[str, str]:
    """All of them, a plain map."""
    call.modified = call.app.row["updated_at"]
    return call.parts.config


@routes.patch("/apps/{app}/config-vars", etag=True)
def update(call: Call) -> dict[str, str]:
    """Set some and remove those given as null; a release, unless nothing changed.

    Values that are neither string nor null are 422.
    """
    config, given = call.parts.config, mapping(call.body)
    wrong = [name for name, value in given.items() if not isinstance(value, str | None) or not name]
    if wrong:
        raise invalid(f"Config vars must be strings or null: {', '.join(wrong)}.")
    gone = [name for name, value in given.items() if value is None and name in config]
    new = {name: value for name, value in given.items() if value is not None and config.get(name) != value}
    for name in gone:
        del config[name]
    config.update(new)
    said = [f"{word} {', '.join(names)} config vars" for word, names in (("Set", new), ("Remove", gone)) if names]
    if said:
        releases.cut(call, call.app, "; ".join(said))
    call.modified = call.app.row["updated_at"]
    return config
