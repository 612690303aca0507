"""Enterprise accounts: members with permissions, teams, usage and the audit trail."""

import pytest

from aioheroku.testing import Platform
from tests._support.platform_client import Api
from tests._support.today import check_row

GLOBEX = "/enterprise-accounts/globex"
MEMBERS = f"{GLOBEX}/members"


async def test_an_account_may_do_everything(api: Api) -> None:
    """There is one enterprise account from the beginning, found by name and id, and renamed."""
    (row,) = (await api("GET", "/enterprise-accounts")).body
    check_row("EnterpriseAccount", row)
    assert row["permissions"] == ["view", "create", "manage", "billing"]
    assert (await api("GET", f"/enterprise-accounts/{row['id']}")).body == row
    assert (await api("PATCH", GLOBEX, {"name": "hooli"})).body["name"] == "hooli"
    assert (await api("GET", GLOBEX)).body["resource"] == "enterprise_account"
    assert (await api("GET", "/enterprise-accounts/hooli/members")).body[0]["enterprise_account"]["name"] == "hooli"


async def test_members_have_permissions(api: Api, platform: Platform) -> None:
    """What a member was not given is 403, and for a stranger there is nothing."""
    other = api.as_(platform.account("other@example.net"))
    assert (await other("GET", GLOBEX)).status == 404
    added = await api("POST", MEMBERS, {"user": "other@example.net", "permissions": ["view"]})
    assert added.status == 201
    check_row("EnterpriseAccountMember", added.body)
    assert (await other("POST", f"{GLOBEX}/teams", {"name": "theirs"})).status == 403
    assert (await other("GET", f"{GLOBEX}/usage/daily?start=2015-12-01")).status == 403
    path = f"{MEMBERS}/other@example.net"
    changed = await api("PATCH", path, {"permissions": ["create", "view"]})
    assert [one["name"] for one in changed.body["permissions"]] == ["view", "create"]
    assert (await api("PATCH", path, {"permissions": ["fly"]})).status == 422
    made = await other("POST", f"{GLOBEX}/teams", {"name": "theirs"})
    assert (made.status, made.body["type"], made.body["enterprise_account"]["name"]) == (201, "enterprise", "globex")
    check_row("Team", made.body)
    assert [row["role"] for row in (await api("GET", f"{GLOBEX}/teams")).body] == [None]
    assert (await api("DELETE", path)).status == 200
    assert (await other("GET", GLOBEX)).status == 404
    assert (await api("DELETE", f"{MEMBERS}/username@example.com")).status == 422


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("usage/daily?start=2015-12-01&end=2015-12-02", "EnterpriseAccountDailyUsage"),
        ("usage/monthly?start=2015-11&end=2015-12", "EnterpriseAccountMonthlyUsage"),
    ],
)
async def test_usage_is_told_by_team(api: Api, path: str, model: str) -> None:
    """Each row is the sum of its teams, which are the sums of their apps; 422 without a start."""
    await api("POST", f"{GLOBEX}/teams", {"name": "research"})
    await api("POST", "/teams/apps", {"team": "research"})
    rows = (await api("GET", f"{GLOBEX}/{path}")).body
    assert len(rows) == 2
    for row in rows:
        check_row(model, row)
        assert row["data"] == pytest.approx(sum(team["data"] for team in row["teams"]), abs=0.01)
        assert row["teams"][0]["apps"]
    assert (await api("GET", f"{GLOBEX}/{path.partition('?')[0]}")).status == 422


async def test_events_are_filtered_and_ordered(api: Api) -> None:
    """The oldest first unless told otherwise; what the query says holds for every page."""
    path = f"{GLOBEX}/events"
    every = (await api("GET", path)).body
    for row in every:
        check_row("AuditTrailEvent", row, "data:name", "data:region", "data:region:name")
    assert [row["created_at"] for row in every] == sorted(row["created_at"] for row in every)
    last = every[-1]
    newest = await api("GET", f"{path}?order=desc&type={last['type']}", Range="id ..; max=1")
    assert (newest.status, newest.body) == (206, [last])
    second = await api("GET", f"{path}?order=desc&type={last['type']}", Range=newest.headers["Next-Range"])
    assert {row["type"] for row in second.body} == {last["type"]}
    day = last["created_at"][:10]
    query = f"actor={last['actor']['email']}&action={last['action']}&day={day}"
    found = (await api("GET", f"{path}?{query}")).body
    assert last in found
    assert {(row["action"], row["created_at"][:10]) for row in found} == {(last["action"], day)}
    assert (await api("GET", f"{path}?order=up")).status == 422


async def test_archives_are_of_months(api: Api) -> None:
    """One for each month that is over, found by year and month."""
    rows = (await api("GET", f"{GLOBEX}/archives")).body
    for row in rows:
        check_row("AuditTrailArchive", row)
    assert (await api("GET", f"{GLOBEX}/archives/{rows[0]['year']}/{rows[0]['month']}")).body == rows[0]
    assert (await api("GET", f"{GLOBEX}/archives/1999/01")).body["resource"] == "archive"
