from datetime import datetime

from django.utils.translation import gettext_lazy as _

from recovery_network.audit.models import AuditEvent
from recovery_network.privacy.fields import Clock, PersonalField, Receipt, Road

PURPOSE = _("To be able to answer who decided what.")
SEEN_BY = _("Organisers.")

PERSONAL = (
    PersonalField(
        "audit.AuditEvent.actor_label",
        PURPOSE,
        SEEN_BY,
        Clock.AUDIT,
        _("The name of the member of staff"),
    ),
    PersonalField(
        "audit.AuditEvent.actor_id", PURPOSE, SEEN_BY, Clock.AUDIT, _("The number of their account")
    ),
    PersonalField(
        "audit.AuditEvent.reason", PURPOSE, SEEN_BY, Clock.AUDIT, _("The reason they wrote")
    ),
    PersonalField("audit.AuditEvent.details", PURPOSE, SEEN_BY, Clock.AUDIT, _("What was decided")),
)
NOT_PERSONAL = {
    "audit.AuditEvent": ("at", "action", "conference_id", "object_label", "object_text"),
}

ROADS = (
    Road(
        "audit.AuditEvent",
        lambda person: person.is_account("actor_id"),
        keeps=("*",),
        why=_("Who decided what in the administration, for two years: others must be able to ask."),
        also=("at", "action"),
    ),
)


def purge(now: datetime, *, dry_run: bool) -> Receipt:
    old = AuditEvent.objects.filter(at__lt=Clock.AUDIT.cutoff(now))
    return Receipt("audit", {"audit events": old.count() if dry_run else old.delete()[0]})
