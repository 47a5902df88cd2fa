"""One link in two tabs at once gives one answer; without the claim it gives several."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from surveys.actions import answering, opening
from surveys.errors import SurveyError
from surveys.models import Envelope, Invitation, Response, Survey
from surveys.queries import read_questionnaire
from surveys.sheets import Given
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
TABS = 8


def in_all_tabs(work: Callable[[], object]) -> list[object]:
    gate = threading.Barrier(TABS)

    def run(_number: int) -> object:
        try:
            connection.ensure_connection()
            gate.wait(timeout=20)
            return work()
        except SurveyError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(TABS) as pool:
        return list(pool.map(run, range(TABS)))


def answer_in_all_tabs(mode: str) -> tuple[list[object], Survey]:
    survey = factories.make_survey(mode=mode)
    invitation = factories.make_invitation(survey)
    questionnaire = read_questionnaire(survey)
    answers = [Given(questionnaire.questions[0].version, text="Et hjem")]

    def send() -> object:
        known = Invitation.objects.select_related("survey__conference").get(pk=invitation.pk)
        return answering.answer_by_link(
            invitation=known, questionnaire=questionnaire, answers=answers
        )

    return in_all_tabs(send), survey


@pytest.mark.parametrize("mode", ["confidential", "named"])
def test_a_link_in_many_tabs_gives_one_answer(mode: str) -> None:
    outcomes, survey = answer_in_all_tabs(mode)
    assert sorted(outcomes, key=str) == [None, *["answered"] * (TABS - 1)]
    written = Envelope if mode == "confidential" else Response
    assert written.objects.filter(survey=survey).count() == 1


@pytest.mark.postgresql
def test_control_looking_before_marking_gives_several(monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(TABS)

    def look_and_mark(invitation: Invitation) -> bool:
        unused = not Invitation.objects.get(pk=invitation.pk).answered
        together.wait(timeout=20)
        Invitation.objects.filter(pk=invitation.pk).update(answered=True)
        return unused

    monkeypatch.setattr(answering, "claim", look_and_mark)
    _outcomes, survey = answer_in_all_tabs("confidential")
    assert Envelope.objects.filter(survey=survey).count() > 1


def test_a_box_opened_by_several_workers_writes_each_answer_once() -> None:
    survey = factories.make_survey()
    questionnaire = read_questionnaire(survey)
    (asked,) = questionnaire.questions
    for number in range(20):
        sealed = answering.sealed(questionnaire, [Given(asked.version, text=f"svar {number}")])
        Envelope.objects.create(survey=survey, sealed=sealed)
    in_all_tabs(lambda: opening.open_box(survey=survey))
    assert (survey.envelopes.count(), survey.responses.count()) == (5, 15)
