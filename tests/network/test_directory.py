from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from network.actions import merge_organisation_names
from network.models import Hub, HubMember, Organisation, SteeringSeat
from network.regions import STONES, Region, map_of
from tests import factories

pytestmark = pytest.mark.django_db


def listed(name: str, **fields: object) -> Organisation:
    values = {"is_listed": True, "slug": name.lower().replace(" ", "-"), "region": Region.ROGALAND}
    return factories.make_organisation(name, **{**values, **fields})


def shown(client: Client, **query: str) -> list[Organisation]:
    return list(client.get("/nettverket/organisasjoner/", query).context["page"])


class TestDirectory:
    def test_holds_only_those_that_organisers_listed(self, outsider: Client) -> None:
        one = listed("Bua")
        factories.make_organisation("Ikke sett på ennå")
        assert shown(outsider) == [one]

    def test_finds_by_name_alias_kind_and_region(self, outsider: Client) -> None:
        wanted = listed("Havna", kind="voluntary", region=Region.TROMS)
        wanted.aliases.create(name="Den blå båten")
        listed("Annen")
        for query in ({"q": "havn"}, {"q": "blaa"}, {"kind": "voluntary"}, {"region": "NO-55"}):
            assert shown(outsider, **query) == [wanted], query

    def test_refuses_choices_that_are_not_offered(self, outsider: Client) -> None:
        for query in ({"kind": "x"}, {"region": "SE-01"}, {"page": "7"}):
            assert outsider.get("/nettverket/organisasjoner/", query).status_code == 404

    def test_map_counts_by_county_and_leads_there(self, outsider: Client) -> None:
        listed("En")
        listed("To")
        page = outsider.get("/en/nettverket/organisasjoner/").content.decode()
        assert 'aria-label="Rogaland: 2 organisations"' in page
        assert "Midtjylland" not in page

    @pytest.mark.parametrize("number", [1, 3])
    def test_costs_the_same_for_one_and_for_three(
        self, outsider: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
    ) -> None:
        for index in range(number):
            listed(f"Nr{index}")
        with django_assert_num_queries(3):
            outsider.get("/nettverket/organisasjoner/")


def test_every_region_has_a_stone_of_its_own() -> None:
    assert set(STONES) == set(Region)
    assert len(set(STONES.values())) == len(STONES)


def test_map_shows_denmark_only_where_somebody_is_there() -> None:
    norway = {stone.region for stone in map_of({"NO-11": 1}).stones}
    both = {stone.region for stone in map_of({"DK-82": 1}).stones}
    assert (len(norway), len(both)) == (15, 20)


class TestOrganisationPage:
    def test_tells_what_it_arranges_and_made(self, outsider: Client) -> None:
        one = listed("Bua")
        conference = factories.make_conference(title="Bua-dagen")
        conference.organiser_rows.create(organisation=one)
        hidden = factories.make_conference(title="Hemmelig", published_at=None)
        hidden.organiser_rows.create(organisation=one)
        factories.make_resource(title="Bua-boka").made_by.add(one)
        factories.make_article(title="Bua i vinden").organisations.add(one)
        page = outsider.get("/nettverket/organisasjoner/bua/").content.decode()
        found = [text in page for text in ("Bua-dagen", "Bua-boka", "Bua i vinden", "Hemmelig")]
        assert found == [True, True, True, False]

    def test_is_not_there_unless_listed(self, outsider: Client) -> None:
        factories.make_organisation("Skjult", slug="skjult")
        assert outsider.get("/nettverket/organisasjoner/skjult/").status_code == 404

    def test_old_address_leads_to_the_one_it_was_merged_into(self, outsider: Client) -> None:
        source, target = listed("Gamle"), listed("Nye")
        article = factories.make_article()
        article.organisations.add(source)
        hub = Hub.objects.create(slug="knute", name="Knute", lead="Sammen.", is_public=True)
        for organisation in (source, target):
            HubMember.objects.create(hub=hub, organisation=organisation)
        SteeringSeat.objects.create(organisation=source, starts_on=date(2024, 1, 1))
        merge_organisation_names(source=source, target=target, by=None)
        response = outsider.get("/nettverket/organisasjoner/gamle/")
        assert (response.status_code, response["Location"]) == (301, target.get_absolute_url())
        assert list(article.organisations.all()) == [target]
        assert [row.organisation for row in hub.members.all()] == [target]
        assert SteeringSeat.objects.get().organisation == target

    def test_listed_one_needs_an_address(self) -> None:
        with pytest.raises(IntegrityError, match="organisation_listed_has_address"):
            factories.make_organisation("Uten adresse", is_listed=True)


