"""The price of an audit, and what it saves."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import evolve, frozen

from aioheroku._campaigns.plan import CampaignPlan
from aioheroku._ratelimit import Pool
from aioheroku.audit._reading import picks_certificates, shared_pipelines
from aioheroku.audit._survey import Survey

NOTHING: Final[Mapping[str, int]] = MappingProxyType({})
"""No calls of any part."""


@frozen
class AuditPlan(CampaignPlan):
    """The price of an audit: that of a campaign whose `items` are the apps, and the calls that it saves."""

    saved: Mapping[str, int] = NOTHING
    """The calls saved, by the part that they would read; `apps` are those for the apps themselves."""

    @classmethod
    def for_survey(
        cls,
        pool: Pool,
        survey: Survey,
        *,
        beforehand: int = 0,
        unchanged: Mapping[str, int] = NOTHING,
        recorded: int = 0,
        latency: float = 0.0,
        concurrency: int = 30,
    ) -> "AuditPlan":
        """The price of reading what the survey has found.

        Args:
            pool: the account's pool.
            survey: what was found.
            beforehand: further calls, such as those of counting.
            unchanged: the number of apps whose part an earlier report has, by part.
            recorded: the number of parts that a journal has.
            latency: seconds that one response takes.
            concurrency: the number of calls at a time.
        """
        by_part = {part: max(0, number - unchanged.get(part, 0)) for part, number in calls_by_part(survey).items()}
        parts = max(0, sum(by_part.values()) - recorded)
        calls = beforehand + survey.calls_to_complete + survey.pages + parts
        saved = {part: survey.chosen - number for part, number in by_part.items() if number < survey.chosen}
        if survey.saved_apps:
            saved["apps"] = survey.saved_apps
        plan = cls.of(pool, calls, latency=latency, concurrency=concurrency)
        return evolve(plan, items=survey.chosen, saved=MappingProxyType(saved))

    def __str__(self) -> str:
        saved = sum(self.saved.values())
        return f"{super().__str__()}, {saved:,} calls saved" if saved else super().__str__()


def calls_by_part(survey: Survey) -> dict[str, int]:
    """The number of calls for each part; which apps have a certificate in use is not known beforehand."""
    by_part = dict.fromkeys(survey.parts, survey.chosen)
    for part, wide in survey.lists.items():
        if wide.error is None:
            by_part[part] = survey.complete and sum(not wide.has(app, owner) for app, owner in survey.owners.items())
    if "team" in by_part:
        by_part["team"] = 0
    if picks_certificates(survey.parts, survey.chosen):
        by_part["sni-endpoints"] = survey.managed
    shared = shared_pipelines(survey)
    if shared:
        by_part["releases"] += len(set(shared.values())) - len(shared)
    return by_part


def expected(apps: int, parts: tuple[str, ...]) -> tuple[Survey, int]:
    """What the survey of an account with this number of apps may find, and the calls that `count` takes."""
    survey = Survey(listed=apps, chosen=apps, parts=parts, today=True, apps=None)
    calls = 1 + max(1, survey.pages)
    survey.choose_lists()
    if survey.pages <= 1:
        survey.apps = []  # they are kept
    return survey, calls
