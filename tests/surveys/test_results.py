"""What is counted, once and for all, and what organisers and others may see of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from network.models import User
from surveys.actions import building
from surveys.actions.answering import answer_by_link
from surveys.actions.tallying import divide, dividing, tally, tally_closed
from surveys.actions.writing import day_of, write
from surveys.errors import SurveyError
from surveys.models import Question, Survey, Tally
from surveys.queries import main_tally, read_questionnaire
from surveys.results.counting import Counted, Results, results_of
from surveys.sheets import Given, read
from tests import factories
from tests.factories.surveys import asking, choices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Sheet = dict[int, list[str]]


def answered(survey: Survey, sheets: list[Sheet], *, day: date = date(2026, 3, 2)) -> None:
    """Writes sheets whose values are given by the place of the question."""
    questionnaire = read_questionnaire(survey)
    given: list[list[Given]] = []
    for sheet in sheets:
        typed = {questionnaire.questions[place].name: value for place, value in sheet.items()}
        given.append(read(questionnaire, typed).given())
    write(survey=survey, sheets=given, day=day)


def closed_survey(*sections: list[dict[str, Any]], **fields: Any) -> Survey:
    now = timezone.now()
    dates = {"opens_at": now - timedelta(days=9), "closes_at": now - timedelta(days=1)}
    return factories.make_survey(*sections, **{**dates, **fields})


def key_of(survey: Survey, place: int, label: str) -> str:
    asked = read_questionnaire(survey).questions[place]
    return next(each.key for each in asked.choices if each.label.text == label)


def results(survey: Survey) -> Results:
    return results_of(main_tally(survey), least=survey.least)


def numbers(counted: Counted, table: int = 0) -> dict[str, int | None]:
    return {str(cell.label): cell.count for cell in counted.tables[table].cells}


@pytest.fixture
def survey() -> Survey:
    """Twenty answered: 8 yes, 9 no and 3 nothing; a scale; and a text by six."""
    survey = closed_survey(
        [asking("one", "A"), asking("scale", "B"), asking("long_text", "C")],
        summary_published_at=timezone.now(),
    )
    yes, no = key_of(survey, 0, "Ja"), key_of(survey, 0, "Nei")
    sheets: list[Sheet] = [{0: [yes], 1: ["5"]} for _number in range(8)]
    sheets += [{0: [no], 1: ["1"]} for _number in range(9)]
    sheets += [{1: ["5"]} for _number in range(3)]
    for number in range(6):
        sheets[number][2] = [f"Hemmelig {number}"]
    answered(survey, sheets)
    tally(survey=survey, by=None)
    return survey


class TestCounting:
    def test_small_groups_take_another_with_them(self, survey: Survey) -> None:
        # Three passed it over: hidden, and the next smallest with them.
        assert numbers(results(survey).questions[0]) == {
            "Ja": None,
            "Nei": 9,
            "Not answered": None,
        }

    def test_mean_and_spread_where_nothing_is_hidden(self, survey: Survey) -> None:
        scale = results(survey).questions[1]
        assert list(numbers(scale).values()) == [9, 0, 0, 0, 11, 0]
        assert (str(scale.measured.mean), str(scale.measured.spread)) == ("3.2", "2.0")

    def test_the_mean_is_told_as_far_as_the_table_tells_it(self) -> None:
        survey = closed_survey([asking("scale")])
        answered(survey, [{0: ["5"]}] * 9 + [{0: ["4"]}] * 6 + [{0: ["1"]}] * 2)
        tally(survey=survey, by=None)
        scale = results(survey).questions[0]
        assert list(numbers(scale).values()) == [None, 0, 0, None, 9, 0]
        assert scale.measured.mean is None
        # All of the eight hidden ones might have chosen 1, or all of them 4.
        assert tuple(map(str, scale.measured.between or ())) == ("3.1", "4.6")

    def test_the_recommendation_score_comes_of_three_groups(self) -> None:
        survey = closed_survey([asking("recommend")])
        given = [10] * 8 + [9] * 4 + [8] * 3 + [7] * 3 + [5] * 2 + [2] * 4
        answered(survey, [{0: [str(number)]} for number in given])
        tally(survey=survey, by=None)
        counted = results(survey).questions[0]
        assert list(numbers(counted).values()) == [12, 6, 6, 0]
        assert counted.measured.score == 25

    def test_numbers_dates_and_tables(self) -> None:
        survey = closed_survey([asking("number"), asking("date"), asking("matrix")])
        answered(
            survey, [{0: ["2,5"], 1: ["2024-05-01"]}] * 5 + [{0: ["4"], 1: ["2025-05-01"]}] * 5
        )
        tally(survey=survey, by=None)
        number, day, matrix = results(survey).questions
        assert (str(number.measured.mean), str(number.measured.spread)) == ("3.2", "0.8")
        assert numbers(day) == {"2024": 5, "2025": 5, "Not answered": 0}
        assert [str(table.label) for table in matrix.tables] == ["Form", "Innhold"]

    def test_fewer_than_five_show_nothing_at_all(self) -> None:
        survey = closed_survey()
        answered(survey, [{0: ["a"]}] * 4)
        with pytest.raises(SurveyError) as refusal:
            tally(survey=survey, by=None)
        assert refusal.value.code == "too_few"
        assert (results(survey).enough, results(survey).questions) == (False, ())

    @pytest.mark.parametrize("count", [1, 3])
    def test_costs_the_same_for_one_and_three(
        self, count: int, django_assert_num_queries: Any
    ) -> None:
        survey = closed_survey([asking("one") for _number in range(count)])
        answered(survey, [{0: [key_of(survey, 0, "Ja")]}] * 5)
        found = tally(survey=survey, by=None)
        with django_assert_num_queries(5):
            results_of(found, least=5)


class TestOnceAndForAll:
    def test_what_comes_later_never_joins_what_was_counted(self, organiser: User) -> None:
        survey = factories.make_survey([asking("one")])
        yes = key_of(survey, 0, "Ja")
        answered(survey, [{0: [yes]}] * 10)
        first = tally(survey=survey, by=organiser)
        answered(survey, [{0: [yes]}] * 6, day=day_of(timezone.now()))
        with pytest.raises(SurveyError):
            tally(survey=survey, by=organiser)  # what came today isn't counted before tomorrow
        building.close(survey=survey, by=organiser)
        survey.refresh_from_db()
        second = tally(survey=survey, by=None, now=timezone.now() + timedelta(minutes=2))
        assert [each.total for each in (first, second)] == [10, 6]
        assert numbers(results_of(first, least=5).questions[0])["Ja"] == 10

    def test_answers_after_a_count_get_a_later_day(self, organiser: User) -> None:
        survey = closed_survey(mode="named")
        answered(survey, [{0: ["a"]}] * 5, day=day_of(timezone.now()))
        counted = tally(survey=survey, by=None)
        Survey.objects.filter(pk=survey.pk).update(closes_at=timezone.now() + timedelta(days=9))
        survey.refresh_from_db()
        questionnaire = read_questionnaire(survey)
        answer_by_link(
            invitation=factories.make_invitation(survey),
            questionnaire=questionnaire,
            answers=[Given(questionnaire.questions[0].version, text="b")],
        )
        assert counted.responses().count() == counted.total == 5

    def test_closed_surveys_are_counted_by_themselves(self) -> None:
        closed, still_open = closed_survey(), factories.make_survey()
        for survey in (closed, still_open):
            answered(survey, [{0: ["a"]}] * 5)
        assert (tally_closed(), tally_closed()) == (1, 0)
        assert [each.survey for each in Tally.objects.all()] == [closed]

    def test_a_survey_that_just_closed_waits_for_its_last_answers(self) -> None:
        survey = factories.make_survey()
        answered(survey, [{0: ["a"]}] * 5)
        assert survey.closes_at
        with pytest.raises(SurveyError) as refusal:
            tally(survey=survey, by=None, now=survey.closes_at + timedelta(seconds=59))
        assert refusal.value.code == "early"


class TestGroups:
    @pytest.fixture
    def grouped(self, organiser: User) -> Survey:
        """Thirty from the municipality and nine from elsewhere."""
        survey = closed_survey(
            [
                asking("one", "Hvor?", choices=choices("Kommune", "Annet")),
                asking("one", "Bra?", required=True),
                asking("several", "Hva?"),
            ]
        )
        municipality, other = (key_of(survey, 0, each) for each in ("Kommune", "Annet"))
        yes, no = (key_of(survey, 1, each) for each in ("Ja", "Nei"))
        use = key_of(survey, 2, "Ja")
        answered(
            survey,
            [{0: [municipality], 1: [yes], 2: [use]}] * 20
            + [{0: [municipality], 1: [no]}] * 10
            + [{0: [other], 1: [yes]}] * 2
            + [{0: [other], 1: [no], 2: [use]}] * 7,
        )
        tally(survey=survey, by=None)
        divide(survey=survey, version=dividing(survey)[0], by=organiser)
        survey.refresh_from_db()
        return survey

    def test_small_cells_take_a_rectangle_with_them(self, grouped: Survey) -> None:
        good = results(grouped).questions[1]
        assert good.tables[0].groups
        assert [
            (str(group.label), [cell.count for cell in cells])
            for group, cells in good.tables[0].groups
        ] == [("Kommune", [None, None, 0]), ("Annet", [None, None, 0])]

    def test_a_choice_of_several_by_group(self, grouped: Survey) -> None:
        use = results(grouped).questions[2].tables[0]
        assert use.groups
        # Two of nine elsewhere didn't choose it.
        assert [[cell.count for cell in cells] for _group, cells in use.groups] == [
            [None, None],
            [None, None],
        ]

    def test_a_group_alone_tells_no_more(self, grouped: Survey) -> None:
        everyone = results(grouped)
        group = everyone.groups[0]
        assert group.pk is not None
        alone = everyone.of_group(group.pk)
        assert alone is not None
        assert [numbers(each) for each in alone.questions] == [
            {"Ja": None, "Nei": None, "Not answered": 0},
            {"Ja": None, "Not answered": None},
        ]

    def test_groups_are_chosen_once(self, grouped: Survey, organiser: User) -> None:
        with pytest.raises(SurveyError) as refusal:
            divide(survey=grouped, version=dividing(grouped)[1], by=organiser)
        assert refusal.value.code == "wrong_state"

    def test_a_question_for_some_divides_nobody(self, organiser: User) -> None:
        first = asking("one")
        condition = [{"question": first["id"], "choice": "ja"}]
        survey = closed_survey([first, asking("one", show_if=condition), asking("scale")])
        assert [each.question.versions.count() for each in dividing(survey)] == [1]


def test_who_was_asked_is_not_changed_after_counting(organiser: User) -> None:
    first = asking("one")
    condition = [{"question": first["id"], "choice": "ja"}]
    survey = closed_survey([first, asking("scale", show_if=condition)])
    yes = key_of(survey, 0, "Ja")
    answered(survey, [{0: [yes], 1: ["3"]}] * 6)
    tally(survey=survey, by=None)
    question = Question.objects.get(versions__kind="scale")
    plan = building.plan_of_question(question)
    with pytest.raises(SurveyError) as refusal:
        building.change_question(question=question, plan=plan, conditions=[], by=organiser)
    assert refusal.value.code == "in_use"
    kept = list(question.show_if.all())
    building.change_question(question=question, plan=plan, conditions=kept, by=organiser)


class TestPages:
    def test_texts_are_for_organisers_only(
        self, survey: Survey, organiser: User, client: Client
    ) -> None:
        Question.objects.update(public=True)
        public = client.get(f"/en/undersokelser/{survey.slug}/resultater/").content.decode()
        assert ("20 people answered" in public, "Hemmelig" in public) == (True, False)
        client.force_login(organiser)
        version = results(survey).questions[2].version
        address = f"/en/admin/surveys/survey/{survey.pk}/comments/?question={version.pk}"
        assert client.get(address).content.decode().count("Hemmelig") == 6

    def test_only_chosen_questions_are_published(
        self, survey: Survey, organiser: User, client: Client
    ) -> None:
        first = Question.objects.get(versions__text__nb="A")
        building.choose_public(survey=survey, chosen=[str(first.pk), "x", "0"], by=organiser)
        shown = client.get(f"/en/undersokelser/{survey.slug}/resultater/").context["shown"]
        assert [str(each.counted.text) for each in shown] == ["A"]

    @pytest.mark.parametrize(
        "changes",
        [{"summary_published_at": None}, {"closes_at": timezone.now() + timedelta(days=9)}],
    )
    def test_results_are_public_only_once_closed_and_published(
        self, survey: Survey, client: Client, changes: dict[str, Any]
    ) -> None:
        Survey.objects.filter(pk=survey.pk).update(revision=9, **changes)
        assert client.get(f"/en/undersokelser/{survey.slug}/resultater/").status_code == 404
