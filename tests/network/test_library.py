from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from network.models import Resource, ResourceSeries, Topic
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic() -> Topic:
    return Topic.objects.create(key="tjenester", name_nb="Tjenester", name_en="Services")


def shown(client: Client, **query: str) -> list[Resource]:
    return list(client.get("/bibliotek/", query).context["page"])


def test_shows_what_is_out_the_newest_year_first(outsider: Client) -> None:
    old = factories.make_resource(year=2015)
    new = factories.make_resource(year=2023)
    factories.make_resource(published_at=None)
    factories.make_resource(published_at=timezone.now() + timedelta(days=1))
    assert shown(outsider) == [new, old]


def test_each_choice_narrows_the_list(outsider: Client, topic: Topic) -> None:
    maker = factories.make_organisation("Fyrlykta")
    wanted = factories.make_resource(kind="tool", year=2021, language="da", title="Nøkkeltal")
    wanted.topics.add(topic)
    wanted.made_by.add(maker)
    factories.make_resource(kind="report", year=2019, title="Noe annet")
    for query in (
        {"kind": "tool"},
        {"topic": "tjenester"},
        {"year": "2021"},
        {"language": "da"},
        {"q": "nøkkel"},
        {"q": "fyrlykta"},
    ):
        assert shown(outsider, **query) == [wanted], query


@pytest.mark.parametrize(
    "query",
    [{"kind": "bok"}, {"topic": "ukjent"}, {"year": "1066"}, {"language": "xx"}, {"page": "2"}],
)
def test_choices_that_are_not_offered_are_not_there(
    outsider: Client, query: dict[str, str]
) -> None:
    factories.make_resource()
    assert outsider.get("/bibliotek/", query).status_code == 404


def test_says_what_to_do_when_nothing_fits(outsider: Client) -> None:
    factories.make_resource()
    page = outsider.get("/en/bibliotek/", {"q": "finnesikke"}).content.decode()
    assert "Nothing here fits. Take away a choice, or use fewer words." in page


@pytest.mark.parametrize("words", ["\x00", "%", "' OR 1=1 --", "x" * 5000])
def test_strange_words_find_nothing_and_break_nothing(outsider: Client, words: str) -> None:
    factories.make_resource()
    assert outsider.get("/bibliotek/", {"q": words}).status_code == 200


def test_page_turns_with_its_choices(outsider: Client) -> None:
    for _number in range(21):
        factories.make_resource(kind="tool")
    page = outsider.get("/bibliotek/", {"kind": "tool"}).content.decode()
    assert 'href="?kind=tool&amp;page=2"' in page


@pytest.mark.parametrize("number", [1, 3])
def test_costs_the_same_for_one_and_for_three(
    outsider: Client, topic: Topic, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for _number in range(number):
        resource = factories.make_resource()
        resource.topics.add(topic)
        resource.made_by.add(factories.make_organisation())
    with django_assert_num_queries(5):
        outsider.get("/bibliotek/")


def test_resource_tells_who_made_it_and_how_to_get_it(outsider: Client) -> None:
    resource = factories.make_resource(link="", how_to_get="Spør oss")
    resource.made_by.add(factories.make_organisation("Fyrlykta"))
    page = outsider.get(resource.get_absolute_url()).content.decode()
    assert ("Fyrlykta" in page, "Spør oss" in page) == (True, True)


def test_draft_is_not_there(outsider: Client) -> None:
    draft = factories.make_resource(published_at=None, link="")
    assert outsider.get(draft.get_absolute_url()).status_code == 404


def test_series_shows_its_parts_in_order(outsider: Client) -> None:
    series = ResourceSeries.objects.create(slug="koncept", title="Koncept")
    second = factories.make_resource(series=series, number=2)
    first = factories.make_resource(series=series, number=1)
    factories.make_resource(series=series, number=3, published_at=None)
    assert outsider.get("/bibliotek/serie/koncept/").context["resources"] == [first, second]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("resource_year_plausible", {"year": 1850}),
        ("resource_can_be_had", {"link": "", "how_to_get": ""}),
        ("resource_number_needs_series", {"number": 1}),
    ],
)
def test_database_refuses(name: str, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=name):
        factories.make_resource(**fields)


def test_database_refuses_one_number_twice_in_a_series() -> None:
    series = ResourceSeries.objects.create(slug="koncept", title="Koncept")
    factories.make_resource(series=series, number=1)
    with pytest.raises(IntegrityError, match=r"resource_number_once_in_series|series_id"):
        factories.make_resource(series=series, number=1)
