from xml.etree import ElementTree

from django.test import Client
from django.utils import timezone

from programme.models import Session
from tests.factories import make_conference, make_contribution, make_session

SITE = "http://testserver"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def addresses(client: Client) -> dict[str, dict[str, str]]:
    """Each address with those it names in other languages."""
    response = client.get("/sitemap.xml")
    assert response.status_code == 200
    found = {}
    for url in ElementTree.fromstring(response.content).findall("s:url", NAMES):
        links = url.findall("x:link", NAMES)
        found[url.findtext("s:loc", "", NAMES)] = {
            link.attrib["hreflang"]: link.attrib["href"] for link in links
        }
    return found


def test_names_every_public_page_in_every_language(outsider: Client, db: None) -> None:
    conference = make_conference(slug="konferansen")
    make_session(conference, "foredrag")
    make_session(conference, "lunsj", kind=Session.Kind.MEAL)
    paths = [
        "/",
        "/arrangementer/",
        "/aktuelt/",
        "/bibliotek/",
        "/nettverket/",
        "/nettverket/styringsgruppen/",
        "/nettverket/organisasjoner/",
        "/innledere/",
        "/kontakt/",
        "/personvern/",
        "/vilkar/",
        "/tilgjengelighet/",
        "/arrangementer/konferansen/",
        "/arrangementer/konferansen/program/",
        "/arrangementer/konferansen/program/foredrag/",
    ]
    found = addresses(outsider)
    assert set(found) == {
        f"{SITE}{prefix}{path}" for path in paths for prefix in ("", "/nn", "/da", "/en")
    }
    for prefix in ("", "/en"):
        assert found[f"{SITE}{prefix}/arrangementer/konferansen/"] == {
            "nb": f"{SITE}/arrangementer/konferansen/",
            "nn": f"{SITE}/nn/arrangementer/konferansen/",
            "da": f"{SITE}/da/arrangementer/konferansen/",
            "en": f"{SITE}/en/arrangementer/konferansen/",
            "x-default": f"{SITE}/arrangementer/konferansen/",
        }


def test_leaves_out_what_is_not_public(outsider: Client, db: None) -> None:
    before = addresses(outsider)
    for fields in ({"published_at": None}, {"archived_at": timezone.now()}):
        make_session(make_conference(**fields))
    assert addresses(outsider) == before


def test_names_those_who_stand_in_a_programme_that_everyone_sees(
    outsider: Client, db: None
) -> None:
    shown = make_contribution(make_session(make_conference(), title="Ute"), "Åse Innleder")
    make_contribution(make_session(make_conference(published_at=None)), "Skjult Innleder")
    people = [path for path in addresses(outsider) if path.startswith(f"{SITE}/innledere/")]
    assert people == [f"{SITE}/innledere/", f"{SITE}{shown.speaker.get_absolute_url()}"]
