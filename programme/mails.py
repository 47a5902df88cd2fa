"""What contributors and their organiser are written: one function per kind of mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from conferences import calendars
from conferences.models import Conference, Venue
from programme.missing import sessions_of
from programme.models import Speaker, SpeakerInvitation
from recovery_network import i18n
from recovery_network.mail import kinds, outbox
from recovery_network.mail.models import Mail

INVITATION = "contributor_invitation"
REMINDER = "contributor_reminder"
ANSWERED = "contributor_answered"
PLACEHOLDERS = ("name", "conference_title", "date", "place_line", "answer_by", "portal_url")


def declare() -> None:
    for name, label in (
        (INVITATION, _("Invitation to contribute")),
        (REMINDER, _("Reminder to contributors")),
    ):
        kinds.register(kinds.Kind(name=name, label=label, placeholders=PLACEHOLDERS, sample=sample))
    kinds.register(
        kinds.Kind(name=ANSWERED, label=_("A contributor has answered"), sample=answered_sample)
    )


def about(invitation: SpeakerInvitation) -> str:
    return f"programme.speakerinvitation:{invitation.pk}"


def invitation(invitation: SpeakerInvitation) -> Mail | None:
    """With the organiser's own words; each asking is a mail of its own, at most one a minute."""
    version = f"{invitation.invited_at:%Y%m%d%H%M}"
    return queue(INVITATION, invitation, version=version)


def reminder(invitation: SpeakerInvitation, missing: Sequence[str | Promise]) -> Mail | None:
    version = f"{timezone.now():%Y%m%d}"
    with i18n.speaking(invitation.language):
        words = [str(each) for each in missing]
    return queue(REMINDER, invitation, version=version, missing=words)


def answered(invitation: SpeakerInvitation) -> Mail | None:
    """To the contact of the gathering; what was written with the answer stands only on the page for staff."""
    conference = invitation.conference
    if not conference.contact_email:
        return None
    with i18n.speaking(conference.language):
        state = str(invitation.get_state_display())
    return outbox.queue(
        kind=ANSWERED,
        to=conference.contact_email,
        language=conference.language,
        context={
            **context(invitation, conference.language),
            "answer": state,
            "admin_url": calendars.absolute(
                reverse("admin:conferences_conference_contributors", args=[conference.pk])
            ),
        },
        key=f"{ANSWERED}:{invitation.pk}:{invitation.version}",
        about=about(invitation),
    )


def withdraw(invitation: SpeakerInvitation) -> None:
    for kind in (INVITATION, REMINDER):
        outbox.withdraw(kind=kind, about=[about(invitation)])


def queue(
    kind: str, invitation: SpeakerInvitation, *, version: str, missing: Sequence[str] = ()
) -> Mail | None:
    return outbox.queue(
        kind=kind,
        to=invitation.speaker.email,
        language=invitation.language,
        context={**context(invitation, invitation.language), "missing": missing},
        key=f"{kind}:{invitation.pk}:{version}",
        about=about(invitation),
    )


def context(invitation: SpeakerInvitation, language: str) -> Mapping[str, Any]:
    conference = invitation.conference
    sessions = sessions_of([invitation])[invitation.pk] if invitation.pk else []
    with i18n.speaking(language), i18n.in_zone(conference.time_zone):
        return {
            "name": invitation.speaker.name,
            "conference_title": conference.title,
            "neutral_title": calendars.neutral_title(conference),
            "date": i18n.date_long(conference.starts_at),
            "place_line": calendars.place(conference),
            "sessions": [
                f"{session.title} ({i18n.time_range(session.starts_at, session.ends_at)})"
                for session in sessions
            ],
            "own_words": invitation.message,
            "answer_by": i18n.date_long(invitation.answer_by),
            "portal_url": calendars.absolute(reverse("portal", args=[invitation.key]))
            if invitation.key
            else "",
            "contact_name": conference.contact_name,
            "contact_email": conference.contact_email,
            "contact_phone": conference.contact_phone,
        }


def sample() -> Mapping[str, Any]:
    """An invented invitation for previews and for the tests that read every mail in every language."""
    start = datetime(2030, 4, 18, 8, 30, tzinfo=ZoneInfo(settings.TIME_ZONE))
    conference = Conference(
        slug="eksempel",
        title="Eksempelkonferansen",
        starts_at=start,
        ends_at=start + timedelta(hours=7),
        venue=Venue(name="Fjordsalen", street="Strandgata 1", postcode="4300", city="Sandnes"),
        contact_name="Kari Eksempel",
        contact_email="kari@example.no",
        contact_phone="00 00 00 00",
    )
    invitation = SpeakerInvitation(
        conference=conference,
        speaker=Speaker(name="Ola Eksempel", email="ola@example.no"),
        key="0" * 32,
        message="Vi håper du vil fortelle om arbeidet ditt.",
        answer_by=start - timedelta(days=60),
    )
    missing = [str(_("a picture"))]
    return {**context(invitation, get_language() or "nb"), "missing": missing}


def answered_sample() -> Mapping[str, Any]:
    return {
        **sample(),
        "answer": str(SpeakerInvitation.State.CONFIRMED.label),
        "admin_url": "https://example.no/admin/",
    }
