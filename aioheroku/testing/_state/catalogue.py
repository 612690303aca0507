"""What is the same for every account: regions, stacks, add-on services, plans, features, dyno sizes."""

import random
from typing import Any, Final

from aioheroku.testing._errors import invalid
from aioheroku.testing._state.app_rows import PriceRow
from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.refs import Ref
from aioheroku.testing._state.table import Row, Table

SIZES: Final = (
    "Free",
    "Hobby",
    "Eco",
    "Basic",
    "1X",
    "2X",
    "PX",
    "Standard-1X",
    "Standard-2X",
    "Performance-M",
    "Performance-L",
)
DEFAULT_REGION: Final = "us"
DEFAULT_STACK: Final = "cedar-14"

_SINCE = "2012-11-21T21:44:16Z"
_LATER = "2015-08-20T01:37:59Z"

_REGIONS = (
    ("eu", "Europe", "ed30241c-ed8c-4bb6-9714-61953675d0b4"),
    ("us", "United States", "59accabd-516d-4f0e-83e6-6e3757701145"),
)
_STACKS = (
    ("bamboo-mri-1.9.2", "deprecated", None),
    ("cedar", "deprecated", None),
    ("cedar-14", "public", "f9f9cbd7-2970-41ef-8db5-3df7123b041f"),
    ("heroku-22", "public", None),
    ("heroku-24", "public", None),
    ("heroku-26", "beta", None),
)
# service, its human name, the config var it sets, the form of that var's value, its plans with a price in cents
_SERVICES: tuple[tuple[str, str, str, str, tuple[tuple[str, int], ...]], ...] = (
    (
        "heroku-postgresql",
        "Heroku Postgres",
        "DATABASE_URL",
        "postgres://u{0}:p{1}@ec2-54-83-1-2.compute-1.amazonaws.com:5432/d{0}",
        (("dev", 0), ("basic", 900), ("crane", 5000), ("standard-0", 5000), ("premium-0", 20000)),
    ),
    (
        "heroku-redis",
        "Heroku Redis",
        "REDIS_URL",
        "redis://h:p{1}@ec2-54-243-1-2.compute-1.amazonaws.com:6379",
        (("hobby-dev", 0), ("premium-0", 1500), ("premium-1", 3000)),
    ),
    (
        "papertrail",
        "Papertrail",
        "PAPERTRAIL_API_TOKEN",
        "{1}",
        (("choklad", 0), ("fixa", 700), ("forsta", 1800)),
    ),
    (
        "sendgrid",
        "SendGrid",
        "SENDGRID_PASSWORD",
        "{1}",
        (("starter", 0), ("bronze", 995), ("silver", 7995)),
    ),
    ("newrelic", "New Relic APM", "NEW_RELIC_LICENSE_KEY", "{1}", (("wayne", 0), ("stark", 0))),
    (
        "memcachier",
        "MemCachier",
        "MEMCACHIER_PASSWORD",
        "{1}",
        (("dev", 0), ("100", 1500), ("500", 5000)),
    ),
    (
        "mongolab",
        "MongoLab",
        "MONGOLAB_URI",
        "mongodb://heroku_{0}:{1}@ds041394.mongolab.com:41394/heroku_{0}",
        (("sandbox", 0), ("shared-single-small", 1800)),
    ),
    ("scheduler", "Heroku Scheduler", "SCHEDULER_TOKEN", "{1}", (("standard", 0),)),
)
_FEATURES = {
    "app": (
        ("http-session-affinity", "Routes the requests of a session to the same dyno.", "public"),
        ("log-runtime-metrics", "Writes load and memory of each dyno into the logs.", "public"),
        ("preboot", "Starts new dynos before old ones are stopped.", "public"),
        ("websockets", "Lets WebSocket connections through.", "alpha"),
    ),
    "account": (
        ("github-sync", "Deploys a branch whenever it is pushed.", "beta"),
        ("pipelines", "Promotes slugs from one app to the next.", "public"),
        ("spdy", "Speaks SPDY with the router.", "alpha"),
    ),
}


