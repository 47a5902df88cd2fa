import pytest

from network.errors import NetworkError
from network.models import Organisation, User
from registrations.actions.applying import NewOrganisation
from registrations.actions.cancelling import cancel
from registrations.actions.merging import Exceeded, merge_organisations
from registrations.errors import RegistrationError
from registrations.models import Booking, Registration, Tier
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(free_tier: Tier) -> tuple[Organisation, Organisation]:
    """Two records of one municipality: four free places in the first, three in the second."""
    right, wrong = factories.make_organisation("Hå kommune"), factories.make_organisation("Haakom")
    for organisation, places in ((right, 4), (wrong, 3)):
        for _ in range(places):
            factories.apply(free_tier, organisation=organisation)
    return right, wrong


def test_merging_moves_bookings_and_tells_where_the_limit_is_exceeded(
    pair: tuple[Organisation, Organisation], free_tier: Tier, organiser: User
) -> None:
    right, wrong = pair

    exceeded = merge_organisations(source=wrong, target=right, by=organiser)

    assert exceeded == [Exceeded(free_tier, 2)]
    assert Booking.objects.filter(organisation=right).count() == 7
    assert Registration.objects.confirmed().count() == 7


def test_after_merging_both_names_share_the_five(
    pair: tuple[Organisation, Organisation], free_tier: Tier, organiser: User
) -> None:
    right, wrong = pair
    merge_organisations(source=wrong, target=right, by=organiser)

    for wanted in (NewOrganisation("Haakom"), wrong, right):
        with pytest.raises(RegistrationError) as refusal:
            factories.apply(free_tier, organisation=wanted)
        assert refusal.value.code == "organisation_limit"


def test_a_place_freed_while_over_the_limit_is_not_passed_on(
    pair: tuple[Organisation, Organisation], free_tier: Tier, organiser: User
) -> None:
    right, wrong = pair
    merge_organisations(source=wrong, target=right, by=organiser)
    waiting = factories.make_registration(free_tier, organisation=right, accept_waiting=True)

    first, second, third = Registration.objects.confirmed().order_by("pk")[:3]
    for registration in (first, second):
        cancel(registration=registration)
    waiting.refresh_from_db()
    assert waiting.state == Registration.State.WAITING
    cancel(registration=third)
    waiting.refresh_from_db()
    assert waiting.state == Registration.State.OFFERED


def test_merging_again_or_with_itself_is_refused(
    pair: tuple[Organisation, Organisation], organiser: User
) -> None:
    right, wrong = pair

    with pytest.raises(NetworkError):
        merge_organisations(source=right, target=right, by=organiser)
    merge_organisations(source=wrong, target=right, by=organiser)
    with pytest.raises(NetworkError):
        merge_organisations(source=wrong, target=right, by=organiser)


def test_numbers_and_aliases_follow(organiser: User, db: None) -> None:
    right = factories.make_organisation("Sandnes kommune")
    wrong = factories.make_organisation("Sandnes kom", number="964965137")
    wrong.aliases.create(name="Sandnes by")

    merge_organisations(source=wrong, target=right, by=organiser)

    right.refresh_from_db()
    assert right.number == "964965137"
    assert set(right.aliases.values_list("name", flat=True)) == {"Sandnes by", "Sandnes kom"}
    assert list(Organisation.objects.current()) == [right]
