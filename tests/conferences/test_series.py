"""The same gathering in several places: each page leads to the others."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from conferences.models import Conference, Publication, Series
from network.models import User
from tests.factories import make_conference, make_venue
from tests.registrations.test_admin_conference import browser_of, change

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

PAGE = "/en/arrangementer/her/"
BOX = "The same in another place"


@pytest.fixture
def here() -> Conference:
    series = Series.objects.create(title="Fagdagen")
    return make_conference(slug="her", title="Fagdag på Fyn", series=series)


def in_series(here: Conference, slug: str, **fields: object) -> Conference:
    venue = make_venue(name="Salen", city="Odense")
    return make_conference(slug=slug, series=here.series, venue=venue, **fields)


def test_each_page_leads_to_the_others_in_order(outsider: Client, here: Conference) -> None:
    later = here.starts_at + timedelta(days=7)
    in_series(here, "der", title="Fagdag i Odense", starts_at=later)
    in_series(here, "dernest", title="Fagdag igen", starts_at=here.starts_at + timedelta(days=8))
    found = outsider.get(PAGE).context["elsewhere"]
    assert [each.slug for each in found] == ["der", "dernest"]
    page = outsider.get("/en/arrangementer/der/").content.decode()
    assert BOX in page
    assert f'<a href="{PAGE}" lang="nb">Fagdag på Fyn</a>' in page
    assert "Salen, Odense" in outsider.get(PAGE).content.decode()


def test_drafts_and_archived_ones_are_not_told(outsider: Client, here: Conference) -> None:
    in_series(here, "kladd", published_at=None)
    in_series(here, "gjemt", archived_at=timezone.now())
    make_conference(slug="en-annen", series=Series.objects.create(title="Annet"))
    assert BOX not in outsider.get(PAGE).content.decode()


def test_a_change_of_one_shows_at_once_on_the_other(
    outsider: Client, here: Conference, organiser: User
) -> None:
    other = in_series(here, "der", title="Fagdag i Odense")
    assert "Fagdag i Odense" in outsider.get(PAGE).content.decode()
    answer = change(browser_of(organiser), other, title="Fagdag i Svendborg")
    assert answer.status_code == 302
    assert "Fagdag i Svendborg" in outsider.get(PAGE).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_costs_one_query_however_many(
    rows: int,
    outsider: Client,
    here: Conference,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(rows):
        in_series(here, f"der-{number}")
        Publication.objects.create(conference=here, title=f"Hefte {number}")
    with django_assert_num_queries(5):
        outsider.get(PAGE)


def test_publications_stand_on_the_page_in_their_language(
    outsider: Client, here: Conference
) -> None:
    Publication.objects.create(
        conference=here, title="Håndbog", url="https://example.org/bog", language="da", position=1
    )
    Publication.objects.create(conference=here, title="Rapport", note="Fra 2023")
    page = outsider.get(PAGE).content.decode()
    assert '<li lang="da"><a href="https://example.org/bog">Håndbog</a></li>' in page
    assert '<li lang="nb"><b>Rapport</b><br><span class="soft">Fra 2023</span></li>' in page
    assert page.index("Rapport") < page.index("Håndbog")
