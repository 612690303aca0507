"""Offers, the same for every account: regions, stacks, generations, dyno sizes, add-on services, plans, features."""

import random
from typing import Any

from aioheroku.testing._errors import invalid
from aioheroku.testing._state.app_rows import PriceRow
from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.offers import (
    DEFAULT_GENERATION,
    DEFAULT_STACK,
    FEATURES,
    FIR_SIZES,
    GENERATIONS,
    GONE_SIZES,
    GONE_STACKS,
    REGIONS,
    SERVICES,
    SIZES,
    STACKS,
)
from aioheroku.testing._state.refs import Ref
from aioheroku.testing._state.table import Row, Table

_SINCE = "2012-11-21T21:44:16Z"
_LATER = "2015-08-20T01:37:59Z"
_IN_SPACES = ("private", "shield")  # what plans for private spaces begin with
_SPACE_DEFAULTS = ("private-0", "private-7")


class Catalogue:
    """The tables of a platform's offers; ids are the real ones if they are known, and always the same otherwise."""

    def __init__(self) -> None:
        self._rng = random.Random("the catalogue")
        self.regions = Table[Row]("name")
        self.stacks = Table[Row]("name")
        self.gone_stacks = Table[Row]("name")
        self.services = Table[Row]("name")
        self.plans: dict[str, Table[Row]] = {}  # by the service's id
        self.features: dict[str, list[Row]] = {}
        self._vars: dict[str, tuple[str, str]] = {}
        self._stacks_of: dict[str, list[str]] = {}  # by the generation's name
        self.generations = Table[Row]("name")
        self.sizes = Table[Row]("name", "lower", lower=_lower)  # that an app can have today
        self.gone_sizes = Table[Row]("name", "lower", lower=_lower)
        for name, text, country, locale, private, at_aws, known in REGIONS:
            provider = {"name": "amazon-web-services", "region": at_aws}
            about: Row = {"country": country, "locale": locale, "private_capable": private, "provider": provider}
            self.regions.add(self._row(known, name=name, description=text, **about))
        for name in GENERATIONS:
            self.generations.add(self._row(None, name=name))
        for stack in STACKS:
            self._add_stack(*stack)
        for name, *facts in SIZES:
            self.sizes.add(self._size(DEFAULT_GENERATION, name, *facts))
        for name, *facts in FIR_SIZES:
            self.sizes.add(self._size("fir", name, *facts))
        for name in GONE_SIZES:
            self.gone_sizes.add(self._row(None, name=name))
        for service in SERVICES:
            self._add_service(*service)
        for kind, features in FEATURES.items():
            self.features[kind] = [self._feature(*feature) for feature in features]

    def region(self, text: str) -> Ref:
        """The identity of a region, by id or name; 422 if there is none."""
        return _identity(self.regions, text, "region")

    def stack(self, text: str) -> Ref:
        """The identity of a stack, by id or name; 422 if there is none."""
        return _identity(self.stacks, text, "stack")

    def generation(self, text: str) -> Ref:
        """The identity of a generation, by id or name; 422 if there is none."""
        return _identity(self.generations, text, "generation")

    def stacks_of(self, generation: str) -> Table[Row]:
        """The stacks that an app of this generation can have, deprecated ones among them."""
        return self.stacks.where(lambda row: row["name"] in self._stacks_of[generation])

    def sizes_of(self, generation: str, *, in_space: bool) -> Table[Row]:
        """The dyno sizes that an app of this generation can have, in a space or outside."""
        return self.sizes.where(
            lambda row: row["generation"]["name"] == generation and row["private_space_only"] is in_space
        )

    def size(self, text: str) -> Ref:
        """The identity of a dyno size, of today or of 2015, by id or name in any case; 422 if there is none."""
        row = self.sizes.find(text) or self.gone_sizes.find(text)
        row = row or self.sizes.find(text.lower()) or self.gone_sizes.find(text.lower())
        if row is None:
            raise invalid(f"Invalid dyno size: {text}.")
        return _ref(row)

    def plan(self, text: str) -> tuple[Ref, Ref]:
        """The identities of a service and its plan: by plan id, `service:plan`, or the service alone for its default.

        422 if there is none.
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
        row = self.whole_plan(plan)
        return {"cents": row["price"]["cents"], "contract": False, "unit": row["price"]["unit"]}

    def whole_plan(self, plan: str) -> Row:
        """A plan, by its id."""
        return next(row for plans in self.plans.values() if (row := plans.find(plan)) is not None)

    def config(self, service: str, rng: random.Random) -> tuple[str, str]:
        """The config var that an add-on of this service sets, and a value for it."""
        name, form = self._vars[service]
        return name, form.format(f"{rng.getrandbits(32):08x}", f"{rng.getrandbits(128):032x}")

    def _add_stack(self, name: str, state: str, generation: str, known: str | None) -> None:
        row = self._row(known, default=name == DEFAULT_STACK, name=name, state=state)
        if name in GONE_STACKS:
            self.gone_stacks.add(row)
        else:
            self.stacks.add(row)
            self._stacks_of.setdefault(generation, []).append(name)

    def _add_service(self, name: str, human: str, var: str, form: str, plans: tuple[tuple[str, int], ...]) -> None:
        service = self.services.add(
            self._row(
                None,
                cli_plugin_name=None,
                human_name=human,
                name=name,
                state="ga",
                supported_generations=[self.generation("cedar"), self.generation("fir")],
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
                    addon_service=_ref(service),
                    compliance=["HIPAA"] if plan.startswith("shield") else None,
                    default=index == 0,
                    description=f"{human} {plan.title()}",
                    human_name=plan.title(),
                    installable_inside_private_network=plan.startswith(_IN_SPACES),
                    installable_outside_private_network=not plan.startswith(_IN_SPACES),
                    name=f"{name}:{plan}",
                    price={"cents": cents, "contract": False, "unit": "month"},
                    space_default=plan in _SPACE_DEFAULTS,
                    state="ga",
                    visible=True,
                )
            )

    def _feature(self, name: str, text: str, state: str) -> Row:
        url = f"https://devcenter.heroku.com/articles/{name}"
        title = name.replace("-", " ").capitalize()
        about = {"description": text, "display_name": title, "doc_url": url, "feedback_email": "feedback@heroku.com"}
        return self._row(None, **about, enabled=False, name=name, state=state)

    def _size(self, generation: str, name: str, *facts: Any) -> Row:
        memory, compute, units, cents, dedicated, private = facts
        return {
            "architecture": "amd64",
            "compute": compute,
            "cost": None if cents is None else {"cents": cents, "unit": "month"},
            "dedicated": dedicated,
            "generation": self.generation(generation),
            "id": uuid(self._rng),
            "memory": memory,
            "name": name,
            "precise_dyno_units": units,
            "private_space_only": private,
        }

    def _row(self, id: str | None, **values: Any) -> Row:
        made = uuid(self._rng)
        row = {**values, "id": id or made, "created_at": _SINCE, "updated_at": _LATER}
        return dict(sorted(row.items()))


def _short(row: Row) -> str:
    name: str = row["name"]
    return name.partition(":")[2]


def _lower(row: Row) -> str:
    name: str = row["name"]
    return name.lower()


def _ref(row: Row) -> Ref:
    return {"id": row["id"], "name": row["name"]}


def _identity(table: Table[Row], text: str, noun: str) -> Ref:
    row = table.find(text)
    if row is None:
        raise invalid(f"Couldn't find that {noun}.")
    return _ref(row)
