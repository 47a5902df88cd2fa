import uuid
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import override

from conferences.models import Conference
from network.models import Organisation
from registrations import needs
from registrations.actions.applying import NeedReport, NewOrganisation
from registrations.errors import RegistrationError
from registrations.forms.fields import ChosenLater
from registrations.forms.people import WAIT
from registrations.forms.registering import RegistrationForm, new_submission
from registrations.models import Tier
from registrations.queries import places
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def overflowing(employee_tier: Tier, conference: Conference) -> Tier:
    """Five free places, and a paid one for whoever comes after them."""
    return factories.make_free_tier(
        conference, beyond_limit=Tier.BeyondLimit.OTHER_TIER, overflow_tier=employee_tier
    )


def form_for(conference: Conference, **changes: Any) -> RegistrationForm:
    now = timezone.now()
    rows = [row for row in places(conference).tiers if row.tier.is_open(now)]
    data = QueryDict(mutable=True)
    answers = {
        "submission": new_submission(conference.slug),
        "name": "Åse Dahl",
        "email": "ase@example.no",
        "organisation": "Hå kommune",
        "tier": "ansatt",
        "terms": "on",
        **changes,
    }
    for name, value in answers.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    kinds = needs.offered_at(conference)
    return RegistrationForm(data, conference=conference, rows=rows, kinds=kinds)


def wrong(form: RegistrationForm) -> set[str]:
    return {*form.errors, *(name for person in form.people for name in person.errors)}


def options(form: RegistrationForm) -> list[str]:
    """What one may choose where the organisation's places are taken."""
    return [value for value, _label in form.people[0].beyond_field.options]


def similar(form: RegistrationForm) -> list[str]:
    field = form.fields["organisation_choice"]
    assert isinstance(field, ChosenLater)
    return [value for value, _label in field.options]


def test_a_plain_form_becomes_an_application(conference: Conference, employee_tier: Tier) -> None:
    form = form_for(conference, badge_name="Åse 🌈", invoice_reference="4500012")

    assert form.is_valid(), form.errors
    application = form.application(language="nn")
    assert (application.contact_name, application.contact_email) == ("Åse Dahl", "ase@example.no")
    (person,) = application.people
    assert (person.name, person.email) == ("Åse Dahl", "ase@example.no")
    assert (person.badge_name, person.tier) == ("Åse 🌈", "ansatt")
    assert application.organisation == NewOrganisation("Hå kommune")
    assert (application.language, application.is_own) == ("nn", True)
    assert application.invoice_reference == "4500012"
    assert (person.needs, person.accept_waiting) == ((), False)


@pytest.mark.parametrize(
    ("needs", "note", "reports"),
    [
        ([], "", ()),
        (["diet"], "nøtter", (NeedReport("diet", "nøtter"),)),
        (["diet", "wheelchair"], "", (NeedReport("diet"), NeedReport("wheelchair"))),
        (["diet", "other"], "x", (NeedReport("diet"), NeedReport("other", "x"))),
        ([], "ledsager", (NeedReport("other", "ledsager"),)),
    ],
)
def test_a_note_belongs_to_the_only_need_or_is_one_of_its_own(
    conference: Conference,
    employee_tier: Tier,
    needs: list[str],
    note: str,
    reports: tuple[NeedReport, ...],
) -> None:
    form = form_for(conference, needs=needs, needs_note=note, needs_consent="on")

    assert form.is_valid(), form.errors
    assert form.application(language="nb").people[0].needs == reports


@pytest.mark.parametrize("told", [{"needs": ["diet"]}, {"needs_note": "nøtter"}])
def test_needs_are_stored_only_with_consent(
    conference: Conference, employee_tier: Tier, told: dict[str, Any]
) -> None:
    assert wrong(form_for(conference, **told)) == {"needs_consent"}
    assert wrong(form_for(conference, **told, needs_consent="on")) == set()


def test_consent_is_not_asked_of_who_needs_nothing(
    conference: Conference, employee_tier: Tier
) -> None:
    assert form_for(conference).is_valid()


def test_the_reference_is_dropped_where_nothing_is_paid(
    conference: Conference, employee_tier: Tier, free_tier: Tier
) -> None:
    form = form_for(conference, tier="friplass", invoice_reference="x" * 61)

    assert form.is_valid(), form.errors
    assert form.application(language="nb").invoice_reference == ""
    assert wrong(form_for(conference, invoice_reference="x" * 61)) == {"invoice_reference"}


def test_there_is_no_reference_where_everything_is_free(
    conference: Conference, free_tier: Tier
) -> None:
    form = form_for(conference, tier="friplass")

    assert "invoice_reference" not in form.fields
    assert form.is_valid()


def test_who_comes_alone_is_asked_only_where_the_place_demands_it(conference: Conference) -> None:
    factories.make_tier(conference)
    factories.make_tier(conference, "apen", organisation_required=False)

    assert wrong(form_for(conference, organisation="")) == {"organisation"}
    alone = form_for(conference, organisation="", tier="apen")
    assert alone.is_valid()
    assert alone.application(language="nb").organisation is None


