"""Slides, links and recordings: shown to those they are for, handed out as downloads, and private files always."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from conferences.models import Conference
from membership.models import Membership
from network.models import User
from programme.actions.publishing import publish
from programme.actions.restoring import restore
from programme.models import Material, ProgrammeVersion, Session
from programme.privacy import purge
from registrations.models import Registration
from tests import factories
from tests.factories import make_material, make_membership, make_room, make_session, republish
from tests.factories.files import pdf, pptx
from tests.registrations.test_admin_conference import as_posted, browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> Iterator[Path]:
    """A folder of the test's own for private files."""
    storage = storages["private"]
    before = storage._location  # type: ignore[attr-defined]
    storage._location = tmp_path  # type: ignore[attr-defined]
    for cached in ("base_location", "location"):
        vars(storage).pop(cached, None)
    yield tmp_path
    storage._location = before  # type: ignore[attr-defined]
    for cached in ("base_location", "location"):
        vars(storage).pop(cached, None)


@pytest.fixture
def session(conference: Conference) -> Session:
    made: Session = make_session(
        conference, "foredrag", ends_at=conference.starts_at + timedelta(hours=1)
    )
    return made


def page(client: Client) -> str:
    return client.get("/en/arrangementer/konferansen/program/foredrag/").content.decode()


def address(material: Material) -> str:
    return f"/en/arrangementer/konferansen/materiell/{material.key}/"


def content(response: Any) -> bytes:
    found = b"".join(response.streaming_content)
    for close in response._resource_closers:  # close() would drop the test's database connection
        close()
    return found


def status(client: Client, path: str) -> int:
    response: Any = client.get(path)
    if response.streaming:
        content(response)
    return int(response.status_code)


class TestEveryone:
    def test_gets_a_download_of_a_safe_type_under_a_name_of_its_title(
        self, session: Session, outsider: Client
    ) -> None:
        material = make_material(session, title="Trussel, makt\tog <mening>")
        assert f'href="{address(material)}"' in page(outsider)
        response = outsider.get(address(material))
        assert content(response) == pdf()
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == (
            'attachment; filename="trussel-makt-og-mening.pdf"'
        )
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in response["Cache-Control"]

    def test_finds_no_file_by_its_own_name(self, session: Session, outsider: Client) -> None:
        material = make_material(session)
        assert str(material.file.name).startswith("materials/")
        assert outsider.get(f"/media/{material.file.name}").status_code == 404
        assert str(material.file.name) not in page(outsider)
        with pytest.raises(ValueError, match="no address"):
            _ = material.file.url

    def test_follows_links(self, session: Session, outsider: Client) -> None:
        make_material(session, file="", url="https://example.org/opptak", kind="link")
        assert '<a href="https://example.org/opptak" rel="noopener">' in page(outsider)

    def test_reads_a_recording_in_writing(self, session: Session, outsider: Client) -> None:
        make_material(
            session,
            kind="recording",
            file="",
            url="https://example.org/film",
            transcript="**Kari:** Velkommen.",
        )
        assert "<strong>Kari:</strong> Velkommen." in page(outsider)

    def test_sees_nothing_that_waits_for_the_organiser_or_for_its_time(
        self, session: Session, outsider: Client
    ) -> None:
        waiting = make_material(session, title="Venter", accepted_at=None)
        after = make_material(session, title="Etterpå", moment="after")
        assert "Venter" not in page(outsider)
        assert "Etterpå" not in page(outsider)
        assert [status(outsider, address(each)) for each in (waiting, after)] == [404, 404]
        assert session.ends_at
        with time_machine.travel(session.ends_at, tick=False):
            assert "Etterpå" in page(outsider)
            assert status(outsider, address(after)) == 200

    def test_sees_nothing_of_a_draft(self, session: Session, outsider: Client) -> None:
        material = make_material(session)
        Conference.objects.update(published_at=None)
        assert outsider.get(address(material)).status_code == 404

    def test_gets_404_when_the_file_is_gone(self, session: Session, outsider: Client) -> None:
        material = make_material(session)
        Path(material.file.path).unlink()
        assert page(outsider)
        assert outsider.get(address(material)).status_code == 404
        assert (
            outsider.get(address(material).replace(material.key, "finnes-ikke")).status_code == 404
        )

    def test_what_can_not_be_done(self, session: Session, outsider: Client) -> None:
        assert outsider.post(address(make_material(session))).status_code == 405


def confirm(user: User) -> None:
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


