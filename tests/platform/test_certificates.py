"""Certificates of the simulated platform: SNI endpoints, domains that name them, and those that Heroku gets itself."""

from typing import Any

import pytest

from tests._support.fakes import Clock
from tests._support.platform_client import Api, MakeCertificate


async def test_a_certificate_serves_a_domain(api: Api, app: str, certificate: MakeCertificate) -> None:
    """It says what it is for, is named by domains, replaced under its name, and leaves them when it goes."""
    chain, key = certificate("www.example.org")
    got = await api("POST", f"{app}/sni-endpoints", {"certificate_chain": chain, "private_key": key})
    endpoint = got.body
    assert (got.status, endpoint["domains"], endpoint["ssl_cert"]["acm"]) == (201, [], False)
    assert endpoint["ssl_cert"]["cert_domains"] == ["www.example.org"]
    assert (endpoint["ssl_cert"]["subject"], endpoint["ssl_cert"]["self_signed?"]) == ("/CN=www.example.org", True)
    assert endpoint["ssl_cert"]["starts_at"] == "2020-01-01T00:00:00Z"
    body = {"hostname": "www.example.org", "sni_endpoint": endpoint["name"]}
    domain = (await api("POST", f"{app}/domains", body)).body
    assert domain["sni_endpoint"] == {"id": endpoint["id"], "name": endpoint["name"]}
    path = f"{app}/sni-endpoints/{endpoint['name']}"
    assert (await api("GET", path)).body["domains"] == [domain["id"]]
    other, other_key = certificate("other.example.org")
    changed = (await api("PATCH", path, {"certificate_chain": other, "private_key": other_key})).body
    assert (changed["id"], changed["ssl_cert"]["cert_domains"]) == (endpoint["id"], ["other.example.org"])
    assert (
        await api("POST", f"{app}/sni-endpoints", {"certificate_chain": chain, "private_key": other_key})
    ).status == 422
    assert (await api("DELETE", path)).status == 200
    assert (await api("GET", f"{app}/domains/{domain['id']}")).body["sni_endpoint"] is None


async def test_a_domain_changes_its_certificate(api: Api, app: str, certificate: MakeCertificate) -> None:
    """By id or name, and to none; an unknown endpoint is 404 with its resource, a missing parameter 422."""
    chain, key = certificate("www.example.org")
    endpoint = (await api("POST", f"{app}/sni-endpoints", {"certificate_chain": chain, "private_key": key})).body
    path = f"{app}/domains/{(await api('POST', f'{app}/domains', {'hostname': 'www.example.org'})).body['id']}"
    for text in (endpoint["id"], endpoint["name"]):
        assert (await api("PATCH", path, {"sni_endpoint": text})).body["sni_endpoint"]["id"] == endpoint["id"]
    assert (await api("PATCH", path, {"sni_endpoint": None})).body["sni_endpoint"] is None
    assert (await api("GET", f"{app}/sni-endpoints/{endpoint['id']}")).body["domains"] == []
    assert (await api("PATCH", path, {"sni_endpoint": "nothing"})).body["resource"] == "sni_endpoint"
    assert (await api("PATCH", path, {})).status == 422


@pytest.mark.parametrize(("hostname", "status"), [("www.example.org", "succeeded"), ("fail.example.org", "failed")])
async def test_a_domain_settles(api: Api, app: str, clock: Clock, hostname: str, status: str) -> None:
    """A new domain is pending for a while, and its state is that of no other attribute; the default one has none."""
    got = (await api("POST", f"{app}/domains", {"hostname": hostname, "sni_endpoint": None})).body
    assert (got["status"], got["acm_status"]) == ("pending", None)
    clock.turn(3)
    assert (await api("GET", f"{app}/domains/{hostname}")).body["status"] == status
    assert (await api("GET", f"{app}/domains/example.herokuapp.com")).body["status"] == "none"


async def acm_of(api: Api, app: str) -> dict[str, Any]:
    return {row["hostname"]: row["acm_status"] for row in (await api("GET", f"{app}/domains")).body}


async def test_managed_certificates(api: Api, app: str, clock: Clock) -> None:
    """Each domain goes through its steps, one certificate serves all, and switching it off takes it away."""
    await api("POST", f"{app}/domains", {"hostname": "a.example.org"})
    assert (await api("POST", f"{app}/acm")).body["acm"] is True
    await api("POST", f"{app}/domains", {"hostname": "b.example.org"})
    seen = [(await acm_of(api, app))["a.example.org"]]
    for _ in range(3):
        clock.turn(2)
        seen.append((await acm_of(api, app))["a.example.org"])
    assert seen == ["pending", "in-progress", "verified", "cert issued"]
    (endpoint,) = (await api("GET", f"{app}/sni-endpoints")).body
    assert endpoint["ssl_cert"]["acm"] is True
    assert sorted(endpoint["ssl_cert"]["cert_domains"]) == ["a.example.org", "b.example.org"]
    assert (await api("DELETE", f"{app}/acm")).body["acm"] is False
    assert set((await acm_of(api, app)).values()) == {None}
    assert (await api("GET", f"{app}/sni-endpoints")).body == []


async def test_a_refresh_begins_anew(api: Api, app: str, clock: Clock) -> None:
    """A domain that failed says why, and is tried again; without `acm_refresh`, and without ACM, it is 422."""
    assert (await api("PATCH", f"{app}/acm", {"acm_refresh": True})).status == 422
    await api("POST", f"{app}/domains", {"hostname": "fail.example.org"})
    await api("POST", f"{app}/acm")
    clock.turn(10)
    row = (await api("GET", f"{app}/domains/fail.example.org")).body
    assert (row["acm_status"], row["acm_status_reason"]) == ("failed", "Failing CCA check")
    assert (await api("PATCH", f"{app}/acm")).status == 422
    assert (await api("PATCH", f"{app}/acm", {"acm_refresh": True})).status == 200
    row = (await api("GET", f"{app}/domains/fail.example.org")).body
    assert (row["acm_status"], row["acm_status_reason"]) == ("pending", None)
