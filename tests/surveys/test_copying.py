"""What becomes of a conference's surveys when next year's conference is made from it."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from conferences.actions import copy
from conferences.models import Conference
from network.models import User
from surveys.models import Invitation, Question, QuestionVersion, Survey
from tests.factories import make_conference
from tests.factories.surveys import asking, make_invitation, make_survey

pytestmark = pytest.mark.django_db
State = Survey.State


@pytest.fixture
def conference() -> Conference:
    return make_conference(title="Konferansen 2026")


def copied(conference: Conference, organiser: User) -> Conference:
    return copy(
        conference=conference, title="Konferansen", first_day=date(2035, 4, 12), by=organiser
    )


def evaluation(conference: Conference) -> Survey:
    """Confidential, opens by itself; the second question is only for those who say yes to the first."""
    came = asking("one", id="kom")
    why = asking("long_text", show_if=[{"question": "kom", "choice": "ja"}])
    return make_survey(
        [came, why],
        slug="evaluering",
        conference=conference,
        mode=Survey.Mode.CONFIDENTIAL,
        audience=Survey.Audience.ATTENDED,
        opens_after_conference=True,
        opens_at=None,
        closes_at=None,
        days_open=10,
    )


def test_it_opens_by_itself_after_the_new_one(conference: Conference, organiser: User) -> None:
    old = evaluation(conference)
    new = copied(conference, organiser)
    made = new.surveys.get()
    assert (made.slug, made.state()) == ("evaluering-2", State.COMING)
    assert (made.mode, made.audience) == (old.mode, old.audience)
    assert made.opening() == new.ends_at
    assert made.closing() == new.ends_at + timedelta(days=10)
    assert made.key != old.key


def test_conditions_lead_to_its_own_choices(conference: Conference, organiser: User) -> None:
    evaluation(conference)
    made = copied(conference, organiser).surveys.get()
    came, why = Question.objects.filter(section__survey=made)
    assert [each.version.question for each in why.show_if.select_related("version__question")] == [
        came
    ]


def test_years_can_be_compared(conference: Conference, organiser: User) -> None:
    old = evaluation(conference)
    made = copied(conference, organiser).surveys.get()
    origins = [
        [question.lineage for question in Question.objects.filter(section__survey=each)]
        for each in (old, made)
    ]
    assert origins[0] == origins[1]
    assert not {each.key for each in Question.objects.filter(section__survey=old)} & {
        each.key for each in Question.objects.filter(section__survey=made)
    }


def test_what_was_opened_by_hand_is_a_draft_again(conference: Conference, organiser: User) -> None:
    now = timezone.now()
    make_survey(
        slug="felles", conference=conference, closed_at=now, summary_published_at=now, revision=7
    )
    made = copied(conference, organiser).surveys.get()
    assert made.state() == State.DRAFT
    assert (made.opens_at, made.closes_at, made.closed_at) == (None, None, None)
    assert not made.has_published()


def test_nobody_and_no_old_wording_comes_along(
    conference: Conference, organiser: User, client: Client
) -> None:
    old = evaluation(conference)
    make_invitation(old)
    retired = Question.objects.filter(section__survey=old).last()
    assert retired is not None
    retired.retired = True
    retired.save(update_fields=["retired"])
    made = copied(conference, organiser).surveys.get()
    assert not Invitation.objects.filter(survey=made).exists()
    assert QuestionVersion.objects.filter(question__section__survey=made).count() == 1
    client.force_login(organiser)
    assert client.get(f"/admin/surveys/survey/{made.pk}/change/").status_code == 200


def test_other_conferences_keep_theirs(conference: Conference, organiser: User) -> None:
    evaluation(conference)
    make_survey(slug="nettverket")
    copied(conference, organiser)
    assert sorted(Survey.objects.values_list("slug", flat=True)) == [
        "evaluering",
        "evaluering-2",
        "nettverket",
    ]
