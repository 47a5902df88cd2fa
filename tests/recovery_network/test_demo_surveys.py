from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from recovery_network.demo import coming as conference_coming
from recovery_network.demo import organisations
from recovery_network.demo.surveys import coming, network_2023
from surveys.models import Answer, Response, Survey

OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture
def survey(db: None) -> Survey:
    network_2023.load()
    return Survey.objects.get(slug="nettverket-2023")


def test_the_survey_of_2023_is_as_it_was_announced(survey: Survey) -> None:
    assert survey.state() == Survey.State.CLOSED
    assert (survey.mode, survey.audience) == ("anonymous", "everyone")
    assert survey.closes_at
    closed = survey.closes_at.astimezone(OSLO)
    assert closed == datetime(2023, 8, 20, 23, 59, tzinfo=OSLO)
    assert sum(section.questions.count() for section in survey.sections.all()) == 2
    assert Response.objects.filter(survey=survey).count() == 72


def test_its_answers_are_said_to_be_invented(survey: Survey) -> None:
    assert "oppdiktet" in survey.introduction["nb"]
    assert set(survey.introduction) == {"nb", "nn", "da", "en"}


def test_every_one_answered_what_had_to_be_answered(survey: Survey) -> None:
    chose = Answer.objects.filter(response__survey=survey, option__isnull=False)
    assert chose.values("response").distinct().count() == 72


def test_its_page_says_that_it_is_closed(survey: Survey, client: Client) -> None:
    page = client.get("/undersokelser/nettverket-2023/").content.decode()
    assert "Denne undersøkelsen er lukket" in page


def test_its_summary_is_published_and_shows_no_small_group(survey: Survey, client: Client) -> None:
    page = client.get("/en/undersokelser/nettverket-2023/resultater/")
    assert page.status_code == 200
    results = page.context["results"]
    assert results.total == 72
    counts = [cell.count for table in results.questions[0].tables for cell in table.cells]
    assert len(counts) == 5 * 2  # for everyone, and by the question that divides them
    assert min(counts) >= 5


def test_two_more_are_there_for_members_and_for_the_coming_conference(db: None) -> None:
    organisations.load()
    conference_coming.load()
    coming.load()
    follow_up = Survey.objects.get(slug="oppfolging")
    evaluation = Survey.objects.get(slug="evaluering")
    assert (follow_up.state(), follow_up.audience) == ("open", "members")
    assert (evaluation.state(), evaluation.audience) == ("coming", "attended")
    assert evaluation.conference
    assert evaluation.opening() == evaluation.conference.ends_at
