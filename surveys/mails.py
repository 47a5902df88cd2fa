"""What surveys write to people about: the invitation, and one reminder to those who haven't answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from conferences.calendars import absolute
from recovery_network import i18n
from recovery_network.mail import kinds, outbox
from recovery_network.mail.models import Mail
from surveys.models import Invitation, Survey
from surveys.words import say

INVITATION, REMINDER = "survey_invitation", "survey_reminder"
PLACEHOLDERS = ("title", "closes", "answer_url")


def declare() -> None:
    for name, label in ((INVITATION, _("Survey: invitation")), (REMINDER, _("Survey: reminder"))):
        kinds.register(kinds.Kind(name=name, label=label, placeholders=PLACEHOLDERS, sample=sample))


def invitation(invited: Invitation) -> Mail | None:
    return queue(INVITATION, invited)


def reminder(invited: Invitation) -> Mail | None:
    return queue(REMINDER, invited)


def prefix(kind: str, survey: Survey) -> str:
    """What the keys of all mails of one kind about one survey begin with."""
    return f"{kind}:{survey.pk}:"


def about(invited: Invitation) -> str:
    return f"surveys.invitation:{invited.pk}"


def queue(kind: str, invited: Invitation) -> Mail | None:
    return outbox.queue(
        kind=kind,
        to=invited.email,
        language=invited.language,
        context=context(invited, invited.language),
        key=f"{prefix(kind, invited.survey)}{invited.pk}",
        about=about(invited),
    )


def withdraw(*invited: Invitation) -> None:
    for kind in (INVITATION, REMINDER):
        outbox.withdraw(kind=kind, about=[about(each) for each in invited])


def context(invited: Invitation, language: str) -> Mapping[str, Any]:
    survey = invited.survey
    closing = survey.closing()
    with i18n.speaking(language), i18n.in_zone(settings.TIME_ZONE):
        address = (
            reverse("survey_link", args=[invited.key])
            if survey.by_link
            else survey.get_absolute_url()
        )
        return {
            "title": say(survey.title).text,
            "closes": i18n.date_long(closing) if closing else "",
            "mode": survey.mode,
            "answer_url": absolute(address),
            "opt_out_url": absolute(reverse("survey_opt_out", args=[invited.opt_out_key])),
        }


def sample() -> Mapping[str, Any]:
    """An invented survey for previews and for the tests that read every mail in every language."""
    survey = Survey(
        slug="eksempel",
        mode=Survey.Mode.CONFIDENTIAL,
        audience=Survey.Audience.LISTED,
        title={
            "nb": "Hvordan var dagen?",
            "nn": "Korleis var dagen?",
            "da": "Hvordan var dagen?",
            "en": "How was the day?",
        },
        closes_at=datetime(2030, 5, 2, 23, 59, tzinfo=ZoneInfo(settings.TIME_ZONE)),
    )
    invited = Invitation(survey=survey, key="0" * 32, opt_out_key="1" * 32, email="ola@example.no")
    return context(invited, get_language() or "nb")
