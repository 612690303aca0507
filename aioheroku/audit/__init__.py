"""The audit of an account: reads parts of every app, and reports findings.

    audit = Audit(heroku, domains=["example.com"])
    print(audit.price(await audit.count()))
    async for record in audit.records():
        print(record.name, [finding.kind for finding in record.findings])

`write_html` and `write_sqlite` write the records as a report.

Secrets are dropped as soon as they are read: of config vars only the names are kept, of the URL of a log drain only
scheme and host, of a dyno only name, state and size.
"""

from aioheroku.audit._accounts import Account, read_accounts
from aioheroku.audit._budget import Budget
from aioheroku.audit._changes import Change
from aioheroku.audit._course import Progress
from aioheroku.audit._findings import FINDINGS, Finding, RuleContext, finding, load_findings, needs
from aioheroku.audit._parts import DEFAULT_PARTS, PARTS
from aioheroku.audit._price import AuditPlan
from aioheroku.audit._records import PartError, Record
from aioheroku.audit._reports import write_html, write_sqlite
from aioheroku.audit._runner import Audit, calls_for
from aioheroku.audit._together import Audits

__all__ = [
    "DEFAULT_PARTS",
    "FINDINGS",
    "PARTS",
    "Account",
    "Audit",
    "AuditPlan",
    "Audits",
    "Budget",
    "Change",
    "Finding",
    "PartError",
    "Progress",
    "Record",
    "RuleContext",
    "calls_for",
    "finding",
    "load_findings",
    "needs",
    "read_accounts",
    "write_html",
    "write_sqlite",
]
