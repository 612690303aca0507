"""Invoices of accounts and their address: the same examples for every account."""

from random import Random
from typing import Final

from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.table import Row

ADDRESS: Final[Row] = {
    "address_1": "415 Mission Street",
    "address_2": "Suite 300",
    "city": "San Francisco",
    "country": "US",
    "heroku_id": "",
    "other": "",
    "postal_code": "94105",
    "state": "CA",
    "use_invoice_address": False,
}
_MONTHS = (
    ("2025-11-01", "2025-12-01", 12_350),
    ("2025-12-01", "2026-01-01", 13_900),
    ("2026-01-01", "2026-02-01", 700),
)


def invoices(owner: str) -> list[Row]:
    """Those of an account with this id, the oldest first; the last one is not paid yet."""
    rng = Random(f"invoices {owner}")
    first = rng.randint(1_000_000, 9_000_000)
    return [
        {
            "charges_total": float(cents),
            "created_at": f"{end}T00:00:00Z",
            "credits_total": 0.0,
            "id": uuid(rng),
            "number": first + index,
            "period_end": end,
            "period_start": start,
            "state": int(index < len(_MONTHS) - 1),
            "total": float(cents),
            "updated_at": f"{end}T00:00:00Z",
        }
        for index, (start, end, cents) in enumerate(_MONTHS)
    ]
