"""What an organiser changes in the admin shows at once, whichever row it is."""

import io
from pathlib import Path

import pytest
from django.contrib.admin import site
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image
from pytest_django import Settings

from conferences.actions import touch
from conferences.models import Conference, Venue
from network.models import User
from programme.actions.publishing import publish
from programme.models import Session
from recovery_network import pictures
from tests.factories import make_contribution, make_session

PROGRAMME = "/arrangementer/konferansen/program/"


def shown(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_deleting_a_session_when_the_programme_is_published(
    client: Client, organiser: User, conference: Conference
) -> None:
    session = make_session(conference, title="Foredraget")
    make_contribution(session)
    assert "Foredraget" in shown(client, PROGRAMME)
    client.force_login(organiser)
    path = f"/admin/programme/session/{session.pk}/delete/"
    assert client.post(path, {"post": "yes"}).status_code == 302
    assert not Session.objects.exists()
    assert "Foredraget" in shown(client, PROGRAMME)
    publish(conference=conference, by=organiser)
    assert "Foredraget" not in shown(client, PROGRAMME)


def test_renaming_the_venue(client: Client, organiser: User, conference: Conference) -> None:
    assert "Fjordsalen" in shown(client, "/arrangementer/konferansen/")
    client.force_login(organiser)
    path = f"/admin/conferences/venue/{Venue.objects.get().pk}/change/"
    no_rooms = {"rooms-TOTAL_FORMS": "0", "rooms-INITIAL_FORMS": "0"}
    fields = {"name": "Storsalen", "city": "Sandnes", "country": "NO", **no_rooms}
    assert client.post(path, fields).status_code == 302
    page = shown(client, "/arrangementer/konferansen/")
    assert "Storsalen" in page
    assert "Fjordsalen" not in page


def test_the_admin_touches_for_every_row_that_pages_show() -> None:
    touching = {
        model.__name__ for model, admin in site._registry.items() if hasattr(admin, "touch_all")
    }
    assert touching == {
        "Conference",
        "Organisation",
        "Series",
        "Session",
        "Speaker",
        "Venue",
    }


@pytest.fixture
def with_picture(conference: Conference, settings: Settings, tmp_path: Path) -> Conference:
    settings.MEDIA_ROOT = tmp_path
    out = io.BytesIO()
    Image.new("RGB", (64, 32), "teal").save(out, "PNG")
    conference.hero_image = pictures.remade(ContentFile(out.getvalue(), "hemmelig navn.png"))
    conference.hero_alt = "En turkis flate."
    conference.hero_caption = "Slik så det ut."
    conference.hero_photographer = "Frida Fotograf"
    conference.save()
    touch(conference)
    return conference


def test_the_picture_has_its_words_and_a_name_of_ours(
    outsider: Client, with_picture: Conference
) -> None:
    address = with_picture.hero_image.url
    assert address.startswith(f"/media/conferences/{with_picture.key}-")
    assert address.endswith(".jpg")
    page = shown(outsider, "/en/arrangementer/konferansen/")
    for words in (
        f'<img src="{address}" alt="En turkis flate."',
        "Slik så det ut.",
        "Photo: Frida Fotograf",
        f'<meta property="og:image" content="http://testserver{address}">',
        f'"image": "http://testserver{address}"',
    ):
        assert words in page


def test_the_page_stands_when_the_file_is_gone(outsider: Client, with_picture: Conference) -> None:
    Path(with_picture.hero_image.path).unlink()
    assert "En turkis flate." in shown(outsider, "/arrangementer/konferansen/")


def test_the_demo_serves_what_was_uploaded_and_nothing_else(
    outsider: Client, db: None, settings: Settings
) -> None:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(exist_ok=True)
    (folder / "flate.jpg").write_bytes(b"flaten")
    (folder.parent / "secrets.json").write_text("{}")
    response = outsider.get("/media/flate.jpg")
    assert b"".join(response.streaming_content) == b"flaten"  # type: ignore[attr-defined]
    assert response["Content-Type"] == "image/jpeg"
    response.close()
    assert outsider.get("/media/").status_code == 404
    for path in ("/media/../secrets.json", "/media/%2e%2e/secrets.json"):
        assert outsider.get(path).status_code == 400


def test_a_change_is_dated(conference: Conference) -> None:
    before = conference.changed_at
    touch(conference)
    conference.refresh_from_db()
    assert conference.changed_at > before
