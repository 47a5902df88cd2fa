"""When the box is opened, how far, and what is never opened."""

import os
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from surveys.actions import opening
from surveys.actions.opening import how_many, open_box, open_boxes
from surveys.models import Envelope, Response, Survey
from surveys.models.survey import LEAST
from surveys.queries import read_questionnaire
from surveys.sealing import TooLong, seal, unseal
from surveys.sheets import Given, pack
from tests import factories

pytestmark = pytest.mark.django_db


def fill(survey: Survey, count: int) -> None:
    questionnaire = read_questionnaire(survey)
    (asked,) = questionnaire.questions
    for number in range(count):
        content = pack([Given(asked.version, text=f"svar {number}")])
        sealed = seal(content, size=questionnaire.envelope_size)
        Envelope.objects.create(survey=survey, sealed=sealed)


def counts(survey: Survey) -> tuple[int, int]:
    return survey.envelopes.count(), survey.responses.count()


@given(arrivals=st.lists(st.integers(0, 12), max_size=20))
def test_never_fewer_than_five_together_whatever_comes(arrivals: list[int]) -> None:
    """Arithmetic only: some come each day, and at last the survey closes."""
    sealed = total = opened = 0
    for came in arrivals:
        sealed, total = sealed + came, total + came
        count = how_many(sealed=sealed, closed=False, opened_today=False)
        assert count == 0 or count >= LEAST
        assert count == 0 or sealed - count >= LEAST
        sealed, opened = sealed - count, opened + count
    last = how_many(sealed=sealed, closed=True, opened_today=True)
    assert last == 0 or last >= LEAST
    assert opened + last == (total if total >= LEAST else 0)


@pytest.mark.parametrize(("sealed", "left"), [(9, 9), (10, 5), (23, 5)])
def test_five_stay_in_the_box_while_answers_come(sealed: int, left: int) -> None:
    survey = factories.make_survey()
    fill(survey, sealed)
    open_boxes()
    assert counts(survey) == (left, sealed - left)


def test_once_a_day_is_enough() -> None:
    survey = factories.make_survey()
    now = datetime.fromisoformat("2026-03-02T12:00:00+01:00")
    fill(survey, 10)
    with time_machine.travel(now):
        open_box(survey=survey, now=now)
        fill(survey, 10)
        assert open_box(survey=survey, now=now + timedelta(hours=11)) == 0
        assert open_box(survey=survey, now=now + timedelta(hours=13)) == 10


def test_the_day_is_the_day_of_opening() -> None:
    survey = factories.make_survey()
    fill(survey, 10)
    open_box(survey=survey, now=datetime.fromisoformat("2026-03-02T23:30:00Z"))
    assert {str(day) for day in Response.objects.values_list("day", flat=True)} == {"2026-03-03"}


def test_all_are_opened_a_minute_after_closing() -> None:
    survey = factories.make_survey()
    fill(survey, 7)
    assert survey.closes_at
    assert open_box(survey=survey, now=survey.closes_at + timedelta(seconds=59)) == 0
    assert open_box(survey=survey, now=survey.closes_at + timedelta(seconds=60)) == 7
    assert counts(survey) == (0, 7)


def test_fewer_than_five_are_never_opened() -> None:
    survey = factories.make_survey()
    fill(survey, 4)
    assert open_box(survey=survey, now=timezone.now() + timedelta(days=365)) == 0
    assert counts(survey) == (4, 0)


def test_an_envelope_that_cannot_be_read_stops_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, whole = factories.make_survey(), factories.make_survey()
    fill(broken, 10)
    fill(whole, 10)
    real = opening.open_box

    def refuse(*, survey: Survey) -> int:
        if survey == broken:
            raise DatabaseError
        return real(survey=survey)

    monkeypatch.setattr(opening, "open_box", refuse)
    assert open_boxes() == 5
    assert counts(broken) == (10, 0)


class TestEnvelopes:
    def test_say_nothing_of_what_is_in_them(self) -> None:
        short, long = (seal(text, size=4096) for text in (b"a", "æ".encode() * 900))
        assert len(short) == len(long)
        assert b"a" * 4 not in short

    def test_say_nothing_of_when_they_were_sealed(self) -> None:
        # A Fernet token begins with its version and eight bytes of time.
        assert seal(b"a", size=64)[:9] == b"\x80" + bytes(8)

    def test_two_of_the_same_answer_are_different(self) -> None:
        assert seal(b"a", size=64) != seal(b"a", size=64)

    @given(content=st.binary(max_size=3000))
    def test_give_back_what_was_put_in(self, content: bytes) -> None:
        assert unseal(seal(content, size=4096)) == content

    def test_refuse_what_is_too_long(self) -> None:
        with pytest.raises(TooLong):
            seal(os.urandom(2000), size=1024)
