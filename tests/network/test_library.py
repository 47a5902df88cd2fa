import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.template.defaultfilters import filesizeformat
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from network import privacy
from network.models import Resource, ResourceSeries, Topic, User
from recovery_network.uploads import private_files
from tests import factories
from tests.factories.files import pdf, pptx, zipped
from tests.programme.test_materials import content

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
    Resource.objects.filter(pk=wanted.pk).update(licence="CC-BY-4.0")
    factories.make_resource(kind="report", year=2019, title="Noe annet")
    factories.index()
    for query in (
        {"kind": "tool"},
        {"topic": "tjenester"},
        {"year": "2021"},
        {"language": "da"},
        {"licence": "cc-by-4.0"},
        {"q": "nøkkel"},
        {"q": "nokeltal"},
        {"q": "fyrlykta"},
    ):
        assert shown(outsider, **query) == [wanted], query


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "bok"},
        {"topic": "ukjent"},
        {"year": "1066"},
        {"language": "xx"},
        {"licence": "CC"},
        {"page": "2"},
    ],
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


def test_what_fits_best_stands_first_and_a_slip_is_told(outsider: Client) -> None:
    told = factories.make_resource(title="Om noe annet", about="Litt om hverdagslivet.", year=2024)
    best = factories.make_resource(title="Hverdagslivet i kommunen", year=2011)
    factories.index()
    page = outsider.get("/en/bibliotek/", {"q": "hverdaglivet"})
    assert list(page.context["page"]) == [best, told]
    assert "here is what we found for <b>hverdagslivet</b>" in page.content.decode()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder of the test's own for private files."""
    storage: Any = private_files()
    before = storage._location
    storage._location = tmp_path
    for cached in ("base_location", "location"):
        vars(storage).pop(cached, None)
    yield tmp_path
    storage._location = before
    for cached in ("base_location", "location"):
        vars(storage).pop(cached, None)


def name_of(resource: Resource) -> str:
    resource.refresh_from_db()
    return resource.file.name or ""


@pytest.mark.usefixtures("folder")
class TestFiles:
    def post(self, client: Client, resource: Resource, **values: Any) -> Any:
        address = reverse("admin:network_resource_change", args=[resource.pk])
        form: Any = client.get(address).context["adminform"].form
        filled = {name: form[name].value() for name in form.fields if name != "file"}
        posted = {name: value for name, value in filled.items() if value not in (None, "")}
        return client.post(address, posted | values)

    def upload(self, content: bytes, name: str = "Kari diagnose.exe") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, content, "text/html")

    def test_is_kept_by_what_it_is_and_handed_out_as_a_download(
        self, editor: User, client: Client, outsider: Client
    ) -> None:
        resource = factories.make_resource(title="Rapport om naboer", link="", how_to_get="Spør.")
        client.force_login(editor)
        assert self.post(client, resource, file=self.upload(pdf())).status_code == 302
        assert re.fullmatch(r"library/[\w-]{32}\.pdf", name_of(resource))
        shown = outsider.get(f"/en/bibliotek/{resource.slug}/").content.decode()
        assert f'href="/en/bibliotek/{resource.slug}/fil/"' in shown
        assert f"Download (PDF, {filesizeformat(len(pdf()))})" in shown
        answer = outsider.get(f"/bibliotek/{resource.slug}/fil/")
        assert content(answer) == pdf()
        assert {
            name: answer[name]
            for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options")
        } == {
            "Content-Type": "application/pdf",
            "Content-Disposition": 'attachment; filename="rapport-om-naboer.pdf"',
            "X-Content-Type-Options": "nosniff",
        }

    @pytest.mark.parametrize(
        "rubbish", [b"<html><script>", b"MZ\x90", b"", pdf() + zipped({"a": b"b"})]
    )
    def test_what_is_no_document_is_refused_in_words(
        self, editor: User, client: Client, rubbish: bytes
    ) -> None:
        resource = factories.make_resource()
        client.force_login(editor)
        page = self.post(client, resource, file=self.upload(rubbish, "rapport.pdf"))
        assert page.status_code == 200
        assert page.context["adminform"].form.errors["file"]
        assert name_of(resource) == ""

    def test_is_taken_away_and_swept(self, editor: User, client: Client) -> None:
        resource = factories.make_resource()
        client.force_login(editor)
        self.post(client, resource, file=self.upload(pptx()))
        name = name_of(resource)
        assert name.endswith(".pptx")
        self.post(client, resource, title="Nytt navn")
        assert (name_of(resource), resource.title) == (name, "Nytt navn")
        self.post(client, resource, remove_file="on")
        assert name_of(resource) == ""
        tomorrow = timezone.now() + timedelta(days=2)
        assert privacy.purge(tomorrow, dry_run=True).removed["files"] == 1
        assert private_files().exists(name)
        privacy.purge(tomorrow, dry_run=False)
        assert not private_files().exists(name)

    def test_of_what_is_not_out_is_for_editors_alone(
        self, editor: User, client: Client, outsider: Client, treasurer: User
    ) -> None:
        resource = factories.make_resource(published_at=None)
        resource.file.save("x.pdf", ContentFile(pdf()))
        address = reverse("admin:network_resource_file", args=[resource.pk])
        assert outsider.get(f"/bibliotek/{resource.slug}/fil/").status_code == 404
        assert outsider.get(address).status_code == 302
        client.force_login(treasurer)
        assert client.get(address).status_code == 403
        client.force_login(editor)
        assert content(client.get(address)) == pdf()

    def test_that_is_gone_or_was_never_there_is_not_there(self, outsider: Client) -> None:
        resource = factories.make_resource()
        assert outsider.get(f"/bibliotek/{resource.slug}/fil/").status_code == 404
        resource.file.save("x.pdf", ContentFile(pdf()))
        private_files().delete(name_of(resource))
        assert outsider.get(f"/bibliotek/{resource.slug}/fil/").status_code == 404
        assert outsider.get(f"/bibliotek/{resource.slug}/").status_code == 200
