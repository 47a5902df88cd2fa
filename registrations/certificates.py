"""What the certificate of attendance tells: who was at what, when and where.

Neither the kind of place nor the organisation stands in it, so that it says nothing about anybody's health
(`domain.md` 9) and may be shown to an employer.
"""

from django.utils.translation import gettext as _

from conferences.calendars import place
from recovery_network import i18n
from registrations.models import Registration


def title() -> str:
    return _("Certificate of attendance")


def certificate(registration: Registration) -> dict[str, str]:
    """All texts ready to be shown; times in the active zone, words in the active language."""
    conference = registration.conference
    arranged_by = [str(row) for row in conference.organiser_rows.select_related("organisation")]
    return {
        "heading": title(),
        "name": registration.name,
        "took_part": _("took part in"),
        "conference": conference.title,
        "language": conference.language,
        "when": i18n.date_span(conference.starts_at, conference.ends_at),
        "time": i18n.time_range(conference.starts_at, conference.ends_at),
        "where": place(conference),
        "arranged_by": _("Arranged by %(names)s") % {"names": ", ".join(arranged_by)}
        if arranged_by
        else "",
        "noted": _("Who came was noted at the door."),
    }
