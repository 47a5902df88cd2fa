import dataclasses
from datetime import timedelta

import pytest
from django.utils import timezone

from conferences.models import Conference
from network.models import Organisation
from recovery_network.mail.models import Mail
from registrations.actions.applying import NeedReport, NewOrganisation
from registrations.actions.registering import register
from registrations.errors import RegistrationError
from registrations.models import Booking, Consent, Need, Registration, Submission, Tier
from tests import factories

State = Registration.State
pytestmark = pytest.mark.django_db


def kinds_sent(email: str) -> list[str]:
    return list(Mail.objects.filter(recipient=email).order_by("pk").values_list("kind", flat=True))


def test_an_employee_gets_a_place_a_price_and_a_confirmation(employee_tier: Tier) -> None:
    registration = factories.make_registration(
        employee_tier, email="ny@example.no", invoice_reference="4500012"
    )

    assert registration.state == State.CONFIRMED
    assert registration.price == 500
    assert registration.booking.invoice_reference == "4500012"
    assert kinds_sent("ny@example.no") == ["confirmation"]


def test_a_free_place_makes_no_invoice_reference(free_tier: Tier) -> None:
    registration = factories.make_registration(free_tier, invoice_reference="4500012")

    assert registration.price == 0
    assert registration.booking.invoice_reference == ""


def test_needs_are_encrypted_and_consented_to(employee_tier: Tier) -> None:
    registration = factories.make_registration(
        employee_tier, needs=(NeedReport("diet", "nøtter"), NeedReport("quiet_room"))
    )

    assert [(need.kind, need.note) for need in registration.needs.order_by("pk")] == [
        ("diet", "nøtter"),
        ("quiet_room", ""),
    ]
    stored = Need.objects.extra(select={"raw": "note || kind"}).values_list("raw", flat=True)
    assert not any("nøtter" in raw or "diet" in raw for raw in stored)
    assert set(registration.consents.values_list("purpose", flat=True)) == {
        Consent.Purpose.TERMS,
        Consent.Purpose.NEEDS,
    }


def test_sending_twice_makes_one_booking(employee_tier: Tier) -> None:
    application = factories.make_application(
        employee_tier, organisation=factories.make_organisation()
    )

    first = register(conference=employee_tier.conference, application=application)
    second = register(conference=employee_tier.conference, application=application)

    assert first == second
    assert Registration.objects.count() == Booking.objects.count() == Mail.objects.count() == 1


def test_the_same_person_twice_gets_the_answer_of_a_newcomer_and_a_kind_mail(
    employee_tier: Tier,
) -> None:
    organisation = factories.make_organisation()
    first = factories.apply(
        employee_tier, name="Åse Dahl", email="ase@example.no", organisation=organisation
    )
    again = factories.apply(
        employee_tier, name="ÅSE  dahl", email="ASE@example.no", organisation=organisation
    )

    assert (first.outcome, again.outcome) == ("confirmed", "confirmed")
    assert first.receipt_key != again.receipt_key
    assert Registration.objects.count() == Booking.objects.count() == 1
    assert kinds_sent("ase@example.no") == ["confirmation", "already_registered"]


def test_two_people_may_share_an_address(employee_tier: Tier) -> None:
    factories.apply(employee_tier, name="Anne", email="felles@example.no")
    factories.apply(employee_tier, name="Bjørn", email="felles@example.no")

    assert Registration.objects.confirmed().count() == 2


def test_who_cancelled_may_register_again(employee_tier: Tier, participant: Registration) -> None:
    from registrations.actions.cancelling import cancel

    cancel(registration=participant)
    factories.apply(employee_tier, name=participant.name, email=participant.email)

    assert list(Registration.objects.order_by("pk").values_list("state", flat=True)) == [
        State.CANCELLED,
        State.CONFIRMED,
    ]


def test_the_sixth_free_place_of_an_organisation_is_refused_in_words(free_tier: Tier) -> None:
    organisation = factories.make_organisation("Hå kommune")
    for _ in range(5):
        factories.apply(free_tier, organisation=organisation)

    with pytest.raises(RegistrationError, match="Hå kommune") as refusal:
        factories.apply(free_tier, organisation=organisation)

    assert (refusal.value.code, refusal.value.field) == ("organisation_limit", "tier")
    assert Registration.objects.count() == Submission.objects.count() == 5


def test_who_accepts_waiting_beyond_the_five_waits(free_tier: Tier) -> None:
    organisation = factories.make_organisation()
    for _ in range(5):
        factories.apply(free_tier, organisation=organisation)

    sixth = factories.make_registration(free_tier, organisation=organisation, accept_waiting=True)

    assert (sixth.state, sixth.waiting_for) == (State.WAITING, Registration.Scarcity.ORGANISATION)
    assert kinds_sent(sixth.email) == ["waiting_list"]


