"""Release."""

from collections.abc import Mapping

from aioheroku.testing._errors import found, invalid
from aioheroku.testing._http.body_schema import BodySchema
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Link, Routes
from aioheroku.testing._resources import _addresses, dynos, formation
from aioheroku.testing._state.app_rows import ArtifactRow, ReleaseRow, SlugRow
from aioheroku.testing._state.models import App
from aioheroku.testing._state.refs import IdRef
from aioheroku.testing._state.table import Row, Table

routes = Routes("Release")


@routes.list("/apps/{app}/releases", "version", "id")
def listing(context: RequestContext) -> Table[ReleaseRow]:
    """Every release, the oldest first."""
    return context.parts.releases


@routes.get("/apps/{app}/releases/{release}")
def info(context: RequestContext) -> ReleaseRow:
    """One release, by id or version."""
    return _find(context, context.params["release"])


@routes.post(
    "/apps/{app}/releases",
    {"slug": str},
    {"description": str},
    undocumented={"oci_image": str},
    waived=("slug",),
    also=(Link("Rollback", BodySchema({"release": str})),),
)
def create(context: RequestContext) -> ReleaseRow:
    """A release of a slug (`slug`) or image (`oci_image`), or a rollback to an earlier release (`release`)."""
    taken = context.parameters()
    if "release" in taken:
        return _roll_back(context, _find(context, taken["release"]))
    if "oci_image" in taken:
        image = found(context.parts.oci_images.find(taken["oci_image"]), "oci_image")
        text = taken.get("description", f"Deploy {image['commit'][:7] or image['id'][:7]}")
        return create_release(context, context.app, text, image=image)
    if "slug" not in taken:
        raise invalid("Require params: slug.")
    slug = found(context.parts.slugs.find(taken["slug"]), "slug")
    return create_release(context, context.app, taken.get("description", f"Deploy {slug['id'][:7]}"), slug)


@routes.get("/apps/{app}/releases/{release}/config-vars", of="Config Vars", title="Info For Release")
def config_vars(context: RequestContext) -> Mapping[str, str]:
    """The config vars of a release; for one that was generated with the fleet, those of the app."""
    row = _find(context, context.params["release"])
    context.modified = row["updated_at"]
    return context.parts.configs.get(row["id"], context.parts.config)


def _deployed(slug: SlugRow | None, image: Row | None) -> list[ArtifactRow]:
    if slug is not None:
        return [{"type": "slug", "id": slug["id"]}]
    return [] if image is None else [{"type": "oci-image", "id": image["id"]}]


def _slug_of(artifacts: list[ArtifactRow]) -> IdRef | None:
    ids = [one["id"] for one in artifacts if one["type"] == "slug"]
    return {"id": ids[0]} if ids else None


def create_release(
    context: RequestContext, app: App, description: str, slug: SlugRow | None = None, image: Row | None = None
) -> ReleaseRow:
    """A new release by the calling account, with what the one in effect runs unless a slug or an image is given.

    Dynos restart on it, and the app's `released_at` moves: at once, or for a slug or image later, or not at all, as the
    app's `Behavior` says.
    """
    parts = app.parts
    last, current = parts.releases.last("version"), dynos.current_release(app)
    behavior = context.state.behavior_of(app)
    fails = behavior.release_fails
    deployed = _deployed(slug, image)
    waits = bool(deployed) and (behavior.release_seconds > 0 or fails)
    id = context.state.uuid()
    artifacts = deployed or (current["artifacts"] if current else [])
    row: ReleaseRow = {
        "addon_plan_names": [addon["plan"]["name"] for addon in parts.addons],
        "app": app.ref,
        "artifacts": artifacts,
        "created_at": context.now,
        "current": False,
        "description": description,
        "eligible_for_rollback": bool(artifacts) and not waits,
        "id": id,
        "output_stream_url": _addresses.stream(context, "releases", id) if waits else None,
        "slug": _slug_of(artifacts),
        "status": "pending" if waits else "succeeded",
        "updated_at": context.now,
        "user": context.account.ref,
        "version": last["version"] + 1 if last else 1,
    }
    parts.releases.add(row)
    parts.configs[row["id"]] = dict(parts.config)
    context.changed("release", "create", app, row)
    whose = f"by user {context.account.ref['email']}"
    context.log(app, f"{description} {whose}")
    context.log(app, f"Release v{row['version']} created {whose}")
    app.touch(context.now)
    types = _process_types(slug, image)
    if waits:
        context.state.streams.begin(id, "Running release command...\n")
        context.call_later(behavior.release_seconds, lambda later: _end(later, app, row, types, fails=fails))
    else:
        _take_effect(context, app, types)
    return row


def promote(context: RequestContext, app: App, source: App, release: ReleaseRow) -> ReleaseRow:
    """A release of what another app's release runs."""
    text = f"Promote {source.row['name']} v{release['version']}"
    (artifact,) = release["artifacts"]
    if artifact["type"] == "slug":
        slug = source.parts.slugs.find(artifact["id"])
        return create_release(context, app, text, None if slug is None else app.parts.slugs.add(slug))
    image = source.parts.oci_images.find(artifact["id"])
    return create_release(context, app, text, image=None if image is None else app.parts.oci_images.add(image))


def _process_types(slug: SlugRow | None, image: Row | None) -> Mapping[str, str] | None:
    """The commands by process type of what a release brings; None if it brings nothing."""
    if slug is not None:
        return slug["process_types"]
    if image is None:
        return None
    return {name: str(kind.get("command", "")) for name, kind in image["process_types"].items()}


def _end(context: RequestContext, app: App, row: ReleaseRow, types: Mapping[str, str] | None, *, fails: bool) -> None:
    """The release phase is over."""
    row.update({"status": "failed" if fails else "succeeded", "updated_at": context.now})
    row["eligible_for_rollback"] = not fails
    if fails:
        context.state.streams.write(row["id"], " !     Release command failed, exit status 1\n")
    context.state.streams.end(row["id"], context.moment)
    context.changed("release", "update", app, row, {"status": "pending"})
    if not fails and app.row["id"] in context.state.apps:
        _take_effect(context, app, types)


def _take_effect(context: RequestContext, app: App, types: Mapping[str, str] | None) -> None:
    effective = dynos.current_release(app)
    for each in app.parts.releases:
        each["current"] = each is effective
    app.row["released_at"] = context.now
    app.touch(context.now)
    dynos.restart(context, app)
    if types is not None:
        formation.apply_process_types(context, app, types)


def _find(context: RequestContext, text: str) -> ReleaseRow:
    return found(context.parts.releases.find(text.removeprefix("v")), "release")


def _roll_back(context: RequestContext, to: ReleaseRow) -> ReleaseRow:
    if not to["artifacts"]:
        raise invalid("Cannot roll back to a release without a slug.")
    then = context.parts.configs.get(to["id"])
    if then is not None:
        context.parts.config.clear()
        context.parts.config.update(then)
    (artifact,) = to["artifacts"]
    slug, image = context.parts.slugs.find(artifact["id"]), context.parts.oci_images.find(artifact["id"])
    return create_release(context, context.app, f"Rollback to v{to['version']}", slug, image)
