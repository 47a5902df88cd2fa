"""Sending an answer, in each of the three modes (`domain.md` 8)."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.actions.writing import day_of, write, writing_day
from surveys.errors import SurveyError
from surveys.models import Draft, Envelope, Invitation, Signature, Survey
from surveys.questionnaire import Questionnaire
from surveys.sealing import TooLong, seal
from surveys.sheets import Given, pack


def check_open(survey: Survey) -> None:
    if survey.state() != Survey.State.OPEN:
        raise SurveyError(_("This survey takes no answers now."), code="closed")


def sealed(questionnaire: Questionnaire, answers: Sequence[Given]) -> bytes:
    try:
        return seal(pack(answers), size=questionnaire.envelope_size)
    except TooLong as error:
        raise SurveyError(
            _("Your texts are too long together. Please shorten them a little."), code="too_long"
        ) from error


def put_in_the_box(
    *, survey: Survey, questionnaire: Questionnaire, answers: Sequence[Given], number: uuid.UUID
) -> None:
    """An anonymous answer: one row in one statement, in which nothing says whose it is or when it came.

    `number` is that of the page the answer was written on, so that sending it twice puts one envelope in
    the box; it goes when the envelope is opened. Raises SurveyError: closed, too_long.
    """
    check_open(survey)
    Envelope(id=number, survey=survey, sealed=sealed(questionnaire, answers)).put_in()


def claim(invitation: Invitation) -> bool:
    """Uses the link up; False where it was used already, perhaps in another tab a moment ago."""
    unused = Invitation.objects.filter(pk=invitation.pk, answered=False)
    return unused.update(answered=True) == 1


@transaction.atomic
def answer_by_link(
    *, invitation: Invitation, questionnaire: Questionnaire, answers: Sequence[Given]
) -> None:
    """An answer by someone with a link of their own, which is used up by it.

    Confidential: the link is marked, and the answer goes sealed into the box, to be opened and written
    down later among others. With name: the answer is written and signed. What was written so far is
    deleted. Raises SurveyError: closed, answered, too_long.
    """
    survey = invitation.survey
    check_open(survey)
    if not claim(invitation):
        raise SurveyError(_("This link has been used: your answer is with us."), code="answered")
    Draft.objects.filter(invitation=invitation).delete()
    if survey.mode == Survey.Mode.CONFIDENTIAL:
        envelope = Envelope(survey=survey, sealed=sealed(questionnaire, answers))
        Envelope.objects.bulk_create([envelope])
        return
    day = writing_day(survey, day_of(timezone.now()))
    (response,) = write(survey=survey, sheets=[list(answers)], day=day)
    Signature.objects.create(response=response, invitation=invitation)
