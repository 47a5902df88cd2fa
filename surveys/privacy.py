from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from recovery_network.privacy.fields import Clock, PersonalField, Receipt, Road
from recovery_network.privacy.person import Person
from surveys.actions.inviting import hashes_of
from surveys.models import Draft, Envelope, Invitation, Response, Survey

ASKING = _("To ask you to answer, once, and to remind you only if you haven't.")
GOING_ON = _("So that a lost connection loses nothing of what you have written.")
SEALED = _("To keep answers unreadable until several can be opened together.")
LEARNING = _("To learn what people think and need.")
SIGNED = _("In surveys with name: to know whose answer it is.")
RESPECTING = _("To send you no survey after you have said no.")
ORGANISERS = _("Organisers.")
NOBODY = _("Nobody; the system only.")

PERSONAL = (
    PersonalField("surveys.Invitation.email", ASKING, ORGANISERS, Clock.SURVEY_INVITATIONS),
    PersonalField("surveys.Invitation.user", ASKING, NOBODY, Clock.SURVEY_INVITATIONS),
    PersonalField("surveys.Invitation.language", ASKING, NOBODY, Clock.SURVEY_INVITATIONS),
    PersonalField(
        "surveys.Invitation.key",
        ASKING,
        NOBODY,
        Clock.SURVEY_INVITATIONS,
        _("The secret part of your link"),
        secret=True,
    ),
    PersonalField(
        "surveys.Invitation.opt_out_key",
        ASKING,
        NOBODY,
        Clock.SURVEY_INVITATIONS,
        _("The secret part of the link to say no to surveys"),
        secret=True,
    ),
    PersonalField(
        "surveys.Invitation.answered",
        ASKING,
        NOBODY,
        Clock.SURVEY_INVITATIONS,
        _("Whether you have answered"),
    ),
    PersonalField("surveys.Invitation.reminded", ASKING, NOBODY, Clock.SURVEY_INVITATIONS),
    PersonalField("surveys.Draft.sealed", GOING_ON, NOBODY, Clock.SURVEY_DRAFTS, secret=True),
    PersonalField("surveys.Envelope.sealed", SEALED, NOBODY, Clock.SURVEY_ENVELOPES),
    PersonalField(
        "surveys.Answer.text",
        LEARNING,
        ORGANISERS,
        Clock.SURVEY_ANSWERS,
        _("What you wrote in a survey; in most surveys nobody knows that it was you"),
    ),
    PersonalField(
        "surveys.Signature.response",
        SIGNED,
        ORGANISERS,
        Clock.SURVEY_INVITATIONS,
        _("Which answer is yours"),
    ),
    PersonalField(
        "surveys.Signature.invitation",
        SIGNED,
        ORGANISERS,
        Clock.SURVEY_INVITATIONS,
        _("Which answer is yours"),
    ),
    PersonalField(
        "surveys.OptOut.address_hash",
        RESPECTING,
        NOBODY,
        Clock.NEVER_AGAIN,
        _("A scrambled form of your address"),
    ),
)
NOT_PERSONAL = {
    "surveys.Survey": "*",
    "surveys.Section": "*",
    "surveys.Question": "*",
    "surveys.QuestionVersion": "*",
    "surveys.Option": "*",
    "surveys.Invitation": ("survey",),
    "surveys.Draft": ("invitation",),
    "surveys.Envelope": ("id", "survey"),
    "surveys.Response": "*",
    "surveys.Tally": "*",
    "surveys.TallyCell": "*",
    "surveys.Theme": "*",
    "surveys.Answer": ("id", "response", "version", "option", "row", "number", "date", "dont_know"),
}


def invited(prefix: str) -> Callable[[Person], Q]:
    """By address or account; a survey that ties nobody to an answer has no such way from one to the other."""
    return lambda person: person.owns(f"{prefix}email") | person.is_account(f"{prefix}user")


ROADS = (
    Road(
        "surveys.Answer",
        invited("response__signature__invitation__"),
        also=("version", "option", "row", "number", "date", "dont_know"),
    ),
    Road("surveys.Signature", invited("invitation__")),
    Road("surveys.Draft", invited("invitation__"), also=("invitation",)),
    Road("surveys.Invitation", invited(""), also=("survey",)),
    Road(
        "surveys.OptOut",
        lambda person: Q(
            address_hash__in=[code for email in person.emails for code in hashes_of(email)]
        ),
        keeps=("*",),
        why=_("A scrambled form of your address, so that we never send you a survey again."),
    ),
)
NO_ROAD = {
    "surveys.Envelope": _(
        "Sealed answers to surveys without name: nobody can find yours among them, and neither can we."
    ),
}


def release(person: Person, now: datetime) -> Decimal:
    """Whole responses go, so that no empty one is counted."""
    Response.objects.filter(invited("signature__invitation__")(person)).delete()
    return Decimal(0)


def closed_before(moment: datetime) -> list[int]:
    """Surveys that had closed by `moment`; when they do follows from several dates."""
    return [
        survey.pk
        for survey in Survey.objects.with_conference()
        if (closing := survey.closing()) is not None and closing < moment
    ]


def purge(now: datetime, *, dry_run: bool) -> Receipt:
    """Deletes links, unfinished answers and what never became enough to be opened."""
    expired: dict[str, QuerySet[Any]] = {
        "unfinished answers": Draft.objects.filter(
            Q(invitation__answered=True)
            | Q(invitation__survey__in=closed_before(Clock.SURVEY_DRAFTS.cutoff(now)))
        ),
        "sealed answers": Envelope.objects.filter(
            survey__in=closed_before(Clock.SURVEY_ENVELOPES.cutoff(now))
        ),
        "invitations": Invitation.objects.filter(
            survey__in=closed_before(Clock.SURVEY_INVITATIONS.cutoff(now))
        ),
    }
    with transaction.atomic():
        removed = {what: rows.count() for what, rows in expired.items()}
        if not dry_run:
            for rows in expired.values():
                rows.delete()
    return Receipt("surveys", removed)
