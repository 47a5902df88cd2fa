import logging
from dataclasses import dataclass
from datetime import datetime

from recovery_network.audit import actions as audit
from recovery_network.privacy import registry
from recovery_network.privacy.fields import Receipt

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What the purge of one app did; `failed` where it broke off and undid its own work."""

    app: str
    receipt: Receipt | None

    @property
    def failed(self) -> bool:
        return self.receipt is None


def run(now: datetime, *, dry_run: bool = False) -> list[Outcome]:
    """Delete or blank what is past its time in every app, and keep a receipt of each in the audit log.

    An app whose purge fails doesn't keep the others from theirs. A dry run counts and changes nothing.
    """
    return [
        purge_one(declaration.app, declaration.purge, now, dry_run)
        for declaration in registry.declarations()
        if declaration.purge is not None
    ]


def purge_one(app: str, purge: registry.Purge, now: datetime, dry_run: bool) -> Outcome:
    try:
        receipt = purge(now, dry_run=dry_run)
    except Exception:
        log.exception("Deleting what is past its time failed.")
        receipt = None
    if not dry_run:
        audit.record(
            action="privacy.retention" if receipt else "privacy.retention_failed",
            by=None,
            object=None,
            app=app,
            removed=dict(receipt.removed) if receipt else {},
        )
    return Outcome(app, receipt)