class Catalogue:
    """The tables of a platform's offers; ids are the real ones where they are known, the same everywhere else."""

    def __init__(self) -> None:
        self._rng = random.Random("the catalogue")
        self.regions = Table[Row]("name")
        self.stacks = Table[Row]("name")
        self.services = Table[Row]("name")
        self.plans: dict[str, Table[Row]] = {}  # by the service's id
        self.features: dict[str, list[Row]] = {}
        self._vars: dict[str, tuple[str, str]] = {}
        for name, text, known in _REGIONS:
            self.regions.add(self._row(known, name=name, description=text))
        for name, state, id in _STACKS:
            self.stacks.add(self._row(id, name=name, state=state))
        for service in _SERVICES:
            self._add_service(*service)
        for kind, features in _FEATURES.items():
            self.features[kind] = [self._feature(*feature) for feature in features]

    def region(self, text: str) -> Ref:
        """The identity of a region, by id or name; 422 where there is none."""
        return _identity(self.regions, text, "region")

    def stack(self, text: str) -> Ref:
        """The identity of a stack, by id or name; 422 where there is none."""
        return _identity(self.stacks, text, "stack")

    def plan(self, text: str) -> tuple[Ref, Ref]:
        """The identities of a service and its plan: by plan id, `service:plan`, or the service alone for its default.

        422 where there is none.
        """
        for service in self.services:
            plans = self.plans[service["id"]]
            plan = plans.find(text)
            if plan is None and text in {service["name"], service["id"]}:
                plan = next(row for row in plans if row["default"])
            if plan is not None:
                return _ref(service), _ref(plan)
        raise invalid("Couldn't find either the add-on service or the add-on plan of \"" + text + '".')

    def price(self, plan: str) -> PriceRow:
        """What is paid for a plan, by its id."""
        row = next(row for plans in self.plans.values() if (row := plans.find(plan)) is not None)
        return {"cents": row["price"]["cents"], "contract": False, "unit": row["price"]["unit"]}

    def config(self, service: str, rng: random.Random) -> tuple[str, str]:
        """The config var that an add-on of this service sets, and a value for it."""
        name, form = self._vars[service]
        return name, form.format(f"{rng.getrandbits(32):08x}", f"{rng.getrandbits(128):032x}")

    def _add_service(self, name: str, human: str, var: str, form: str, plans: tuple[tuple[str, int], ...]) -> None:
        service = self.services.add(
            self._row(
                None,
                cli_plugin_name=None,
                human_name=human,
                name=name,
                state="ga",
                supports_multiple_installations=True,
                supports_sharing=False,
            )
        )
        self._vars[name] = (var, form)
        table = self.plans[service["id"]] = Table[Row]("name", "short", short=_short)
        for index, (plan, cents) in enumerate(plans):
            table.add(
                self._row(
                    None,
                    default=index == 0,
                    description=f"{human} {plan.title()}",
                    human_name=plan.title(),
                    name=f"{name}:{plan}",
                    price={"cents": cents, "unit": "month"},
                    state="ga",
                )
            )

    def _feature(self, name: str, text: str, state: str) -> Row:
        url = f"https://devcenter.heroku.com/articles/{name}"
        return self._row(None, description=text, doc_url=url, enabled=False, name=name, state=state)

    def _row(self, id: str | None, **values: Any) -> Row:
        made = uuid(self._rng)
        row = {**values, "id": id or made, "created_at": _SINCE, "updated_at": _LATER}
        return dict(sorted(row.items()))


def _short(row: Row) -> str:
    name: str = row["name"]
    return name.partition(":")[2]


def _ref(row: Row) -> Ref:
    return {"id": row["id"], "name": row["name"]}


def _identity(table: Table[Row], text: str, noun: str) -> Ref:
    row = table.find(text)
    if row is None:
        raise invalid(f"Couldn't find that {noun}.")
    return _ref(row)