class TestSteeringGroup:
    def test_shows_those_whose_term_covers_today(self, outsider: Client) -> None:
        today = timezone.localdate()
        now, before = listed("Her"), listed("Borte")
        sits = SteeringSeat.objects.create(organisation=now, starts_on=today)
        sat = SteeringSeat.objects.create(
            organisation=before,
            starts_on=today - timedelta(days=9),
            ends_on=today - timedelta(days=1),
        )
        SteeringSeat.objects.create(organisation=before, starts_on=today + timedelta(days=1))
        context = outsider.get("/nettverket/styringsgruppen/").context
        assert (context["seats"], context["former"]) == ([sits], [sat])

    def test_names_people_only_with_their_consent(self, outsider: Client) -> None:
        for name, agreed in (("Kari Ja", True), ("Ola Nei", False)):
            SteeringSeat.objects.create(
                organisation=listed(name.split()[1]),
                person=name,
                person_agreed=agreed,
                starts_on=date(2024, 1, 1),
            )
        page = outsider.get("/nettverket/styringsgruppen/").content.decode()
        assert ("Kari Ja" in page, "Ola Nei" in page) == (True, False)

    @pytest.mark.parametrize(
        ("name", "fields"),
        [
            ("steering_seat_ends_after_start", {"ends_on": date(2023, 1, 1)}),
            ("steering_seat_consent_needs_person", {"person_agreed": True}),
        ],
    )
    def test_database_refuses(self, name: str, fields: dict[str, object]) -> None:
        with pytest.raises(IntegrityError, match=name):
            SteeringSeat.objects.create(
                organisation=listed("Bua"), starts_on=date(2024, 1, 1), **fields
            )


class TestHub:
    def test_shows_centres_tasks_and_history(self, outsider: Client) -> None:
        hub = Hub.objects.create(
            slug="knute", name="Knutepunkt", lead="Sammen.", tasks="Kurs\n\nVerktøy", is_public=True
        )
        HubMember.objects.create(hub=hub, organisation=listed("Bua"))
        hub.milestones.create(period="2015", text="Evaluert.")
        page = outsider.get("/nettverket/knutepunkt/knute/").content.decode()
        assert [text in page for text in ("Bua", "<li>Verktøy</li>", "Evaluert.")] == [True] * 3

    def test_is_not_there_before_it_is_shown(self, outsider: Client) -> None:
        Hub.objects.create(slug="knute", name="Knutepunkt", lead="Sammen.")
        assert outsider.get("/nettverket/knutepunkt/knute/").status_code == 404

    def test_holds_a_centre_once(self) -> None:
        hub = Hub.objects.create(slug="knute", name="Knutepunkt", lead="Sammen.")
        centre = listed("Bua")
        HubMember.objects.create(hub=hub, organisation=centre)
        with pytest.raises(IntegrityError, match=r"hub_centre_once|hub_id"):
            HubMember.objects.create(hub=hub, organisation=centre)


def test_network_page_is_whole_before_anything_is_entered(outsider: Client) -> None:
    response = outsider.get("/en/nettverket/")
    assert (response.status_code, "How it began" in response.content.decode()) == (200, True)
