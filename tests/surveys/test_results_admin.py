"""The organisers' pages of results: counting, groups, comments, other years, files."""

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from network.models import User
from recovery_network.audit.models import AuditEvent
from surveys.actions.building import plan_of, put_in
from surveys.actions.tallying import divide, dividing, tally
from surveys.models import Answer, Question, Survey, Tally, Theme
from tests import factories
from tests.factories.surveys import asking, choices
from tests.surveys.test_results import Sheet, answered, closed_survey, key_of, results

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def staff(organiser: User) -> Client:
    client = Client()
    client.force_login(organiser)
    return client


def page(name: str, survey: Survey, query: str = "") -> str:
    return reverse(f"admin:surveys_survey_{name}", args=[survey.pk]) + query


@pytest.fixture
def survey() -> Survey:
    """Twenty-four: half from each place, ten of them pleased; eight wrote something."""
    survey = closed_survey(
        [
            asking("one", "Hvor?", choices=choices("Kommune", "Annet")),
            asking("scale", "Bra?"),
            asking("long_text", "Hva da?"),
        ]
    )
    fill(survey)
    return survey


def fill(survey: Survey) -> None:
    here, there = (key_of(survey, 0, each) for each in ("Kommune", "Annet"))
    sheets: list[Sheet] = [
        {0: [here if number % 2 else there], 1: ["5" if number < 10 else "2"]}
        for number in range(24)
    ]
    for number in range(8):
        sheets[number][2] = [f"=Hemmelig({number})"]
    answered(survey, sheets)