@pytest.mark.parametrize("spelling", ["HÅ KOMMUNE", "Haa kommune", "  hå   Kommunen ", "Hå komm."])
def test_spelling_variants_share_the_five(free_tier: Tier, spelling: str) -> None:
    organisation = factories.make_organisation("Hå kommune")
    for _ in range(5):
        factories.apply(free_tier, organisation=organisation)

    with pytest.raises(RegistrationError):
        factories.apply(free_tier, organisation=NewOrganisation(spelling))

    assert Organisation.objects.count() == 1


def test_an_alias_shares_the_five(free_tier: Tier) -> None:
    organisation = factories.make_organisation("Kompetansesenter rus Stavanger")
    organisation.aliases.create(name="KORUS Stavanger")
    for _ in range(5):
        factories.apply(free_tier, organisation=NewOrganisation("korus stavanger"))

    with pytest.raises(RegistrationError):
        factories.apply(free_tier, organisation=organisation)


def test_the_five_of_one_organisation_are_not_those_of_another(free_tier: Tier) -> None:
    for _ in range(5):
        factories.apply(free_tier, organisation=NewOrganisation("Hå kommune"))

    other = factories.make_registration(free_tier, organisation=NewOrganisation("Time kommune"))

    assert other.state == State.CONFIRMED


def test_employees_do_not_count_among_the_five(free_tier: Tier, employee_tier: Tier) -> None:
    organisation = factories.make_organisation()
    for _ in range(5):
        factories.apply(employee_tier, organisation=organisation)

    assert (
        factories.make_registration(free_tier, organisation=organisation).state == State.CONFIRMED
    )


def test_a_full_conference_puts_people_in_line(db: None) -> None:
    tier = factories.make_tier(factories.make_conference(capacity=1))
    factories.apply(tier)

    second = factories.make_registration(tier)

    assert (second.state, second.waiting_for) == (State.WAITING, Registration.Scarcity.CONFERENCE)


def test_a_full_tier_leaves_room_in_the_other(conference: Conference) -> None:
    small = factories.make_tier(conference, capacity=1)
    large = factories.make_tier(conference, "annen")
    factories.apply(small)

    assert factories.make_registration(small).waiting_for == Registration.Scarcity.TIER
    assert factories.make_registration(large).state == State.CONFIRMED


def test_who_comes_alone_needs_a_tier_that_takes_them(conference: Conference) -> None:
    strict = factories.make_tier(conference, "streng")
    kind = factories.make_tier(
        conference, "apen", organisation_required=False, no_organisation_capacity=1
    )

    with pytest.raises(RegistrationError) as refusal:
        factories.apply(strict, organisation=None)
    first = factories.make_registration(kind, organisation=None)
    with pytest.raises(RegistrationError) as full:
        factories.apply(kind, organisation=None)

    assert refusal.value.code == "organisation_required"
    assert first.state == State.CONFIRMED
    assert full.value.code == "no_organisation_full"


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "change",
    [
        {"published_at": None},
        {"registration_opens_at": DAY},
        {"registration_opens_at": -2 * DAY, "registration_closes_at": -DAY},
        {"closed_at": -DAY},
        {"cancelled_at": -DAY},
        {"archived_at": -DAY},
        {"starts_at": -2 * DAY, "ends_at": -DAY},
    ],
)
def test_a_shut_window_writes_nothing(
    conference: Conference, employee_tier: Tier, change: dict[str, timedelta | None]
) -> None:
    now = timezone.now()
    moments = {name: None if shift is None else now + shift for name, shift in change.items()}
    Conference.objects.filter(pk=conference.pk).update(**moments)

    with pytest.raises(RegistrationError) as refusal:
        factories.apply(employee_tier)

    assert refusal.value.code == "closed"
    assert not Registration.objects.exists()
    assert not Mail.objects.exists()


def test_a_tier_of_another_conference_is_unknown(conference: Conference) -> None:
    factories.make_tier(factories.make_conference(), "fremmed")

    with pytest.raises(RegistrationError) as refusal:
        register(conference=conference, application=factories.make_application("fremmed"))

    assert refusal.value.code == "unknown_tier"


def test_a_tier_has_a_window_of_its_own(conference: Conference) -> None:
    tier = factories.make_tier(conference, closes_at=timezone.now() - DAY)

    with pytest.raises(RegistrationError) as refusal:
        factories.apply(tier)

    assert refusal.value.code == "tier_closed"


def test_a_submission_of_another_conference_is_refused(employee_tier: Tier) -> None:
    other = factories.make_tier(factories.make_conference())
    application = factories.make_application(
        employee_tier, organisation=factories.make_organisation()
    )
    register(conference=employee_tier.conference, application=application)

    with pytest.raises(RegistrationError):
        register(conference=other.conference, application=dataclasses.replace(application))