class TestMembers:
    def test_sign_in_first(self, session: Session, outsider: Client, member: User) -> None:
        material = make_material(
            session, audience="members", file="", url="https://example.org/hemmelig", kind="link"
        )
        assert "For members: you are asked to sign in." in page(outsider)
        assert "example.org/hemmelig" not in page(outsider)
        refused = outsider.get(address(material))
        assert refused["Location"].startswith("/en/konto/login/?next=")
        make_membership(member.email)
        confirm(member)
        outsider.force_login(member)
        assert outsider.get(address(material))["Location"] == "https://example.org/hemmelig"

    def test_an_account_is_no_membership(
        self, session: Session, outsider: Client, member: User
    ) -> None:
        material = make_material(session, audience="members", title="Internt")
        make_membership(member.email, admitted_at=None)
        make_membership("en.annen@example.no")
        confirm(member)
        outsider.force_login(member)
        refused = outsider.get(address(material))
        assert refused.status_code == 403
        assert "This is for members of the network" in refused.content.decode()
        Membership.objects.filter(email=member.email).update(admitted_at=timezone.now())
        EmailAddress.objects.filter(user=member).update(verified=False)
        assert outsider.get(address(material)).status_code == 403

    def test_words_of_their_recordings_are_theirs_too(
        self, session: Session, outsider: Client
    ) -> None:
        make_material(
            session, audience="members", kind="transcript", file="", transcript="Hemmelige ord"
        )
        assert "Hemmelige ord" not in page(outsider)


