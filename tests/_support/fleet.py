"""Records of an audit, as the lines of `--format jsonl` have them: invented, and the same each time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

AT = datetime(2026, 11, 28, 7, 30, tzinfo=UTC)
HOSTILE = (
    "</script><script>window.pwned = 1</script>",
    '"><img src=x onerror="window.pwned = 2">',
    "'; DROP TABLE apps; --",
    "\u202eknil\u202c \u200f\u2067",
    "<!--",
    "]]>",
    "{{ 7 * 7 }}{% raw %}",
    "x" * 10_000,
    "wide " * 2_000,
    "esc\x1b[31m\x07\0",
    "nl\nline",
    "\ud800",
    "\u05e9\u05dc\u05d5\u05dd",
    "&lt;b&gt;&amp;",
    "javascript:alert(1)",
    "=1+1",
)
STACKS = ("heroku-24", "heroku-22", "cedar-14")


def iso(days: float) -> str:
    """A time that many days before the audit, or after it."""
    return (AT - timedelta(days=days)).isoformat().replace("+00:00", "Z")


def app(number: int, **changed: Any) -> dict[str, Any]:
    """The record of an app."""
    random = Random(number)
    stack, released = STACKS[number % 3], random.randrange(1, 800)
    crashed = number % 5 == 0
    findings = [("crashed-dynos", "web.1")] * crashed + [("deprecated-stack", stack)] * (stack == "cedar-14")
    release = {"version": number + 1, "created_at": iso(released), "user": "ann@example.com", "status": "succeeded"}
    end, domain = iso(-random.randrange(-20, 500)), f"www-{number}.example.com"
    parts = {
        "formation": [{"type": "web", "quantity": number % 4, "size": ("Basic", "Standard-1X")[number % 2]}],
        "dynos": [{"name": "web.1", "state": "crashed" if crashed else "up", "size": "Basic"}],
        "releases": [{**release, "description": "Deploy 1a2b3c4"}],
        "domains": [f"app-{number}.herokuapp.com", domain][: 1 + number % 2],
        "addons": [{"name": f"postgresql-{number}", "plan": "heroku-postgresql:essential-0"}] * (number % 3),
        "collaborators": ["ann@example.com", "bob@example.org"],
        "config-vars": ["DATABASE_URL", f"FLAG_{number}"],
        "log-drains": [{"id": str(UUID(int=number)), "scheme": "https", "host": "logs.example.com", "addon": False}],
        "sni-endpoints": [{"name": f"tokyo-{number}", "expires_at": end, "domains": [domain]}] * (number % 2),
        "buildpacks": ["heroku/python"],
    }
    record = {
        "id": str(UUID(int=number)),
        "name": f"app-{number:04}",
        "owner": f"person-{number % 7}@example.com",
        "region": "eu",
        "stack": stack,
        "maintenance": False,
        "created_at": iso(900),
        "released_at": iso(released),
        "parts": parts,
        "findings": [{"kind": kind, "detail": detail} for kind, detail in findings],
        "errors": [],
    }
    return record | changed


def hostile(text: str, number: int) -> dict[str, Any]:
    """A record whose every text is this one."""

    def spoiled(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: spoiled(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [spoiled(one, key) for one in value]
        kept = {"id", "kind", "created_at", "released_at", "expires_at"}
        return text if isinstance(value, str) and key not in kept else value

    record: dict[str, Any] = spoiled(app(number))
    record["errors"] = [{"part": text, "error": text, "message": text, "request_id": text}]
    record["findings"].append({"kind": "error", "detail": text})
    return record


def apps(number: int) -> Iterator[dict[str, Any]]:
    """The records of a fleet."""
    return map(app, range(number))
