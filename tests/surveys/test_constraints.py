"""Every rule of the database about surveys, broken once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from surveys.models import (
    Answer,
    Invitation,
    Option,
    OptOut,
    QuestionVersion,
    Response,
    Survey,
    Tally,
    TallyCell,
    Theme,
)
from tests import factories
from tests.factories.surveys import asking

pytestmark = pytest.mark.django_db


def breaks(name: str, write: Any) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert name in str(error.value) or "UNIQUE constraint failed" in str(error.value)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("survey_mode_known", {"mode": "secret"}),
        ("survey_open_to_all_is_anonymous", {"mode": "named", "audience": "everyone"}),
        ("survey_after_conference_has_one", {"opens_after_conference": True}),
        ("survey_after_conference_has_one", {"audience": "attended"}),
        ("survey_after_conference_has_one", {"audience": "registered"}),
        ("survey_closes_after_opening", {"closes_at": timezone.now() - timedelta(days=9)}),
        ("survey_shows_no_fewer_than_five", {"least": 4}),
        ("survey_open_for_a_day", {"days_open": 0}),
    ],
)
def test_survey(name: str, fields: dict[str, Any]) -> None:
    survey = factories.make_survey()
    breaks(name, lambda: Survey.objects.filter(pk=survey.pk).update(**fields))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("question_kind_known", {"kind": "riddle"}),
        ("question_scale_has_ends", {"kind": "scale"}),
        ("question_highest_above_lowest", {"low": 5, "high": 5}),
        ("question_recommendation_from_0_to_10", {"kind": "recommend", "low": 1, "high": 10}),
    ],
)
def test_question(name: str, fields: dict[str, Any]) -> None:
    factories.make_survey()
    breaks(name, lambda: QuestionVersion.objects.update(**fields))


def test_question_version_and_option_once() -> None:
    factories.make_survey([asking("one")])
    version, option = QuestionVersion.objects.get(), Option.objects.all()[0]
    breaks(
        "question_version_number_once",
        lambda: QuestionVersion.objects.create(
            question=version.question, number=1, kind="date", text={"nb": "x"}
        ),
    )
    breaks(
        "option_key_once_per_version",
        lambda: Option.objects.create(version=version, key=option.key, label={"nb": "x"}),
    )
    breaks("option_role_known", lambda: Option.objects.update(role="column"))


class TestAnswers:
    @pytest.fixture
    def blank(self) -> dict[str, Any]:
        survey = factories.make_survey([asking("matrix")])
        response = Response.objects.create(survey=survey, day=date(2026, 3, 2))
        return {"response": response, "version": QuestionVersion.objects.get()}

    @pytest.mark.parametrize(
        "values",
        [
            {},
            {"number": Decimal(1), "text": "a"},
            {"number": Decimal(1), "dont_know": True},
            {"date": date(2026, 3, 2), "text": "a"},
        ],
    )
    def test_say_one_thing(self, blank: dict[str, Any], values: dict[str, Any]) -> None:
        breaks("answer_says_one_thing", lambda: Answer.objects.create(**blank, **values))

    def test_a_row_has_a_choice(self, blank: dict[str, Any]) -> None:
        row = Option.objects.filter(role="row")[0]
        breaks(
            "answer_row_has_a_choice",
            lambda: Answer.objects.create(**blank, row=row, number=Decimal(1)),
        )

    def test_are_given_once(self, blank: dict[str, Any]) -> None:
        row, choice = Option.objects.filter(role="row")[0], Option.objects.filter(role="choice")[0]
        for name, values in (
            ("answer_choice_once", {"option": choice}),
            ("answer_row_once", {"row": row, "option": choice}),
            ("answer_value_once", {"text": "a"}),
        ):
            Answer.objects.create(**blank, **values)
            breaks(name, lambda values=values: Answer.objects.create(**blank, **values))


def test_one_invitation_for_an_address_whatever_its_case() -> None:
    survey = factories.make_survey(mode="named")
    factories.make_invitation(survey, email="mona@example.no")
    breaks(
        "invitation_address_once",
        lambda: factories.make_invitation(survey, email="Mona@Example.no"),
    )


def test_keys_are_unique() -> None:
    survey = factories.make_survey(mode="named")
    first = factories.make_invitation(survey)
    breaks("key", lambda: factories.make_invitation(survey, key=first.key))
    breaks("opt_out_key", lambda: factories.make_invitation(survey, opt_out_key=first.opt_out_key))
    OptOut.objects.create(address_hash="a")
    breaks("address_hash", lambda: OptOut.objects.create(address_hash="a"))
    assert Invitation.objects.count() == 1


def test_a_survey_is_not_deleted_with_its_answers() -> None:
    survey = factories.make_survey()
    Response.objects.create(survey=survey, day=date(2026, 3, 2))
    with pytest.raises(ProtectedError):
        survey.delete()


def test_counts_and_themes() -> None:
    survey = factories.make_survey()
    version = QuestionVersion.objects.get()
    day = date(2026, 3, 2)
    tally = Tally.objects.create(survey=survey, until=day, total=5)
    breaks("tally_day_once", lambda: Tally.objects.create(survey=survey, until=day, total=5))
    breaks("tally_of_five_or_more", lambda: Tally.objects.update(total=4))
    TallyCell.objects.create(tally=tally, version=version, count=1)
    breaks("tally_cell_counts_someone", lambda: TallyCell.objects.update(count=0))
    theme = Theme.objects.create(question=version.question, name="Bolig")
    breaks(
        "theme_once_per_question",
        lambda: Theme.objects.create(question=theme.question, name="Bolig"),
    )
    breaks("theme_has_a_name", lambda: Theme.objects.update(name=""))
