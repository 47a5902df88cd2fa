import pytest
from django.test import Client
from django.urls import reverse

from network.models import Organisation, User
from registrations.models import Tier
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client, organiser: User) -> Client:
    client.force_login(organiser)
    return client


@pytest.fixture
def source(free_tier: Tier) -> Organisation:
    organisation = factories.make_organisation("Sannes kommune")
    for _number in range(3):
        factories.make_registration(free_tier, organisation=organisation)
    return organisation


@pytest.fixture
def target(free_tier: Tier) -> Organisation:
    organisation = factories.make_organisation("Sandnes kommune")
    for _number in range(4):
        factories.make_registration(free_tier, organisation=organisation)
    return organisation


def page(organisation: Organisation) -> str:
    return reverse("admin:network_organisation_merge", args=[organisation.pk])


def test_finds_others_to_merge_into(
    browser: Client, source: Organisation, target: Organisation
) -> None:
    factories.make_organisation("Time kommune")
    assert browser.get(page(source), {"q": "sandnes"}).context["found"] == [target]
    assert browser.get(page(source), {"q": "sannes"}).context["found"] == []
    assert browser.get(page(source)).context["found"] == []


def test_preview_tells_what_moves_and_changes_nothing(
    browser: Client, source: Organisation, target: Organisation
) -> None:
    preview = browser.get(page(source), {"target": target.pk}).context["preview"]
    assert (preview.bookings, preview.people, preview.names) == (3, 3, ["Sannes kommune"])
    (share,) = preview.exceeded
    assert (share.taken, share.limit, share.over) == (7, 5, 2)
    source.refresh_from_db()
    assert source.merged_into is None


def test_preview_warns_of_nothing_where_there_is_room(
    browser: Client, source: Organisation
) -> None:
    other = factories.make_organisation("Tom")
    assert browser.get(page(source), {"target": other.pk}).context["preview"].exceeded == []


@pytest.mark.usefixtures("in_english")
def test_merging_moves_and_warns(
    browser: Client, source: Organisation, target: Organisation
) -> None:
    response = browser.post(page(source), {"target": target.pk}, follow=True)
    told = [str(message) for message in response.context["messages"]]
    assert told == [
        "Sannes kommune is merged into Sandnes kommune.",
        "Sosial recovery-konferansen: 2 more than the limit in Friplass. Nobody loses a place.",
    ]
    source.refresh_from_db()
    assert (source.merged_into, target.bookings.count()) == (target, 7)
    assert list(target.aliases.values_list("name", flat=True)) == ["Sannes kommune"]


@pytest.mark.parametrize("number", ["0", "x", "-1", "99999999999999999999", "²"])
def test_unknown_target(number: str, browser: Client, source: Organisation) -> None:
    assert browser.get(page(source), {"target": number}).status_code == 404
    assert browser.post(page(source), {"target": number}).status_code == 404


def test_not_into_itself_nor_into_one_merged_away(
    browser: Client, source: Organisation, target: Organisation
) -> None:
    gone = factories.make_organisation("Borte")
    Organisation.objects.filter(pk=gone.pk).update(merged_into=target)
    for organisation in (source, gone):
        assert browser.post(page(source), {"target": organisation.pk}).status_code == 404
    source.refresh_from_db()
    assert source.merged_into is None


def test_without_a_target_one_chooses_again(browser: Client, source: Organisation) -> None:
    assert browser.post(page(source)).headers["Location"] == page(source)


@pytest.mark.parametrize("role", ["editor", "treasurer", "doorkeeper"])
def test_others_may_not(
    role: str, client: Client, source: Organisation, target: Organisation
) -> None:
    client.force_login(factories.make_user(role=role))
    assert client.post(page(source), {"target": target.pk}).status_code == 403
    source.refresh_from_db()
    assert source.merged_into is None


def test_wrong_method(browser: Client, source: Organisation) -> None:
    assert browser.put(page(source)).status_code == 405
