"""The organisers' side: from nothing to an open evaluation, by the pages alone."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from conferences.models import Conference
from network.models import User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from surveys.models import Envelope, Invitation, Question, Response, Survey
from surveys.queries import read_questionnaire
from tests import factories
from tests.factories.surveys import asking
from tests.surveys.answering import hidden, key_of, press, questions, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def staff(organiser: User) -> Client:
    client = Client()
    client.force_login(organiser)
    return client


def page(name: str, survey: Survey | None = None, query: str = "") -> str:
    address = reverse(f"admin:surveys_survey_{name}", args=[survey.pk] if survey else [])
    return address + query


def add(staff: Client, **fields: str) -> Any:
    values = {"mode": "anonymous", "audience": "everyone", "days_open": "14", "remind_days": "4"}
    return staff.post(page("add"), {**values, **fields})


def rows(prefix: str, *labels: str, **more: str) -> dict[str, str]:
    """The table of choices as a browser sends it."""
    told = {f"{prefix}-TOTAL_FORMS": str(len(labels)), f"{prefix}-INITIAL_FORMS": "0"}
    for number, label in enumerate(labels):
        told |= {f"{prefix}-{number}-label_nb": label, f"{prefix}-{number}-ORDER": ""}
    return told | more


class TestMaking:
    def test_an_evaluation_in_one_form(self, staff: Client, conference: Conference) -> None:
        answer = add(
            staff,
            start="library:conference",
            audience="attended",
            conference=str(conference.pk),
            opens_after_conference="on",
        )
        survey = Survey.objects.get()
        assert answer["Location"] == page("questions", survey)
        assert survey.slug == "evaluation-of-the-conference"
        assert survey.title["nn"] == "Evaluering av konferansen"
        assert survey.state() == Survey.State.COMING
        assert len(read_questionnaire(survey).questions) == 9

    def test_a_copy_of_an_earlier_one_has_its_questions_and_none_of_its_answers(
        self, staff: Client, client: Client
    ) -> None:
        first = factories.make_survey([asking("short_text", "Hva da?")])
        (asked,) = questions(first)
        send(client, first, **{asked.name: "Et hjem"})
        add(staff, start=f"survey:{first.pk}", title_nb="En til", slug="en-til")
        copy = Survey.objects.get(slug="en-til")
        assert copy.title == {"nb": "En til"}
        assert [each.text.text for each in read_questionnaire(copy).questions] == ["Hva da?"]
        assert (copy.envelopes.count(), copy.state()) == (0, Survey.State.DRAFT)

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({}, "Write the title in at least one language."),
            ({"title_nb": "x", "mode": "named"}, "A survey that everyone may answer is anonymous"),
            ({"title_nb": "x", "audience": "attended"}, "Choose the conference it belongs to."),
            ({"title_nb": "x", "slug": "svar"}, "This address is used by the site itself."),
            ({"title_nb": "x", "start": "library:nope"}, "Select a valid choice."),
            ({"title_nb": "a\u202eb"}, "Take out the invisible"),
            (
                {"title_nb": "x", "opens_at": "2026-03-02T10:00", "closes_at": "2026-03-02T09:00"},
                "It must close after it opens.",
            ),
        ],
    )
    def test_what_is_wrong_is_told(
        self, staff: Client, fields: dict[str, str], sentence: str
    ) -> None:
        answer = add(staff, **fields)
        assert answer.status_code == 200
        assert sentence in answer.content.decode()
        assert Survey.objects.count() == 0

    def test_what_was_promised_is_kept(self, staff: Client) -> None:
        survey = factories.make_survey(mode="confidential")
        factories.make_invitation(survey)
        shown = staff.get(page("change", survey)).content.decode()
        assert 'name="mode"' not in shown
        values = {"title_nb": "Nytt", "mode": "named", "audience": "listed", "layout": "one_page"}
        values |= {"days_open": "14", "remind_days": "4", "least": "7"}
        assert staff.post(page("change", survey), values).status_code == 302
        survey.refresh_from_db()
        assert (survey.mode, survey.title, survey.least) == ("confidential", {"nb": "Nytt"}, 7)

    def test_fewer_than_five_are_never_shown(self, staff: Client) -> None:
        survey = factories.make_survey()
        values = {"title_nb": "x", "mode": "anonymous", "audience": "everyone"}
        values |= {"layout": "one_page", "days_open": "14", "remind_days": "4", "least": "4"}
        answer = staff.post(page("change", survey), values)
        assert "greater than or equal to 5" in answer.content.decode()


class TestQuestions:
    @pytest.fixture
    def survey(self) -> Survey:
        return factories.make_survey([asking("one", "A"), asking("short_text", "B")])

    def new(self, survey: Survey, kind: str) -> str:
        section = survey.sections.all()[0]
        return page("question", survey, f"?section={section.pk}&kind={kind}")

    @pytest.mark.parametrize(
        ("kind", "fields"),
        [
            ("one", rows("choice", "Ja", "", "Nei")),
            ("several", {**rows("choice", "Ja", "Nei"), "dont_know": "on"}),
            ("matrix", {**rows("choice", "Ja", "Nei"), **rows("row", "Form")}),
            ("scale", {"low": "1", "high": "7", "low_label_nb": "Lite", "high_label_nb": "Mye"}),
            ("recommend", {"low_label_nb": "Nei", "required": "on"}),
            ("number", {"low": "", "high": "10"}),
            ("date", {}),
            ("short_text", {"help_nb": "Ett ord."}),
            ("long_text", {}),
        ],
    )
    def test_of_every_kind_are_added(
        self, staff: Client, survey: Survey, kind: str, fields: dict[str, str]
    ) -> None:
        assert staff.get(self.new(survey, kind)).status_code == 200
        answer = staff.post(self.new(survey, kind), {"text_nb": "Ny?", **fields})
        assert answer.status_code == 302, answer.content.decode()
        asked = read_questionnaire(survey).questions[-1]
        assert (asked.kind, asked.text.text) == (kind, "Ny?")
        if "choice-TOTAL_FORMS" in fields:
            assert [choice.label.text for choice in asked.choices] == ["Ja", "Nei"]
        if kind == "scale":
            assert (asked.steps, asked.high_label.text) == ([1, 2, 3, 4, 5, 6, 7], "Mye")

    @pytest.mark.parametrize(
        ("kind", "fields", "sentence"),
        [
            ("date", {"text_nb": ""}, "Write the question in at least one language."),
            ("one", rows("choice", "Ja"), "Give at least two choices."),
            ("matrix", {**rows("choice", "Ja", "Nei"), **rows("row")}, "Give at least one row."),
            ("scale", {"low": "5", "high": "1"}, "A scale goes from 0"),
            ("scale", {"low": "1", "high": "99"}, "A scale goes from 0"),
            ("number", {"low": "9", "high": "1"}, "The highest must be above"),
            ("number", {"low": "-99999999", "high": ""}, "too many digits"),
        ],
    )
    def test_what_is_wrong_is_told_and_stays_typed(
        self, staff: Client, survey: Survey, kind: str, fields: dict[str, str], sentence: str
    ) -> None:
        answer = staff.post(self.new(survey, kind), {"text_nb": "Ny?", **fields})
        assert sentence in answer.content.decode()
        assert Question.objects.count() == 2

    def test_choices_are_put_in_order_by_their_numbers(self, staff: Client, survey: Survey) -> None:
        order = {"choice-0-ORDER": "2", "choice-1-ORDER": "1"}
        fields = rows("choice", "To", "En", **order)
        staff.post(self.new(survey, "one"), {"text_nb": "Ny?", **fields})
        asked = read_questionnaire(survey).questions[-1]
        assert [choice.label.text for choice in asked.choices] == ["En", "To"]

    def test_a_condition_is_chosen_among_what_comes_before(
        self, staff: Client, survey: Survey
    ) -> None:
        second = Question.objects.get(versions__text__nb="B")
        address = page("question", survey, f"?question={second.pk}")
        shown = staff.get(address).content.decode()
        assert "A: Ja" in shown
        yes = questions(survey)[0].choices[0]
        staff.post(address, {"text_nb": "B", "show_if": [str(yes.pk)]})
        assert read_questionnaire(survey).questions[1].condition == (
            "Only if you answered “Ja” to question 1."
        )
        first = Question.objects.get(versions__text__nb="A")
        before = staff.get(page("question", survey, f"?question={first.pk}")).content.decode()
        assert 'name="show_if"' not in before

    def test_buttons_move_copy_and_remove(self, staff: Client, survey: Survey) -> None:
        first, second = (str(each.pk) for each in Question.objects.order_by("position"))
        section = survey.sections.get()

        def texts() -> list[str]:
            return [asked.text.text for asked in read_questionnaire(survey).questions]

        for do, expected in (
            (f"down:question:{first}", ["B", "A"]),
            (f"up:question:{first}", ["A", "B"]),
            (f"copy:question:{second}", ["A", "B", "B"]),
            (f"remove:question:{first}", ["B", "B"]),
            (f"copy:section:{section.pk}", ["B", "B", "B", "B"]),
            (f"down:section:{section.pk}", ["B", "B", "B", "B"]),
            (f"remove:section:{section.pk}", ["B", "B", "B", "B"]),
        ):
            assert staff.post(page("questions", survey), {"do": do}).status_code == 302
            assert texts() == expected, do

    @pytest.mark.parametrize(
        "do", ["", "x", "up:question:0", "up:question:x", "x:section:1", "up:question:" + "9" * 30]
    )
    def test_foreign_buttons_are_not_found(self, staff: Client, survey: Survey, do: str) -> None:
        factories.make_survey()
        assert staff.post(page("questions", survey), {"do": do}).status_code == 404

    def test_questions_of_another_survey_are_not_found(self, staff: Client, survey: Survey) -> None:
        other = factories.make_survey()
        question = Question.objects.get(section__survey=other)
        assert staff.get(page("question", survey, f"?question={question.pk}")).status_code == 404
        do = f"remove:question:{question.pk}"
        assert staff.post(page("questions", survey), {"do": do}).status_code == 404
        assert Question.objects.filter(pk=question.pk).exists()

    def test_a_file_goes_out_and_comes_in(self, staff: Client, survey: Survey) -> None:
        content = staff.get(page("file", survey)).content
        assert json.loads(content)["sections"][0]["questions"][0]["text"]["nb"] == "A"
        other = factories.make_survey([])
        upload = SimpleUploadedFile("a.json", content, content_type="application/json")
        staff.post(page("questions", other), {"do": "import", "file": upload})
        assert [each.text.text for each in read_questionnaire(other).questions] == ["A", "B"]

    @pytest.mark.parametrize("content", [b"tull", b"{}", b"\x89PNG"])
    def test_a_broken_file_is_told_of(self, staff: Client, survey: Survey, content: bytes) -> None:
        upload = SimpleUploadedFile("a.json", content)
        answer = staff.post(page("questions", survey), {"do": "import", "file": upload})
        assert answer.status_code == 200
        assert "The file is not a questionnaire" in answer.content.decode()

    def test_what_lacks_a_language_is_listed(self, staff: Client) -> None:
        survey = factories.make_survey(
            [asking("one", text={"nb": "Hva?", "nn": "Kva?", "da": "Hvad?"})]
        )
        shown = staff.get(page("questions", survey))
        assert shown.context["gaps"] == ["Question 1, question: English"]

    def test_hostile_text_stays_text(self, staff: Client) -> None:
        survey = factories.make_survey([asking("short_text", "<script>alert(1)</script>")])
        question = Question.objects.get()
        for address in (
            page("questions", survey),
            page("question", survey, f"?question={question.pk}"),
            page("preview", survey),
        ):
            assert "<script>alert" not in staff.get(address).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_builder_costs_the_same_for_one_and_three(
    staff: Client, count: int, django_assert_num_queries: Any
) -> None:
    survey = factories.make_survey([asking("one") for _number in range(count)])
    staff.get(page("questions", survey))
    with django_assert_num_queries(27):
        staff.get(page("questions", survey))


class TestPreview:
    def test_shows_the_real_pages_in_each_language_and_sends_nothing(self, staff: Client) -> None:
        survey = factories.make_survey(
            [asking("short_text", text={"nb": "Hva?", "nn": "Kva?"})], opens_at=None, closes_at=None
        )
        (asked,) = questions(survey)
        path = page("preview", survey).replace("/en/", "/nn/")
        shown = staff.get(path)
        assert "Kva?" in shown.content.decode()
        review = press(staff, path, shown, "review", **{asked.name: "Et hjem"})
        assert "Et hjem" in review.content.decode()
        sent = press(staff, path, review, "send")
        assert sent["Location"].endswith(f"/admin/surveys/survey/{survey.pk}/questions/")
        assert (Envelope.objects.count(), Response.objects.count()) == (0, 0)
        assert "csrfmiddlewaretoken" in hidden(shown)


class TestPeople:
    def test_a_list_is_pasted_and_counted(self, staff: Client) -> None:
        survey = factories.make_survey(mode="confidential")
        listed = {"do": "invite", "emails": "a@example.no, b@example.no", "language": "nb"}
        answer = staff.post(page("people", survey), listed, follow=True)
        assert "2 addresses are new on the list." in answer.content.decode()
        assert Invitation.objects.count() == 2

    @pytest.mark.parametrize(
        ("emails", "sentence"),
        [("hei", "There is no e-mail address in it."), ("a@", "These are no e-mail addresses: a@")],
    )
    def test_what_is_no_list_stays_typed(self, staff: Client, emails: str, sentence: str) -> None:
        survey = factories.make_survey(mode="confidential")
        answer = staff.post(
            page("people", survey), {"do": "invite", "emails": emails, "language": "nb"}
        )
        assert sentence in answer.content.decode()
        assert f"{emails}</textarea>" in answer.content.decode()

    def test_nobody_sees_who_has_answered(self, staff: Client, client: Client) -> None:
        survey = factories.make_survey(mode="confidential")
        invitation = factories.make_invitation(survey, email="mona@example.no")
        (asked,) = questions(survey)
        send(client, invitation, **{asked.name: "Et hjem"})
        shown = staff.get(page("people", survey)).content.decode()
        assert ("mona@example.no" in shown, "Et hjem" in shown) == (False, False)
        assert staff.get(page("people", survey)).context["answered"] == 1

    def test_reminding_opening_and_closing(self, staff: Client) -> None:
        survey = factories.make_survey(mode="confidential", opens_at=None, closes_at=None)
        factories.make_invitation(survey)
        for do, words in (
            ("remind", "Only an open survey can remind people."),
            ("open", "The survey is open."),
            ("open", "It is open or closed already."),
            ("remind", "0 reminders are on their way."),
            ("close", "The survey is closed."),
        ):
            answer = staff.post(page("people", survey), {"do": do}, follow=True)
            assert words in answer.content.decode()
        assert Mail.objects.count() == 0
        assert staff.post(page("people", survey), {"do": "x"}).status_code == 404

    def test_an_empty_survey_is_not_opened(self, staff: Client) -> None:
        survey = factories.make_survey([], opens_at=None, closes_at=None)
        answer = staff.post(page("people", survey), {"do": "open"}, follow=True)
        assert "It has no questions yet." in answer.content.decode()


def test_every_change_is_in_the_audit_log_without_words(staff: Client) -> None:
    survey = factories.make_survey([asking("one", "Hemmelig?")])
    question = Question.objects.get()
    staff.post(page("questions", survey), {"do": f"copy:question:{question.pk}"})
    events = AuditEvent.objects.filter(action__startswith="survey.")
    assert {event.action for event in events} == {"survey.questions_added", "survey.question_added"}
    assert not any("Hemmelig" in json.dumps(event.details) for event in events)


def test_whole_evaluation_from_the_admin_to_the_box(staff: Client, client: Client) -> None:
    add(staff, start="library:workshop", slug="kort")
    survey = Survey.objects.get()
    staff.post(page("people", survey), {"do": "open"})
    survey.refresh_from_db()
    whole, _said, length, *_others = questions(survey)
    values = {whole.name: "4", length.name: key_of(length, "Right")}
    assert send(client, survey, **values).status_code == 303
    assert Envelope.objects.filter(survey=survey).count() == 1
