"""Answering through the pages: every kind of question, steps, review, and what is written in the end."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from recovery_network.mail.models import Mail
from surveys.actions.opening import open_box
from surveys.models import Draft, Envelope, Response, Signature, Survey
from tests import factories
from tests.factories.surveys import asking, choices
from tests.surveys.answering import (
    hidden,
    in_the_box,
    key_of,
    path_of,
    press,
    questions,
    send,
    told,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def opened(survey: Survey) -> list[tuple[Any, ...]]:
    """Closes the survey and opens its box."""
    now = timezone.now() + timedelta(days=60)
    open_box(survey=survey, now=now)
    return told(survey)


class TestEveryKind:
    def answered(self, client: Client, question: dict[str, Any], *values: Any) -> list[Any]:
        """Five people answer alike, so that the box may be opened; what one of them is written as."""
        survey = factories.make_survey([question])
        (asked,) = questions(survey)
        typed = values[0] if isinstance(values[0], dict) else {asked.name: list(values)}
        for _number in range(5):
            assert send(client, survey, **typed).status_code == 303
        written = opened(survey)
        assert Response.objects.filter(survey=survey).count() == 5
        return sorted(set(written), key=str)

    def test_one_choice(self, client: Client) -> None:
        survey = factories.make_survey([asking("one")])
        (asked,) = questions(survey)
        for _number in range(5):
            send(client, survey, **{asked.name: key_of(asked, "Ja")})
        assert opened(survey) == [("", "Ja", None, None, "", False)] * 5

    def test_several_choices(self, client: Client) -> None:
        survey = factories.make_survey([asking("several", dont_know=True)])
        (asked,) = questions(survey)
        both = [key_of(asked, "Ja"), key_of(asked, "Nei")]
        for values in (both, both, ["dont-know"], both[:1], [both[0], both[0]]):
            send(client, survey, **{asked.name: values})
        assert opened(survey) == sorted(
            [
                *[("", "Ja", None, None, "", False)] * 4,
                *[("", "Nei", None, None, "", False)] * 2,
                ("", "", None, None, "", True),
            ],
            key=str,
        )

    def test_several_choices_and_dont_know_contradict(self, client: Client) -> None:
        survey = factories.make_survey([asking("several", dont_know=True)])
        (asked,) = questions(survey)
        answer = send(client, survey, **{asked.name: [key_of(asked, "Ja"), "dont-know"]})
        assert answer.status_code == 422
        assert "Choose answers, or “don&#x27;t know”, but not both." in answer.content.decode()

    @pytest.mark.parametrize(
        ("kind", "value", "number"), [("scale", "5", 5), ("recommend", "0", 0), ("scale", "1", 1)]
    )
    def test_scales(self, client: Client, kind: str, value: str, number: int) -> None:
        assert self.answered(client, asking(kind), value) == [
            ("", "", Decimal(number), None, "", False)
        ]

    def test_dont_know_on_a_scale_is_no_number(self, client: Client) -> None:
        assert self.answered(client, asking("scale", dont_know=True), "dont-know") == [
            ("", "", None, None, "", True)
        ]

    @pytest.mark.parametrize(("typed", "number"), [("12", "12"), ("2,5", "2.5"), ("-3", "-3")])
    def test_number(self, client: Client, typed: str, number: str) -> None:
        assert self.answered(client, asking("number"), typed) == [
            ("", "", Decimal(number).quantize(Decimal("0.001")), None, "", False)
        ]

    @pytest.mark.parametrize("typed", ["2026-11-25", "25.11.2026"])
    def test_date(self, client: Client, typed: str) -> None:
        assert self.answered(client, asking("date"), typed) == [
            ("", "", None, date(2026, 11, 25), "", False)
        ]

    @pytest.mark.parametrize("kind", ["short_text", "long_text"])
    def test_text(self, client: Client, kind: str) -> None:
        assert self.answered(client, asking(kind), "  Å bli sett \r\n<b> ") == [
            ("", "", None, None, "Å bli sett \n<b>", False)
        ]

    def test_table_of_choices(self, client: Client) -> None:
        survey = factories.make_survey([asking("matrix")])
        (asked,) = questions(survey)
        form, content = (asked.row_name(row) for row in asked.rows)
        for _number in range(5):
            send(client, survey, **{form: key_of(asked, "Ja"), content: key_of(asked, "Nei")})
        assert opened(survey) == [
            *[("Form", "Ja", None, None, "", False)] * 5,
            *[("Innhold", "Nei", None, None, "", False)] * 5,
        ]


REFUSED = [
    ("one", "tull", "Choose one of the answers in the list."),
    ("one", "dont-know", "Choose one of the answers in the list."),
    ("several", "tull", "Choose one of the answers in the list."),
    ("scale", "6", "Choose one of the answers in the list."),
    ("scale", "2.5", "Choose one of the answers in the list."),
    ("recommend", "-1", "Choose one of the answers in the list."),
    ("number", "mange", "Write a number, for instance 12 or 2,5."),
    ("number", "NaN", "Write a number, for instance 12 or 2,5."),
    ("number", "١٢", "Write a number, for instance 12 or 2,5."),
    ("number", "1234567890", "The number has too many digits."),
    ("date", "31.02.2026", "Write a date, for instance 25.11.2026."),
    ("short_text", "a" * 203, "The text is 3 characters too long."),
    ("long_text", "a\x00b", "Take out the invisible or special control characters."),
    ("long_text", "a\u202eb", "Take out the invisible or special control characters."),
]


@pytest.mark.parametrize(("kind", "value", "sentence"), REFUSED)
def test_what_is_no_answer_is_told_and_stays_typed(
    client: Client, kind: str, value: str, sentence: str
) -> None:
    survey = factories.make_survey([asking(kind), asking("short_text")])
    asked, other = questions(survey)
    answer = send(client, survey, **{asked.name: value, other.name: "står igjen"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(sentence) == 2  # in the summary and at the question
    assert 'value="står igjen"' in page
    assert Envelope.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "sentence", "control"),
    [
        ("one", "Choose an answer.", "{name}_0"),
        ("several", "Choose at least one answer.", "{name}_0"),
        ("scale", "Choose an answer.", "{name}_0"),
        ("recommend", "Choose an answer.", "{name}_0"),
        ("number", "Write an answer.", "{name}"),
        ("date", "Write an answer.", "{name}"),
        ("long_text", "Write an answer.", "{name}"),
    ],
)
def test_what_must_be_answered_is_linked_from_the_summary(
    client: Client, kind: str, sentence: str, control: str
) -> None:
    survey = factories.make_survey([asking(kind, required=True)])
    (asked,) = questions(survey)
    page = send(client, survey).content.decode()
    target = control.format(name=asked.name)
    assert f'<a href="#{target}">Question 1 – {sentence}</a>' in page
    assert f'id="{target}"' in page
    assert "<title>Error: Hva mener du?</title>" in page


def test_a_table_that_must_be_answered_wants_every_row(client: Client) -> None:
    survey = factories.make_survey([asking("matrix", required=True)])
    (asked,) = questions(survey)
    first, _second = (asked.row_name(row) for row in asked.rows)
    page = send(client, survey, **{first: key_of(asked, "Ja")}).content.decode()
    assert f'<a href="#{first}_0">Question 1 – Choose an answer in each row.</a>' in page


def test_a_sheet_with_nothing_on_it_is_not_sent(client: Client) -> None:
    survey = factories.make_survey()
    answer = send(client, survey)
    assert answer.status_code == 422
    assert "You haven&#x27;t answered any question yet." in answer.content.decode()


class TestConditions:
    @pytest.fixture
    def survey(self, db: None) -> Survey:
        came = asking("one", "Kom du?", id="kom", choices=choices("Ja", "Nei"))
        condition = [{"question": "kom", "choice": "ja"}]
        liked = asking("short_text", "Hva likte du?", required=True, show_if=condition)
        return factories.make_survey([came], [liked], [asking("short_text", "Annet?")])

    def test_on_one_page_the_condition_is_told_in_words(
        self, client: Client, survey: Survey
    ) -> None:
        page = client.get(path_of(survey)).content.decode()
        assert page.count("Only if you answered “Ja” to question 1.") == 1

    def test_what_does_not_apply_is_neither_demanded_nor_written(
        self, client: Client, survey: Survey
    ) -> None:
        came, liked, other = questions(survey)
        typed = {came.name: key_of(came, "Nei"), liked.name: "Kaffen", other.name: "Nei"}
        assert send(client, survey, **typed).status_code == 303
        (answers,) = in_the_box(survey)
        assert "Kaffen" not in answers
        assert len(answers) == 2

    def test_what_applies_is_demanded(self, client: Client, survey: Survey) -> None:
        came, _liked, _other = questions(survey)
        answer = send(client, survey, **{came.name: key_of(came, "Ja")})
        assert answer.status_code == 422
        assert "Question 2 – Write an answer." in answer.content.decode()

    def test_section_by_section_what_does_not_apply_is_passed_over(
        self, client: Client, survey: Survey
    ) -> None:
        Survey.objects.update(layout=Survey.Layout.SECTIONS, revision=9)
        came, liked, other = questions(survey)
        path = path_of(survey)
        first = client.get(path)
        assert "Part 1 of 3. You have answered 0 of 3." in first.content.decode()
        third = press(client, path, first, "next", **{came.name: key_of(came, "Nei")})
        assert "Part 3 of 3. You have answered 1 of 3." in third.content.decode()
        back = press(client, path, third, "back", **{other.name: "Takk"})
        assert "Part 1 of 3" in back.content.decode()
        again = press(client, path, back, "next", **{came.name: key_of(came, "Ja")})
        page = again.content.decode()
        assert "Hva likte du?" in page
        assert "Only if" not in page  # it is known already
        assert hidden(again)[other.name] == ["Takk"]  # nothing typed is lost on the way
        last = press(client, path, again, "next", **{liked.name: "Kaffen"})
        review = press(client, path, last, "review", **{other.name: "Takk"})
        assert press(client, path, review, "send").status_code == 303
        (answers,) = in_the_box(survey)
        assert answers[1:] == ["Kaffen", "Takk"]

    def test_a_section_with_a_mistake_stays_until_it_is_mended(
        self, client: Client, survey: Survey
    ) -> None:
        Survey.objects.update(layout=Survey.Layout.SECTIONS, revision=9)
        came, _liked, _other = questions(survey)
        path = path_of(survey)
        second = press(client, path, client.get(path), "next", **{came.name: key_of(came, "Ja")})
        assert press(client, path, second, "next").status_code == 422


class TestReview:
    def test_shows_every_answer_in_words(self, client: Client) -> None:
        survey = factories.make_survey(
            [asking("matrix"), asking("scale", dont_know=True), asking("number"), asking("date")]
            + [asking("several"), asking("long_text")]
        )
        matrix, scale, number, day, several, text = questions(survey)
        path = path_of(survey)
        typed = {
            matrix.row_name(matrix.rows[0]): key_of(matrix, "Nei"),
            scale.name: "dont-know",
            number.name: "2,5",
            day.name: "2026-11-25",
            several.name: [key_of(several, "Ja"), key_of(several, "Nei")],
            text.name: "<script>alert(1)</script>",
        }
        page = press(client, path, client.get(path), "review", **typed).content.decode()
        for words in ("Form: Nei", "Don&#x27;t know", "2.5", "25. november 2026", ">Ja<", ">Nei<"):
            assert words in page
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert Envelope.objects.count() == 0

    def test_leads_back_to_what_is_to_be_changed(self, client: Client) -> None:
        survey = factories.make_survey([asking("short_text")], [asking("short_text")])
        Survey.objects.update(layout=Survey.Layout.SECTIONS, revision=9)
        first, second = questions(survey)
        path = path_of(survey)
        typed = {first.name: "en", second.name: "to"}
        review = press(client, path, client.get(path), "review", **typed)
        changing = press(client, path, review, "step-1")
        assert 'value="to"' in changing.content.decode()
        assert hidden(changing)[first.name] == ["en"]


class TestAnonymous:
    def test_sends_one_answer_and_thanks(self, client: Client) -> None:
        survey = factories.make_survey(thanks={"en": "We read **everything** in May."})
        (asked,) = questions(survey)
        answer = send(client, survey, **{asked.name: "Et hjem"})
        assert (answer.status_code, answer["Location"]) == (303, f"{path_of(survey)}takk/")
        page = client.get(answer["Location"]).content.decode()
        assert "We read <strong>everything</strong> in May." in page
        assert in_the_box(survey) == [["Et hjem"]]

    def test_the_same_page_sent_twice_is_one_answer(self, client: Client) -> None:
        survey = factories.make_survey()
        (asked,) = questions(survey)
        path = path_of(survey)
        review = press(client, path, client.get(path), "review", **{asked.name: "Et hjem"})
        for _number in range(2):
            assert press(client, path, review, "send").status_code == 303
        assert in_the_box(survey) == [["Et hjem"]]

    @pytest.mark.parametrize("page", ["", "tull", "tull:tull", "\x00"])
    def test_without_a_page_of_ours_nothing_is_taken_at_once(
        self, client: Client, page: str
    ) -> None:
        survey = factories.make_survey()
        (asked,) = questions(survey)
        answer = client.post(path_of(survey), {asked.name: "x", "page": page, "go": "send"})
        assert answer.status_code == 422
        assert "press “Send” once more" in answer.content.decode()
        assert Envelope.objects.count() == 0
        assert press(client, path_of(survey), answer, "send").status_code == 303

    def test_a_page_of_another_survey_counts_for_nothing(self, client: Client) -> None:
        survey, other = factories.make_survey(), factories.make_survey()
        (asked,) = questions(survey)
        page = hidden(client.get(path_of(other)))["page"][0]
        answer = client.post(path_of(survey), {asked.name: "x", "page": page, "go": "send"})
        assert answer.status_code == 422

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"Sec-Fetch-Site": "same-origin"}, 303),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "same-site"}, 403),
            ({"Origin": "http://testserver"}, 303),
            ({"Origin": "https://example.org"}, 403),
            ({"Origin": "null"}, 403),
            ({}, 303),
        ],
    )
    def test_only_our_own_pages_may_send(
        self, client: Client, headers: dict[str, str], status: int
    ) -> None:
        survey = factories.make_survey()
        (asked,) = questions(survey)
        typed = {**hidden(client.get(path_of(survey))), asked.name: "x", "go": "send"}
        assert client.post(path_of(survey), typed, headers=headers).status_code == status
        assert Envelope.objects.count() == (status == 303)

    def test_programs_that_fill_in_everything_are_thanked_and_forgotten(
        self, client: Client
    ) -> None:
        survey = factories.make_survey()
        (asked,) = questions(survey)
        typed = {**hidden(client.get(path_of(survey))), asked.name: "x", "website": "http://x"}
        answer = client.post(path_of(survey), {**typed, "go": "send"})
        assert answer["Location"] == f"{path_of(survey)}takk/"
        assert Envelope.objects.count() == 0

    def test_no_cookie_is_set_or_read(self, member: Any) -> None:
        survey = factories.make_survey()
        (asked,) = questions(survey)
        client = Client(enforce_csrf_checks=True)
        answer = send(client, survey, **{asked.name: "Et hjem"})
        assert answer.status_code == 303
        client.get(answer["Location"])
        assert dict(client.cookies) == {}
        assert "Cookie" not in client.get(path_of(survey)).get("Vary", "")

    def test_nothing_is_mailed(self, client: Client) -> None:
        survey = factories.make_survey()
        (asked,) = questions(survey)
        send(client, survey, **{asked.name: "Et hjem"})
        assert (Mail.objects.count(), mail.outbox) == (0, [])


class TestLinks:
    def test_confidential_marks_the_link_and_seals_the_answer(self, client: Client) -> None:
        survey = factories.make_survey(mode="confidential")
        invitation = factories.make_invitation(survey)
        (asked,) = questions(survey)
        answer = send(client, invitation, **{asked.name: "Et hjem"})
        assert (answer.status_code, answer["Location"]) == (303, f"{path_of(invitation)}takk/")
        assert client.get(answer["Location"]).status_code == 200
        invitation.refresh_from_db()
        assert invitation.answered
        assert in_the_box(survey) == [["Et hjem"]]
        assert Response.objects.count() == 0

    def test_named_is_written_and_signed(self, client: Client) -> None:
        survey = factories.make_survey(mode="named")
        invitation = factories.make_invitation(survey)
        (asked,) = questions(survey)
        send(client, invitation, **{asked.name: "Et hjem"})
        signature = Signature.objects.get(invitation=invitation)
        assert told(survey) == [("", "", None, None, "Et hjem", False)]
        assert signature.response.survey == survey
        assert Envelope.objects.count() == 0

    def test_a_used_link_says_so_and_takes_nothing(self, client: Client) -> None:
        survey = factories.make_survey(mode="named")
        invitation = factories.make_invitation(survey)
        (asked,) = questions(survey)
        other_tab = client.get(path_of(invitation))
        send(client, invitation, **{asked.name: "Et hjem"})
        answer = press(client, path_of(invitation), other_tab, "send", **{asked.name: "En til"})
        assert "You have answered already" in answer.content.decode()
        assert told(survey) == [("", "", None, None, "Et hjem", False)]

    def test_what_was_written_so_far_is_there_again(self, client: Client) -> None:
        survey = factories.make_survey(
            [asking("short_text")], [asking("several")], mode="confidential", layout="sections"
        )
        invitation = factories.make_invitation(survey)
        first, second = questions(survey)
        path = path_of(invitation)
        following = press(client, path, client.get(path), "next", **{first.name: "Å bli hørt"})
        press(client, path, following, "save", **{second.name: [key_of(second, "Nei")]})
        again = Client().get(path)  # another device
        page = again.content.decode()
        assert 'value="Å bli hørt"' in page
        assert hidden(again)[second.name] == [key_of(second, "Nei")]
        assert "This is what you had written." in page
        stored = bytes(Draft.objects.get().sealed)
        assert "hørt".encode() not in stored

    def test_it_is_gone_once_the_answer_is_sent(self, client: Client) -> None:
        survey = factories.make_survey(mode="confidential")
        invitation = factories.make_invitation(survey)
        (asked,) = questions(survey)
        send(client, invitation, **{asked.name: "Et hjem"})
        assert Draft.objects.count() == 0

    def test_the_page_of_a_secret_link_is_kept_and_told_nowhere(self, client: Client) -> None:
        invitation = factories.make_invitation(factories.make_survey(mode="named"))
        page = client.get(path_of(invitation))
        assert "no-store" in page["Cache-Control"]
        assert page["Referrer-Policy"] == "strict-origin"
        assert dict(client.cookies) == {}

    @pytest.mark.parametrize("key", ["x", "0" * 32, "a-b"])
    def test_a_broken_link_is_answered_kindly(self, client: Client, key: str) -> None:
        answer = client.get(f"/en/undersokelser/svar/{key}/")
        assert answer.status_code == 404
        assert "We don't know this link" in answer.content.decode()

    def test_the_public_address_asks_for_the_link(self, client: Client) -> None:
        survey = factories.make_survey(mode="confidential")
        answer = client.get(path_of(survey))
        assert "You need your own link" in answer.content.decode()


class TestStates:
    @pytest.mark.parametrize(
        ("opens", "closes", "words"),
        [(1, 2, "This survey is not open yet"), (-2, -1, "This survey is closed")],
    )
    def test_are_told_on_both_roads(
        self, client: Client, opens: int, closes: int, words: str
    ) -> None:
        now = timezone.now()
        dates = {
            "opens_at": now + timedelta(days=opens),
            "closes_at": now + timedelta(days=closes),
        }
        anonymous = factories.make_survey(**dates)
        linked = factories.make_invitation(factories.make_survey(mode="named", **dates))
        for asked in (anonymous, linked):
            answer = client.get(path_of(asked))
            assert (answer.status_code, words in answer.content.decode()) == (200, True)

    def test_a_draft_is_nowhere(self, client: Client) -> None:
        draft = factories.make_survey(opens_at=None, closes_at=None)
        linked = factories.make_invitation(
            factories.make_survey(mode="named", opens_at=None, closes_at=None)
        )
        assert client.get(path_of(draft)).status_code == 404
        assert client.get(path_of(linked)).status_code == 404
        assert client.get("/en/undersokelser/finnes-ikke/").status_code == 404

    def test_an_answer_that_comes_too_late_is_told_so(self, client: Client) -> None:
        survey = factories.make_survey()
        (asked,) = questions(survey)
        page = client.get(path_of(survey))
        assert survey.closes_at
        with time_machine.travel(survey.closes_at + timedelta(seconds=1)):
            answer = press(client, path_of(survey), page, "send", **{asked.name: "x"})
        assert answer.status_code == 409
        assert "so your answer was not sent" in answer.content.decode()
        assert Envelope.objects.count() == 0

    def test_without_questions_it_says_so(self, client: Client) -> None:
        survey = factories.make_survey([])
        assert "There are no questions yet" in client.get(path_of(survey)).content.decode()

    def test_wrong_methods(self, client: Client) -> None:
        survey = factories.make_survey()
        assert client.put(path_of(survey)).status_code == 405
        assert client.post(f"{path_of(survey)}takk/").status_code == 405
        assert client.post("/en/undersokelser/").status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_whatever_their_length(
    client: Client, count: int, django_assert_num_queries: Any
) -> None:
    survey = factories.make_survey([asking("one") for _number in range(count)])
    with django_assert_num_queries(7):  # the survey twice; five for what it asks
        client.get(path_of(survey))
    with django_assert_num_queries(1):  # nothing has changed since
        client.get(path_of(survey))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    client: Client, count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count):
        factories.make_survey()
    with django_assert_num_queries(1):
        page = client.get("/en/undersokelser/").content.decode()
    assert page.count("Hva mener du?") == count


def test_the_list_names_no_survey_that_is_not_for_all(client: Client) -> None:
    factories.make_survey(mode="confidential", title={"en": "Secret"})
    factories.make_survey(opens_at=None, closes_at=None, title={"en": "Draft"})
    page = client.get("/en/undersokelser/").content.decode()
    assert ("Secret" in page, "Draft" in page) == (False, False)


def test_rubbish_is_answered_and_never_an_error(client: Client) -> None:
    survey = factories.make_survey([asking("one"), asking("matrix"), asking("date")])
    one, matrix, day = questions(survey)
    rubbish = ["\x00", "💥" * 300, "-1", "9" * 400, "../..", "=1+1", "\u202e", "v", "dont-know"]
    for value in rubbish:
        for name in (one.name, matrix.row_name(matrix.rows[0]), day.name, "step", "go", "page"):
            answer = client.post(path_of(survey), {name: value})
            assert answer.status_code < 500, (name, value)