class TestRegistered:
    def mine(self, registration: Registration, material: Material) -> str:
        return f"/en/pamelding/{registration.manage_key}/materiell/{material.key}/"

    def test_open_it_from_their_own_page_and_nobody_else_does(
        self, session: Session, participant: Registration, outsider: Client, member: User
    ) -> None:
        material = make_material(session, audience="registered", title="Arbeidsark")
        own = outsider.get(f"/en/pamelding/{participant.manage_key}/").content.decode()
        assert f'href="{self.mine(participant, material)}"' in own
        response = outsider.get(self.mine(participant, material))
        assert content(response) == pdf()
        assert response["Referrer-Policy"] == "no-referrer"

        assert "For those registered" in page(outsider)
        outsider.force_login(member)
        refused = outsider.get(address(material))
        assert refused.status_code == 403
        assert "This is for those registered" in refused.content.decode()
        assert outsider.get(self.mine(participant, material)[:-2] + "x/").status_code == 404
        assert outsider.get(f"/en/pamelding/gjettet/materiell/{material.key}/").status_code == 404

    @pytest.mark.parametrize("state", ["waiting", "cancelled", "lapsed"])
    def test_need_a_place(
        self, session: Session, participant: Registration, outsider: Client, state: str
    ) -> None:
        material = make_material(session, audience="registered", title="Arbeidsark")
        now = timezone.now()
        Registration.objects.update(state=state, waiting_since=now, cancelled_at=now)
        own = outsider.get(f"/en/pamelding/{participant.manage_key}/").content.decode()
        assert "Arbeidsark" not in own
        assert outsider.get(self.mine(participant, material)).status_code == 404

    def test_of_another_gathering_get_nothing(
        self, session: Session, participant: Registration, outsider: Client
    ) -> None:
        elsewhere = make_session(factories.make_conference())
        material = make_material(elsewhere, audience="registered")
        assert outsider.get(self.mine(participant, material)).status_code == 404

    def test_what_is_for_members_is_not_theirs(
        self, session: Session, participant: Registration, outsider: Client
    ) -> None:
        material = make_material(session, audience="members", title="Internt")
        assert outsider.get(self.mine(participant, material)).status_code == 404

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_one_query_however_many(
        self,
        session: Session,
        participant: Registration,
        outsider: Client,
        rows: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        own = f"/en/pamelding/{participant.manage_key}/"
        with django_assert_num_queries(QUERIES_OF_OWN_PAGE):
            outsider.get(own)
        for _row in range(rows):
            make_material(session, audience="registered")
        with django_assert_num_queries(QUERIES_OF_OWN_PAGE):
            outsider.get(own)


QUERIES_OF_OWN_PAGE = 5


class TestOrganiser:
    def change(self, user: User, session: Session, **changes: Any) -> Any:
        browser = browser_of(user)
        path = f"/en/admin/programme/session/{session.pk}/change/"
        sent = as_posted(browser, path)
        number = int(sent["materials-TOTAL_FORMS"])
        row = {"kind": "slides", "language": "nb", "audience": "everyone", "moment": "at_once"}
        row |= {"title": "Lysbilder", "position": "0", **changes}
        sent |= {f"materials-{number}-{name}": value for name, value in row.items()}
        sent["materials-TOTAL_FORMS"] = number + 1
        return browser.post(path, sent)

    def test_adds_slides_whose_name_is_forgotten(self, organiser: User, session: Session) -> None:
        upload = ContentFile(pptx(), name="Kari Normann diagnose.PDF.exe")
        answer = self.change(organiser, session, file=upload)
        assert answer.status_code == 302
        material = Material.objects.get()
        assert str(material.file.name).endswith(".pptx")
        assert "Kari" not in str(material.file.name)
        with material.file.open() as stored:
            assert stored.read() == pptx()

    def test_is_told_what_will_not_do(self, organiser: User, session: Session) -> None:
        drawing = ContentFile(b"<svg><script>alert(1)</script></svg>", name="lysbilder.pdf")
        for changes, said in (
            ({"file": drawing}, "can&#x27;t tell what this file is"),
            ({}, "Give a file or a link, and not both."),
            ({"url": "https://example.org/f", "kind": "recording"}, "needs its words in writing"),
        ):
            answer = self.change(organiser, session, **changes)
            assert said in answer.content.decode()
        assert not Material.objects.exists()

    def test_opens_what_others_do_not_see_yet(
        self, organiser: User, editor: User, doorkeeper: User, session: Session
    ) -> None:
        material = make_material(session, accepted_at=None, audience="registered")
        answers = [
            status(browser_of(user), address(material)) for user in (organiser, editor, doorkeeper)
        ]
        assert answers == [200, 200, 404]

    def test_a_link_takes_the_place_of_a_file(self, organiser: User, session: Session) -> None:
        make_material(session)
        browser = browser_of(organiser)
        path = f"/en/admin/programme/session/{session.pk}/change/"
        sent = as_posted(browser, path) | {"materials-0-url": "https://example.org/lysbilder"}
        assert browser.post(path, sent).status_code == 302
        material = Material.objects.get()
        assert (material.file.name, material.url) == ("", "https://example.org/lysbilder")


class TestRules:
    def test_a_file_or_a_link(self, session: Session) -> None:
        with pytest.raises(IntegrityError, match="material_file_or_link"):
            Material.objects.create(session=session, title="Tomt")

    def test_a_recording_has_its_words(self, session: Session) -> None:
        with pytest.raises(IntegrityError, match="material_recording_has_transcript"):
            make_material(session, kind="recording")

    def test_files_of_no_row_are_deleted_by_night(self, session: Session, files: Path) -> None:
        kept, gone = make_material(session), make_material(session)
        gone.delete()
        later = timezone.now() + timedelta(days=2)
        assert purge(later, dry_run=True).removed["files"] == 1
        assert purge(later, dry_run=False).removed["files"] == 1
        assert [path.name for path in (files / "materials").iterdir()] == [
            Path(kept.file.path).name
        ]


def test_pictures_of_no_speaker_are_deleted_by_night(
    db: None, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "speakers").mkdir()
    (tmp_path / "speakers" / "gammelt.jpg").write_bytes(io.BytesIO(b"x").read())
    later = timezone.now() + timedelta(days=2)
    assert purge(later, dry_run=False).removed["pictures"] == 1
    assert list((tmp_path / "speakers").iterdir()) == []


class TestOfASessionTakenOut:
    """Readers keep what they see until the programme is published without it."""

    def test_stays_with_readers_until_it_is_published(
        self, session: Session, conference: Conference, outsider: Client
    ) -> None:
        material = make_material(session)
        session.delete()
        assert (Session.objects.count(), session.conference.sessions.count()) == (0, 0)
        assert f'href="{address(material)}"' in page(outsider)
        assert status(outsider, address(material)) == 200
        publish(conference=conference, by=None)
        assert outsider.get("/en/arrangementer/konferansen/program/foredrag/").status_code == 404
        assert outsider.get(address(material)).status_code == 404
        assert not Material.objects.exists()
        assert not Session.everything.exists()

    def test_comes_back_with_an_earlier_version(
        self, session: Session, conference: Conference, organiser: User
    ) -> None:
        material = make_material(session)
        number = session.pk
        session.delete()
        restore(version=ProgrammeVersion.objects.get(), by=organiser)
        again = Session.objects.get()
        assert (again.pk, again.key) == (number, "foredrag")
        assert list(again.materials.all()) == [material]

    def test_goes_at_once_where_readers_never_saw_it(self, conference: Conference) -> None:
        draft = make_session(conference, published=False)
        make_material(draft)
        draft.delete()
        assert not Material.objects.exists()
        assert not Session.everything.exists()

    def test_lets_another_have_its_address_and_its_room(
        self, session: Session, conference: Conference
    ) -> None:
        room = make_room(conference.venue)
        Session.objects.update(room=room)
        republish(conference.pk)
        make_material(session)
        Session.objects.get().delete()
        make_session(conference, "foredrag", published=False, title="Et annet")
        room.delete()
        assert [each.title for each in Session.objects.all()] == ["Et annet"]