class TestSimilarNames:
    @pytest.fixture
    def known(self, employee_tier: Tier) -> Organisation:
        return factories.make_organisation("Hå kommune")

    def ask(self, conference: Conference, **changes: Any) -> RegistrationForm:
        return form_for(conference, **{"organisation": "Hå komune", **changes})

    def test_are_asked_about(self, conference: Conference, known: Organisation) -> None:
        form = self.ask(conference)

        assert wrong(form) == {"organisation_choice"}
        assert similar(form) == ["ha kommune", "+ha komune"]

    def test_one_may_take_the_known(self, conference: Conference, known: Organisation) -> None:
        form = self.ask(conference, organisation_choice="ha kommune")

        assert form.is_valid(), form.errors
        assert form.application(language="nb").organisation == known

    def test_one_may_insist(self, conference: Conference, known: Organisation) -> None:
        form = self.ask(conference, organisation_choice="+ha komune")

        assert form.is_valid(), form.errors
        assert form.application(language="nb").organisation == NewOrganisation("Hå komune")

    @pytest.mark.parametrize("choice", ["+ha kommunne", "time kommune", "+", "\x00"])
    def test_an_answer_to_another_question_is_none(
        self, conference: Conference, known: Organisation, choice: str
    ) -> None:
        factories.make_organisation("Time kommune")

        assert wrong(self.ask(conference, organisation_choice=choice)) == {"organisation_choice"}

    def test_an_exact_name_is_not_asked_about(
        self, conference: Conference, known: Organisation
    ) -> None:
        form = form_for(conference, organisation="HÅ KOMMUNE", organisation_choice="+x")

        assert form.is_valid()
        assert not similar(form)


class TestBeyondTheLimit:
    def refused(self, conference: Conference, **changes: Any) -> RegistrationForm:
        form = form_for(conference, tier="friplass", **changes)
        assert form.is_valid(), form.errors
        form.refuse(
            RegistrationError(
                "De fem er tatt.", code="organisation_limit", field="tier", people=(0,)
            )
        )
        return form

    def test_offers_what_the_tier_says(self, conference: Conference, overflowing: Tier) -> None:
        form = self.refused(conference)

        assert wrong(form) == {"beyond"}
        assert options(form) == [WAIT, "ansatt"]
        assert form.people[0]["beyond"].value() == WAIT

    def test_offers_only_the_waiting_list_where_the_tier_says_so(
        self, conference: Conference, employee_tier: Tier, free_tier: Tier
    ) -> None:
        form = self.refused(conference)

        assert options(form) == [WAIT]

    def test_the_other_kind_is_offered_only_while_it_is_open(
        self, conference: Conference, overflowing: Tier, employee_tier: Tier
    ) -> None:
        employee_tier.closes_at = timezone.now()
        employee_tier.save(update_fields=["closes_at"])

        form = form_for(conference, tier="friplass", beyond="ansatt")

        assert form.is_valid()
        assert form.application(language="nb").people[0].tier == "friplass"

    def test_waiting_is_passed_on(self, conference: Conference, overflowing: Tier) -> None:
        form = form_for(conference, tier="friplass", beyond=WAIT)

        assert form.is_valid()
        application = form.application(language="nb")
        (person,) = application.people
        assert (person.tier, person.accept_waiting) == ("friplass", True)

    def test_the_other_kind_is_taken_instead(
        self, conference: Conference, overflowing: Tier
    ) -> None:
        form = form_for(conference, tier="friplass", beyond="ansatt", invoice_reference="12")

        assert form.is_valid()
        application = form.application(language="nb")
        (person,) = application.people
        assert (person.tier, person.accept_waiting) == ("ansatt", False)
        assert application.invoice_reference == "12"


class TestTheHiddenKey:
    @pytest.mark.parametrize(
        "key", ["", "x", str(uuid.UUID(int=1)), f"{uuid.UUID(int=1)}:forged", "\x00", "é" * 5000]
    )
    def test_must_be_ours(self, conference: Conference, employee_tier: Tier, key: str) -> None:
        form = form_for(conference, submission=key)

        assert wrong(form) == {"__all__"}
        assert form.status == 400
        assert form.submission_key is not None  # a fresh one, so that sending again works

    def test_of_another_conference_is_not_ours(
        self, conference: Conference, employee_tier: Tier
    ) -> None:
        form = form_for(conference, submission=new_submission("en-annen"))

        assert (wrong(form), form.status) == ({"__all__"}, 400)

    def test_one_field_sent_twice_is_refused(
        self, conference: Conference, employee_tier: Tier
    ) -> None:
        form = form_for(conference, email=["a@example.no", "b@example.no"])

        assert (wrong(form), form.status) == ({"__all__"}, 400)


def test_each_kind_of_place_says_price_audience_and_what_is_left(conference: Conference) -> None:
    tier = factories.make_tier(conference, capacity=2, audience="For <ansatte>")
    factories.apply(tier)

    with override("en"):
        (label,) = (option.choice_label for option in form_for(conference).people[0]["tier"])

    assert str(label) == (
        "<b>Ansatt: NOK 500</b><small>For &lt;ansatte&gt;</small><small>One place left</small>"
    )
