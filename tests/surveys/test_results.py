"""What is counted, and that no small group can be had from it, also not by subtraction."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from network.models import User
from surveys.actions import building
from surveys.actions.writing import write
from surveys.models import Question, Survey
from surveys.queries import read_questionnaire
from surveys.results.counting import protect, protect_choice, results_of
from surveys.sheets import Given, read
from tests import factories
from tests.factories.surveys import asking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@given(counts=st.lists(st.integers(0, 12), min_size=1, max_size=6), least=st.integers(5, 8))
def test_no_small_group_is_shown_or_left_by_subtraction(counts: list[int], least: int) -> None:
    shown = protect(counts, least)
    for count, told in zip(counts, shown, strict=True):
        assert told is None or told == count
        assert told is None or told == 0 or told >= least
    hidden = [count for count, told in zip(counts, shown, strict=True) if told is None]
    assert not hidden or (len(hidden) > 1 and sum(hidden) >= least) or len(hidden) == len(counts)


@pytest.mark.parametrize(
    ("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (15, 15), (16, None), (20, 20)]
)
def test_one_of_several_choices_hides_those_who_did_not_choose_it(
    count: int, shown: int | None
) -> None:
    assert protect_choice(count, 20, 5) == shown


def answered(survey: Survey, sheets: list[dict[int, list[str]]]) -> None:
    """Writes sheets whose values are given by the place of the question."""
    questionnaire = read_questionnaire(survey)
    given: list[list[Given]] = []
    for sheet in sheets:
        typed = {questionnaire.questions[place].name: value for place, value in sheet.items()}
        given.append(read(questionnaire, typed).given())
    write(survey=survey, sheets=given, day=date(2026, 3, 2))


@pytest.fixture
def survey() -> Survey:
    """Twenty answered: 8 yes, 9 no and 3 nothing; a scale; and a text by six."""
    now = timezone.now()
    survey = factories.make_survey(
        [asking("one", "A"), asking("scale", "B"), asking("long_text", "C")],
        opens_at=now - timedelta(days=9),
        closes_at=now - timedelta(days=1),
        summary_published_at=now,
    )
    yes, no = (choice.key for choice in read_questionnaire(survey).questions[0].choices)
    sheets: list[dict[int, list[str]]] = [{0: [yes], 1: ["5"]} for _number in range(8)]
    sheets += [{0: [no], 1: ["1"]} for _number in range(9)]
    sheets += [{1: ["5"]} for _number in range(3)]
    for number in range(6):
        sheets[number][2] = [f"Hemmelig {number}"]
    answered(survey, sheets)
    return survey


def test_small_groups_take_another_with_them(survey: Survey) -> None:
    choices = results_of(survey, texts=False).questions[0].tables[0]
    shown = {str(cell.label): cell.count for cell in choices.cells}
    # Three passed it over: hidden, and the next smallest with them.
    assert shown == {"Ja": None, "Nei": 9, "Not answered": None}


def test_mean_is_counted_where_nothing_is_hidden(survey: Survey) -> None:
    scale = results_of(survey, texts=False).questions[1]
    assert [cell.count for cell in scale.tables[0].cells] == [9, 0, 0, 0, 11, 0]
    assert str(scale.mean) == "3.2"


def test_texts_are_for_organisers_only(survey: Survey, organiser: User, client: Client) -> None:
    Question.objects.update(public=True)
    public = client.get(f"/en/undersokelser/{survey.slug}/resultater/").content.decode()
    assert ("20 people answered" in public, "Hemmelig" in public) == (True, False)
    client.force_login(organiser)
    page = client.get(f"/en/admin/surveys/survey/{survey.pk}/results/").content.decode()
    assert page.count("Hemmelig") == 6


def test_only_chosen_questions_are_published(
    survey: Survey, organiser: User, client: Client
) -> None:
    first = Question.objects.get(versions__text__nb="A")
    building.choose_public(survey=survey, chosen=[str(first.pk), "x", "0"], by=organiser)
    shown = client.get(f"/en/undersokelser/{survey.slug}/resultater/").context["shown"]
    assert [str(each.text) for each in shown] == ["A"]


def test_fewer_than_five_show_nothing_at_all() -> None:
    survey = factories.make_survey()
    answered(survey, [{0: ["a"]}] * 4)
    found = results_of(survey, texts=True)
    assert (found.total, found.enough, found.questions) == (0, False, ())


@pytest.mark.parametrize(
    "changes",
    [{"summary_published_at": None}, {"closes_at": timezone.now() + timedelta(days=9)}],
)
def test_results_are_public_only_once_closed_and_published(
    survey: Survey, client: Client, changes: dict[str, Any]
) -> None:
    Survey.objects.filter(pk=survey.pk).update(revision=9, **changes)
    assert client.get(f"/en/undersokelser/{survey.slug}/resultater/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_results_cost_the_same_for_one_and_three(
    count: int, django_assert_num_queries: Any
) -> None:
    survey = factories.make_survey([asking("short_text") for _number in range(count)])
    answered(survey, [{0: ["a"]}] * 5)
    with django_assert_num_queries(6):
        results_of(survey, texts=True)


def test_numbers_and_dates_are_counted_too() -> None:
    survey = factories.make_survey([asking("number"), asking("date"), asking("matrix")])
    answered(survey, [{0: ["2,5"], 1: ["2024-05-01"]}] * 5 + [{0: ["4"], 1: ["2025-05-01"]}] * 5)
    number, day, matrix = results_of(survey, texts=False).questions
    assert (str(number.mean), number.tables) == ("3.2", ())
    assert [(str(cell.label), cell.count) for cell in day.tables[0].cells] == [
        ("2024", 5),
        ("2025", 5),
        ("Not answered", 0),
    ]
    assert [str(table.label) for table in matrix.tables] == ["Form", "Innhold"]
