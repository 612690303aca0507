"""Pipelines and everything that refers to them: couplings, promotions, review apps, test runs; and telemetry drains."""

from collections.abc import Iterator

from attrs import Factory, define

from aioheroku.testing._state.app_rows import BuildpackRow
from aioheroku.testing._state.models import Account, App
from aioheroku.testing._state.table import Row, Table

STAGES = ("test", "review", "development", "staging", "production")
"""The stages of a pipeline, in the order in which code goes through them."""
RUNS_END = frozenset({"cancelled", "succeeded", "failed", "errored", "debugging"})
"""How a test run ends."""


@define(eq=False)
class DeliveryStore:
    """All pipelines of the platform. Rows refer to each other by id; apps and owners decide who may see them."""

    pipelines: Table[Row] = Factory(lambda: Table[Row]("name"))
    creators: dict[str, Account] = Factory(dict[str, Account])  # by the pipeline's id
    couplings: Table[Row] = Factory(Table[Row])
    promotions: Table[Row] = Factory(Table[Row])
    targets: dict[str, Table[Row]] = Factory(dict[str, Table[Row]])  # by the promotion's id
    config: dict[tuple[str, str], dict[str, str]] = Factory(dict[tuple[str, str], dict[str, str]])  # by id and stage
    review_apps: Table[Row] = Factory(Table[Row])
    review_configs: dict[str, Row] = Factory(dict[str, Row])  # by the pipeline's id
    repositories: dict[str, str] = Factory(dict[str, str])  # full names of connected ones, by the pipeline's id
    test_runs: Table[Row] = Factory(Table[Row])
    nodes: dict[str, Table[Row]] = Factory(dict[str, Table[Row]])  # by the test run's id
    cases: dict[str, Table[Row]] = Factory(dict[str, Table[Row]])  # by the test run's id
    drains: Table[Row] = Factory(Table[Row])  # of telemetry
    _by_app: dict[str, Row] = Factory(dict[str, Row])  # couplings, by the app's id

    def couple(self, row: Row) -> Row:
        """Add a coupling."""
        self._by_app[row["app"]["id"]] = row
        return self.couplings.add(row)

    def uncouple(self, row: Row) -> None:
        """Remove a coupling."""
        self._by_app.pop(row["app"]["id"], None)
        self.couplings.remove(row)

    def coupling(self, app: str) -> Row | None:
        """The coupling of the app with this id; it is in one pipeline at most."""
        return self._by_app.get(app)

    def coupled(self, pipeline: str) -> Iterator[Row]:
        """The couplings of a pipeline."""
        return (row for row in self.couplings if row["pipeline"]["id"] == pipeline)

    def forget_app(self, app: App) -> None:
        """The app was deleted: its coupling and its telemetry drains go with it, and its review app is deleted."""
        id = app.row["id"]
        if (coupling := self._by_app.get(id)) is not None:
            self.uncouple(coupling)
        self.drains.remove_where(lambda row: row["owner"]["id"] == id)
        for review_app in self.review_apps:
            if review_app["app"] is not None and review_app["app"]["id"] == id:
                review_app["status"] = "deleted"

    def forget_pipeline(self, id: str) -> None:
        """Delete a pipeline; its apps stay."""
        for coupling in list(self.coupled(id)):
            self.uncouple(coupling)
        for table in (self.promotions, self.review_apps, self.test_runs):
            table.remove_where(lambda row: row["pipeline"]["id"] == id)
        self.review_configs.pop(id, None)
        self.creators.pop(id, None)
        pipeline = self.pipelines.find(id)
        if pipeline is not None:
            self.pipelines.remove(pipeline)


def may_see(account: Account, app: App) -> bool:
    """Whether the account may see the app: it has joined it, or runs the team that owns it."""
    return app.row["id"] in account.apps or (app.organization is not None and app.organization.role(account) == "admin")


def buildpack(text: str) -> BuildpackRow:
    """A buildpack by its name or address; the name of one that is in no registry is its address."""
    name = text.removeprefix("urn:buildpack:")
    if "://" in text or text.startswith("git@"):
        return {"name": text, "url": text}
    return {"name": name, "url": f"urn:buildpack:{name}"}
