"""Changing questionnaires: what has been answered keeps its meaning, and conditions stay possible."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.utils.translation import override

from network.models import User
from surveys import files
from surveys.actions import building
from surveys.actions.building import newest, plan_of, plan_of_question
from surveys.admin.questions import gaps
from surveys.errors import SurveyError
from surveys.library import LIBRARY
from surveys.models import Envelope, Question, QuestionVersion, Response, Survey
from surveys.queries import read_questionnaire
from tests import factories
from tests.factories.surveys import asking, choices, in_all
from tests.surveys.answering import key_of, press, questions, send, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def texts(survey: Survey) -> list[str]:
    return [asked.text.text for asked in read_questionnaire(survey).questions]


def find(text: str) -> Question:
    return Question.objects.select_related("section__survey").get(versions__text__en=text)


def change(question: Question, by: User, **changes: Any) -> bool:
    plan = replace(plan_of_question(question), **changes)
    return building.change_question(
        question=question, plan=plan, conditions=list(question.show_if.all()), by=by
    )


class TestVersions:
    @pytest.fixture
    def survey(self) -> Survey:
        return factories.make_survey([asking("one", "Kom du?")], mode="named")

    def answer(self, client: Any, survey: Survey, label: str) -> None:
        (asked,) = questions(survey)
        send(client, factories.make_invitation(survey), **{asked.name: key_of(asked, label)})

    def test_unanswered_it_is_changed_in_place(self, survey: Survey, organiser: User) -> None:
        question = find("Kom du?")
        assert change(question, organiser, text=in_all("Var du der?")) is False
        assert (texts(survey), newest(question).number) == (["Var du der?"], 1)

    def test_answered_it_becomes_a_new_version(
        self, client: Any, survey: Survey, organiser: User
    ) -> None:
        self.answer(client, survey, "Ja")
        question = find("Kom du?")
        assert change(question, organiser, text=in_all("Ble du hjemme?")) is True
        assert texts(survey) == ["Ble du hjemme?"]
        old, new = question.versions.order_by("number")
        assert (old.text["en"], old.answers.count(), new.answers.count()) == ("Kom du?", 1, 0)
        assert told(survey) == [("", "Ja", None, None, "", False)]

    def test_sealed_answers_count_as_answers(self, client: Any, organiser: User) -> None:
        anonymous = factories.make_survey([asking("one", "Er du med?")])
        (asked,) = questions(anonymous)
        send(client, anonymous, **{asked.name: key_of(asked, "Ja")})
        assert Envelope.objects.count() == 1
        assert change(find("Er du med?"), organiser, text=in_all("Er du uenig?")) is True

    def test_order_and_duty_make_no_version(
        self, client: Any, survey: Survey, organiser: User
    ) -> None:
        self.answer(client, survey, "Ja")
        assert change(find("Kom du?"), organiser, required=True) is False
        assert QuestionVersion.objects.count() == 1

    def test_choices_keep_their_keys_over_versions(
        self, client: Any, survey: Survey, organiser: User
    ) -> None:
        self.answer(client, survey, "Ja")
        question = find("Kom du?")
        yes, _no = plan_of_question(question).options
        other = files.ChoicePlan("new-1", in_all("Kanskje"))
        change(question, organiser, options=(yes, other))
        (asked,) = questions(survey)
        assert [each.label.text for each in asked.choices] == ["Ja", "Kanskje"]
        assert asked.choices[0].key == yes.id

    def test_who_had_the_page_open_is_asked_to_look_again(
        self, client: Any, organiser: User
    ) -> None:
        survey = factories.make_survey([asking("one", "Er du med?")])
        (asked,) = questions(survey)
        path = f"/en/undersokelser/{survey.slug}/"
        page = client.get(path)
        send(client, survey, **{asked.name: key_of(asked, "Ja")})
        change(find("Er du med?"), organiser, text=in_all("Er du uenig?"))
        late = press(client, path, page, "review", **{asked.name: key_of(asked, "Ja")})
        assert late.status_code == 409
        assert "The questions were changed while you wrote." in late.content.decode()
        assert Envelope.objects.count() == 1

    def test_removed_it_is_asked_no_more_but_kept(
        self, client: Any, survey: Survey, organiser: User
    ) -> None:
        self.answer(client, survey, "Ja")
        question = find("Kom du?")
        assert building.remove_question(question=question, by=organiser) is False
        assert (texts(survey), len(told(survey))) == ([], 1)
        building.ask_again(question=question, by=organiser)
        assert texts(survey) == ["Kom du?"]

    def test_unanswered_it_is_gone(self, survey: Survey, organiser: User) -> None:
        assert building.remove_question(question=find("Kom du?"), by=organiser) is True
        assert Question.objects.count() == 0


class TestOrder:
    @pytest.fixture
    def survey(self) -> Survey:
        came = asking("one", "A", id="a", choices=choices("Ja", "Nei"))
        liked = asking("short_text", "B", show_if=[{"question": "a", "choice": "ja"}])
        return factories.make_survey([came, liked], [asking("short_text", "C")])

    def test_moves_within_and_over_the_border_of_a_section(
        self, survey: Survey, organiser: User
    ) -> None:
        building.move_question(question=find("C"), by=organiser, step=-1)
        assert texts(survey) == ["A", "B", "C"]
        assert find("C").section == find("A").section
        building.move_question(question=find("C"), by=organiser, step=-1)
        assert texts(survey) == ["A", "C", "B"]
        building.move_question(question=find("A"), by=organiser, step=-1)  # nowhere to go
        assert texts(survey) == ["A", "C", "B"]

    @pytest.mark.parametrize(("text", "step"), [("A", 1), ("B", -1)])
    def test_what_depends_stays_behind_what_it_depends_on(
        self, survey: Survey, organiser: User, text: str, step: int
    ) -> None:
        with pytest.raises(SurveyError, match="come before it"):
            building.move_question(question=find(text), by=organiser, step=step)
        assert texts(survey) == ["A", "B", "C"]

    def test_so_with_sections(self, survey: Survey, organiser: User) -> None:
        building.move_question(question=find("B"), by=organiser, step=1)
        first = find("A").section
        with pytest.raises(SurveyError, match="come before it"):
            building.move_section(section=first, by=organiser, step=1)

    def test_what_others_depend_on_is_not_removed(self, survey: Survey, organiser: User) -> None:
        with pytest.raises(SurveyError, match="Change that first"):
            building.remove_question(question=find("A"), by=organiser)

    def test_a_section_with_questions_is_not_removed(self, survey: Survey, organiser: User) -> None:
        with pytest.raises(SurveyError, match="Move or remove"):
            building.remove_section(section=find("C").section, by=organiser)
        building.remove_question(question=find("C"), by=organiser)
        building.remove_section(section=survey.sections.all()[1], by=organiser)
        assert survey.sections.count() == 1

    def test_a_copied_question_stands_behind_the_first(
        self, survey: Survey, organiser: User
    ) -> None:
        building.copy_question(question=find("A"), by=organiser)
        assert texts(survey) == ["A", "A", "B", "C"]

    def test_a_copied_section_depends_on_itself(self, survey: Survey, organiser: User) -> None:
        building.copy_section(section=find("A").section, by=organiser)
        assert texts(survey) == ["A", "B", "A", "B", "C"]
        first, second, third, fourth, _last = read_questionnaire(survey).questions
        assert {key for key, _choice in second.show_if} == {first.key}
        assert {key for key, _choice in fourth.show_if} == {third.key}


class TestFiles:
    @pytest.mark.parametrize("name", LIBRARY)
    def test_ready_ones_are_whole_in_four_languages(self, name: str) -> None:
        plan = LIBRARY[name].plan()
        for language in ("nb", "nn", "da", "en"):
            with override(language):
                assert plan.title[language]
        survey = Survey.objects.create(
            slug=name, title=plan.title, introduction=plan.introduction, thanks=plan.thanks
        )
        building.put_in(survey=survey, plan=plan, by=None)
        assert gaps(survey) == []

    def test_a_questionnaire_comes_back_as_it_was_taken_out(self) -> None:
        plan = LIBRARY["conference"].plan()
        survey = factories.make_survey([], slug="ut")
        building.put_in(survey=survey, plan=plan, by=None)
        survey.sections.all()[0].delete()  # the factory's own empty one
        taken_out = files.from_bytes(files.to_bytes(plan_of(survey)))
        other = Survey.objects.create(slug="inn", title=in_all("Inn"))
        building.put_in(survey=other, plan=taken_out, by=None)

        def shape(found: Survey) -> list[Any]:
            return [
                (asked.text, asked.kind, asked.required, asked.dont_know, asked.condition)
                + ([each.label for each in asked.choices], [each.label for each in asked.rows])
                for asked in read_questionnaire(found).questions
            ]

        assert shape(other) == shape(survey)
        assert len(shape(other)) == 9

    @pytest.mark.parametrize(
        ("break_it", "sentence"),
        [
            (lambda data: data.update(format="other"), "not a questionnaire of this site"),
            (lambda data: data.update(version=2), "version that this site doesn't know"),
            (lambda data: data.update(title={}), "title: The text is missing."),
            (lambda data: data.update(title="x"), "title: Write the text for each language"),
            (lambda data: data.update(title={"fr": "x"}), "Write the text for each language"),
            (lambda data: data.update(title={"nb": "x" * 5000}), "at most 4000 characters"),
            (lambda data: data.update(title={"nb": "a\u202eb"}), "invisible or special"),
            (lambda data: data.update(layout="spiral"), "no such layout"),
            (lambda data: data.update(sections={}), "sections: This should be a list"),
            (lambda data: data.update(sections=[{}] * 31), "a list of at most 30"),
            (lambda data: data.update(sections=["x"]), "sections 1: This should be a section."),
        ],
    )
    def test_a_broken_file_says_where(self, break_it: Any, sentence: str) -> None:
        data = {"format": files.FORMAT, "version": 1, "title": {"nb": "x"}, "sections": []}
        break_it(data)
        with pytest.raises(SurveyError, match=sentence):
            files.from_bytes(json.dumps(data).encode())

    @pytest.mark.parametrize(
        ("question", "sentence"),
        [
            ("x", "sections 1, questions 1: This should be a question."),
            ({"kind": "riddle"}, "no such kind"),
            ({"kind": ["one"]}, "no such kind"),
            ({"kind": "one", "choices": []}, "Give at least two choices."),
            ({"kind": "date", "choices": choices("A", "B")}, "has no choices"),
            ({"kind": "one", "choices": choices("A", "A")}, "Two choices have the same id."),
            ({"kind": "one", "choices": ["a", "b"]}, "choices: This should be a choice."),
            ({"kind": "matrix", "choices": choices("A", "B")}, "A table of choices has rows"),
            ({"kind": "scale", "low": 1, "high": 11}, "up to 10 at most"),
            ({"kind": "scale", "low": 3, "high": 2}, "up to 10 at most"),
            ({"kind": "number", "low": 3, "high": 2}, "must be above the lowest"),
            ({"kind": "number", "low": 1e3}, "low should be a whole number"),
            ({"kind": "number", "low": 10**30}, "low should be a whole number"),
            ({"kind": "date", "required": "yes"}, "required should be true or false"),
            ({"kind": "date", "id": ""}, "An id is a short text."),
            ({"kind": "date", "show_if": [{"question": "z", "choice": "y"}]}, "stand before it"),
            ({"kind": "date", "show_if": ["z"]}, "names a question and a choice"),
        ],
    )
    def test_a_broken_question_says_where(self, question: Any, sentence: str) -> None:
        if isinstance(question, dict):
            question = {"id": "q", "text": {"nb": "x"}, **question}
        data = {
            "format": files.FORMAT,
            "version": 1,
            "title": {"nb": "x"},
            "sections": [{"questions": [question]}],
        }
        with pytest.raises(SurveyError, match=sentence):
            files.from_bytes(json.dumps(data).encode())

    @pytest.mark.parametrize(
        "content",
        [b"", b"\xff\xfe", b"[" * 100_000, b"NaN", b'{"format": NaN}', b"[]", b"null", b"1"]
        + [b" " * 600_000],
    )
    def test_what_is_no_json_is_refused(self, content: bytes) -> None:
        with pytest.raises(SurveyError):
            files.from_bytes(content)


def test_nothing_is_written_where_a_part_is_refused(organiser: User) -> None:
    survey = factories.make_survey([asking("short_text", "A")])
    before = survey.revision
    with pytest.raises(SurveyError):
        building.open_now(survey=survey, by=organiser)
    survey.refresh_from_db()
    assert survey.revision == before


def test_closing_is_now_and_answers_stay(client: Any, organiser: User) -> None:
    survey = factories.make_survey()
    (asked,) = questions(survey)
    send(client, survey, **{asked.name: "x"})
    building.close(survey=survey, by=organiser)
    survey.refresh_from_db()
    assert survey.state() == Survey.State.CLOSED
    assert (Envelope.objects.count(), Response.objects.count()) == (1, 0)
    with pytest.raises(SurveyError):
        building.close(survey=survey, by=organiser)