def told(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


class TestCounting:
    def test_by_a_press(self, staff: Client, survey: Survey) -> None:
        before = staff.get(page("results", survey))
        assert before.context["results"].enough is False
        answer = staff.post(page("results", survey), {"do": "tally"}, follow=True)
        assert told(answer) == ["The answers are counted."]
        assert answer.context["results"].total == 24

    def test_too_few_are_refused_kindly(self, staff: Client) -> None:
        survey = closed_survey()
        answered(survey, [{0: ["a"]}] * 4)
        answer = staff.post(page("results", survey), {"do": "tally"}, follow=True)
        assert told(answer) == ["Fewer than 5 new answers have come. So few aren't counted."]

    def test_the_floor_stays_once_something_is_counted(self, staff: Client, survey: Survey) -> None:
        tally(survey=survey, by=None)
        assert 'name="least"' not in staff.get(page("change", survey)).content.decode()


class TestGroups:
    def test_are_chosen_and_shown(self, staff: Client, survey: Survey) -> None:
        tally(survey=survey, by=None)
        version = dividing(survey)[0]
        staff.post(page("results", survey), {"do": "divide", "version": str(version.pk)})
        shown = staff.get(page("results", survey)).context["shown"][1]
        assert [str(label) for label in shown.by_group[0].columns] == [
            "Everyone",
            "Kommune",
            "Annet",
        ]
        here = version.options.all()[0]
        alone = staff.get(page("results", survey, f"?group={here.pk}"))
        assert alone.context["results"].only.total == 12
        assert 'name="public"' not in alone.content.decode()

    @pytest.mark.parametrize("query", ["?group=99999", "?group=x", "?count=99999", "?count=-1"])
    def test_what_is_not_there_is_not_found(
        self, staff: Client, survey: Survey, query: str
    ) -> None:
        tally(survey=survey, by=None)
        assert staff.get(page("results", survey, query)).status_code == 404

    def test_a_question_of_another_survey_divides_nothing(
        self, staff: Client, survey: Survey
    ) -> None:
        other = closed_survey([asking("one")])
        data = {"do": "divide", "version": str(dividing(other)[0].pk)}
        assert staff.post(page("results", survey), data).status_code == 404


class TestComments:
    @pytest.fixture
    def address(self, survey: Survey) -> str:
        tally(survey=survey, by=None)
        return page("comments", survey, f"?question={results(survey).questions[2].version.pk}")

    def test_get_themes_that_are_counted(self, staff: Client, survey: Survey, address: str) -> None:
        staff.post(address, {"do": "add", "name": "  Mat   og drikke "})
        theme = Theme.objects.get(name="Mat og drikke")
        comments = list(Answer.objects.exclude(text="").order_by("pk"))

        def mark(*chosen: Answer) -> int | None:
            data = {
                "do": "mark",
                "seen": [str(each.pk) for each in comments],
                "mark": [f"{each.pk}:{theme.pk}" for each in chosen] + ["x:1", "x:y"],
            }
            staff.post(address, data)
            count: int | None = staff.get(address).context["themes"][0][1]
            return count

        # Of eight: three are few, five leave three.
        assert [mark(*comments[:number]) for number in (3, 5, 8, 0)] == [None, None, 8, 0]
        mark(*comments[:2])
        alone = staff.get(f"{address}&theme={theme.pk}").context["comments"]
        assert [each.pk for each in alone] == [each.pk for each in comments[:2]]
        staff.post(address, {"do": f"remove:{theme.pk}"})
        assert Theme.objects.count() == 0

    @pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\u202eb"])
    def test_a_bad_theme_is_refused(self, staff: Client, address: str, name: str) -> None:
        answer = staff.post(address, {"do": "add", "name": name}, follow=True)
        assert (len(told(answer)), Theme.objects.count()) == (1, 0)

    def test_fewer_than_five_are_not_read(self, staff: Client) -> None:
        survey = closed_survey([asking("short_text")])
        answered(survey, [{0: ["a"]}] * 4 + [{}] * 9)
        tally(survey=survey, by=None)
        version = results(survey).questions[0].version
        answer = staff.get(page("comments", survey, f"?question={version.pk}"))
        assert answer.status_code == 404
        assert "Read 4" not in staff.get(page("results", survey)).content.decode()


class TestBesideEarlierSurveys:
    def test_copies_are_compared_by_their_questions(self, staff: Client, survey: Survey) -> None:
        tally(survey=survey, by=None)
        Tally.objects.update(until="2025-05-02")
        copy = closed_survey([asking("one", "Noe annet")], title={"en": "This year"})
        put_in(survey=copy, plan=plan_of(survey), by=None)
        Question.objects.filter(versions__text__nb="Noe annet").delete()
        fill(copy)
        tally(survey=copy, by=None)
        compared = staff.get(page("compare", copy)).context["compared"]
        assert [str(each.text) for each in compared] == ["Hvor?", "Bra?"]
        year = timezone.localdate().year
        assert [str(each) for each in compared[1].columns] == [
            f"This year ({year})",
            "Hva mener du? (2025)",
        ]
        rows = {
            str(row.label): [cell.count for cell in row.cells] for row in compared[1].grids[0].rows
        }
        assert (rows["2"], rows["5"]) == ([14, 14], [10, 10])
        assert [str(each.mean) for each in compared[1].measured] == ["3.2", "3.2"]

    def test_strangers_are_not(self, staff: Client, survey: Survey) -> None:
        tally(survey=survey, by=None)
        other = closed_survey([asking("scale", "Bra?")])
        answered(other, [{0: ["4"]}] * 9)
        tally(survey=other, by=None)
        assert staff.get(page("compare", survey)).context["compared"] == []


class TestFiles:
    def rows(self, answer: Any) -> list[list[str]]:
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";"))

    def test_tables_hold_what_the_page_shows(
        self, staff: Client, survey: Survey, organiser: User
    ) -> None:
        tally(survey=survey, by=None)
        divide(survey=survey, version=dividing(survey)[0], by=organiser)
        rows = self.rows(staff.get(page("export", survey, "?what=tables&as=csv")))
        assert rows[0] == ["Question", "Part", "Group", "Answer", "How many", "Share in %"]
        assert rows[1] == ["Hvor?", "", "", "Kommune", "12", "50"]
        assert ["Bra?", "", "", "Mean", "3.2", ""] in rows
        assert ["Bra?", "", "Kommune", "5", "5", "42"] in rows
        assert AuditEvent.objects.get(action="survey.exported").details == {"what": "tables"}

    def test_hidden_numbers_are_hidden_in_files(self, staff: Client) -> None:
        survey = closed_survey([asking("one")])
        answered(
            survey, [{0: [key_of(survey, 0, "Ja")]}] * 9 + [{0: [key_of(survey, 0, "Nei")]}] * 3
        )
        tally(survey=survey, by=None)
        answer: Any = staff.get(page("export", survey, "?what=tables&as=xlsx"))
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        assert [[cell.value for cell in row][3:5] for row in book.active.rows] == [
            ["Answer", "How many"],
            ["Ja", "hidden"],
            ["Nei", "hidden"],
            ["Not answered", 0],
        ]

    def test_comments_hold_no_formula(self, staff: Client, survey: Survey) -> None:
        tally(survey=survey, by=None)
        rows = self.rows(staff.get(page("export", survey, "?what=comments&as=csv")))
        assert sorted(row[1] for row in rows[1:]) == [f"'=Hemmelig({n})" for n in range(8)]

    @pytest.mark.parametrize("mode", ["anonymous", "confidential", "named"])
    def test_whole_answers_leave_only_with_names_on_them(
        self, staff: Client, client: Client, mode: str
    ) -> None:
        survey = closed_survey([asking("short_text")], mode=mode)
        answered(survey, [{0: ["a"]}] * 5)
        tally(survey=survey, by=None)
        answer = staff.get(page("export", survey, "?what=answers&as=csv"))
        assert answer.status_code == (200 if mode == "named" else 404)
        if mode == "named":
            assert self.rows(answer)[1] == ["", "2026-03-02", "Hva hjalp?", "", "a"]

    def test_the_report_is_a_tagged_pdf(
        self, staff: Client, survey: Survey, organiser: User
    ) -> None:
        tally(survey=survey, by=None)
        divide(survey=survey, version=dividing(survey)[0], by=organiser)
        answer = staff.get(page("export", survey, "?what=tables&as=pdf"))
        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
        assert b"/MarkInfo" in answer.content

    @pytest.mark.parametrize("query", ["", "?what=tables&as=doc", "?what=people&as=csv"])
    def test_other_files_are_not_there(self, staff: Client, survey: Survey, query: str) -> None:
        tally(survey=survey, by=None)
        assert staff.get(page("export", survey, query)).status_code == 404


