"""Doubles are found, and become one."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from membership import doubles
from membership.models import ConsentRecord, Membership
from network.models import User
from newsletter.models import Subscription
from registrations.actions.merging import merge_organisations
from tests import factories

pytestmark = pytest.mark.django_db
LOOK = "admin:membership_membership_doubles"
MERGE = "admin:membership_membership_doubles_merge"


@pytest.fixture
def desk(client: Client, organiser: User) -> Client:
    client.force_login(organiser)
    return client


def test_people_of_one_name_and_organisations_that_joined_twice_are_found() -> None:
    organisation = factories.make_organisation()
    kari = factories.make_membership(name="Kari Prøve")
    again = factories.make_membership(name="PRØVE Kári")
    factories.make_membership(name="Kari Prøven")
    twice = [
        factories.make_membership(kind="organisation", organisation=organisation, name=name)
        for name in ("En", "To")
    ]
    factories.make_membership(
        kind="organisation", organisation=factories.make_organisation(), name="Tre"
    )
    assert doubles.members_alike() == [[kari, again], twice]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Fjordvik kommune", "Fjordvik kommune, psykisk helse", True),
        ("Møteplassen Bua", "Møteplasen Bua", True),
        ("Fjordvik kommune", "Fjordheim kommune", False),
        ("Nav Fjordvik", "Fjordvik kommune", False),
    ],
)
def test_organisations_nearly_alike_are_found(one: str, other: str, alike: bool) -> None:
    names = {factories.make_organisation(name).name for name in (one, other)}
    found = [{each.name for each in pair} for pair in doubles.organisations_alike()]
    assert found == ([names] if alike else [])


def test_two_become_one(desk: Client) -> None:
    first, second = factories.make_topic(), factories.make_topic()
    old = factories.make_membership("gammel@example.no", name="Kari Prøve")
    stays = factories.make_membership("ny@example.no", name="Kari Prøve", admitted_at=None)
    old.interests.set([first])
    stays.interests.set([second])
    about = f"membership.membership:{old.pk}"
    factories.make_consent(email=old.email, about=about)
    factories.make_subscription("gammel@example.no")
    shown = desk.get(reverse(LOOK))
    assert shown.context["members"] == [[old, stays]]
    group = [str(old.pk), str(stays.pk)]
    assert desk.get(reverse(MERGE), {"one": group}).context["stays"] is None
    asked = desk.get(reverse(MERGE), {"one": group, "stays": str(stays.pk)})
    assert (asked.context["stays"], asked.context["others"]) == (stays, [old])
    assert Membership.objects.count() == 2
    desk.post(reverse(MERGE), {"one": group, "stays": str(stays.pk)})
    left = Membership.objects.get()
    assert (left.pk, left.joined_at, left.admitted_at) == (
        stays.pk,
        old.joined_at,
        old.admitted_at,
    )
    assert set(left.interests.all()) == {first, second}
    assert ConsentRecord.objects.get(about=about).withdrawn_at is not None
    assert Subscription.objects.get().email == "ny@example.no"


def test_newsletter_comes_once_to_the_one_that_stays(desk: Client) -> None:
    group = [factories.make_membership(f"{name}@example.no").pk for name in ("en", "to")]
    for name in ("en", "to", "tre"):
        factories.make_subscription(f"{name}@example.no")
    desk.post(reverse(MERGE), {"one": group, "stays": group[1]})
    emails = Subscription.objects.order_by("pk").values_list("email", flat=True)
    assert list(emails) == ["to@example.no", "tre@example.no"]


def test_person_and_organisation_stay_two(desk: Client) -> None:
    organisation = factories.make_organisation()
    group = [
        factories.make_membership().pk,
        factories.make_membership(kind="organisation", organisation=organisation).pk,
    ]
    desk.post(reverse(MERGE), {"one": group, "stays": group[0]})
    assert Membership.objects.count() == 2


def test_whoever_stays_is_one_of_them(desk: Client) -> None:
    group = [str(factories.make_membership().pk) for _number in range(2)]
    stranger = str(factories.make_membership().pk)
    for data in ({"one": group}, {"one": group, "stays": stranger}):
        assert desk.post(reverse(MERGE), data).status_code == 404
    assert desk.get(reverse(MERGE), {"one": group, "stays": stranger}).status_code == 404
    assert Membership.objects.count() == 3


@pytest.mark.parametrize("query", [{}, {"one": "1"}, {"one": ["x", "y"]}, {"one": "9" * 30}])
def test_merging_nobody_is_no_page(desk: Client, query: dict[str, str | list[str]]) -> None:
    assert desk.get(reverse(MERGE), query).status_code == 404
    assert desk.post(reverse(MERGE), query).status_code == 404


def test_organisations_members_follow_when_organisations_merge(organiser: User) -> None:
    source, target = factories.make_organisation("Sandnes"), factories.make_organisation("Sannes")
    member = factories.make_membership(
        kind="organisation", organisation=source, joined_at=timezone.now()
    )
    merge_organisations(source=source, target=target, by=organiser)
    member.refresh_from_db()
    assert member.organisation == target
