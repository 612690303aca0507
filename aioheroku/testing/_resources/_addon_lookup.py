"""Finds the add-on that a name stands for."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from aioheroku.testing._errors import ErrorResponse, not_found
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._state.app_rows import AddonRow, AttachmentRow
from aioheroku.testing._state.models import App

T = TypeVar("T", AddonRow, AttachmentRow)


def named(context: RequestContext, text: str) -> tuple[App, AddonRow]:
    """The add-on with this id or name, and its app; 404 if the account may see none."""
    for app in context.state.apps_of(context.account):
        row = app.parts.addons.find(text)
        if row is not None:
            return app, row
    raise not_found("addon")


def scope(context: RequestContext, text: str, app: str | None) -> tuple[str, list[App]]:
    """The name to look for, and the apps to search: one (`app`, or `app::name`), or all of the account's."""
    named_app, separator, rest = text.partition("::")
    if separator:
        text, app = rest, named_app
    if app is not None:
        return text, [context.state.app(context.account, app)]
    return text, list(context.state.apps_of(context.account))


def chosen(rows: Iterable[T], noun: str, *fits: Callable[[T], bool]) -> list[T]:
    """The only row that matches the first test with any match; 404 without one, 422 if there are several."""
    known, found = list(rows), list[T]()
    for test in fits:
        found = found or [row for row in known if test(row)]
    if not found:
        raise not_found(noun.replace("-", ""))
    if len(found) > 1:
        names = ", ".join(sorted(row["name"] for row in found))
        raise ErrorResponse(422, "multiple_matches", f"Ambiguous identifier; multiple matching {noun}s found: {names}.")
    return found


def is_of_service(context: RequestContext, id: str, service: str | None) -> bool:
    """Whether the add-on is of this service, by id or name; of any if none is named."""
    if service is None:
        return True
    return service in named(context, id)[1]["addon_service"].values()