@pytest.mark.parametrize("name", ["results", "comments", "compare", "export"])
def test_pages_are_for_those_who_run_surveys(name: str, survey: Survey, editor: User) -> None:
    client = Client()
    client.force_login(editor)
    tally(survey=survey, by=None)
    assert client.get(page(name, survey)).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_three(
    count: int, staff: Client, django_assert_num_queries: Any
) -> None:
    survey = closed_survey([asking("one"), *(asking("scale") for _number in range(count))])
    answered(survey, [{0: [key_of(survey, 0, "Ja")], 1: ["3"]}] * 6)
    tally(survey=survey, by=None)
    staff.get(page("results", survey))
    with django_assert_num_queries(18):
        staff.get(page("results", survey))


def test_hostile_words_stay_words(staff: Client) -> None:
    survey = factories.make_survey(
        [
            asking("one", "<b>A</b>", choices=choices("<script>x</script>", "=1+1")),
            asking("matrix"),
        ],
        opens_at=timezone.now() - timedelta(days=9),
        closes_at=timezone.now() - timedelta(days=1),
    )
    answered(survey, [{0: [key_of(survey, 0, "=1+1")]}] * 6)
    tally(survey=survey, by=None)
    content = staff.get(page("results", survey)).content.decode()
    assert ("<script>x" in content, "<b>A</b>" in content) == (False, False)
    assert "&lt;script&gt;x" in content
