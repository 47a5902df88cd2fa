"""A contributor's own page: behind a link of their own, on top of what they saw, and shown by nobody but the organiser."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries, Settings

from conferences.models import Conference
from network.models import User
from programme.actions import answering, inviting
from programme.actions.publishing import publish
from programme.errors import ProgrammeError
from programme.models import (
    Contribution,
    Material,
    Session,
    Speaker,
    SpeakerInvitation,
    SpeakerNeed,
    TalkProposal,
)
from programme.privacy import purge
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from registrations.actions.calling_off import call_off
from tests.browsing import link_in
from tests.factories import make_conference, make_contribution, make_session
from tests.factories.files import pdf, picture
from tests.registrations.test_admin_conference import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
State = SpeakerInvitation.State
DESK = "/en/admin/conferences/conference/{}/programme/contributors/"


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Folders of the test's own for files, private and public."""
    settings.MEDIA_ROOT = tmp_path / "media"
    storage: Any = storages["private"]
    before = storage._location
    storage._location = tmp_path / "private"
    for cached in ("base_location", "location"):
        vars(storage).pop(cached, None)
    yield tmp_path
    storage._location = before
    for cached in ("base_location", "location"):
        vars(storage).pop(cached, None)


@pytest.fixture
def session(conference: Conference) -> Session:
    made: Session = make_session(
        conference, "foredrag", ends_at=conference.starts_at + timedelta(hours=1)
    )
    return made


@pytest.fixture
def speaker(session: Session) -> Speaker:
    found: Speaker = make_contribution(session, "Kari Innleder").speaker
    found.email = "kari@example.no"
    found.save(update_fields=["email"])
    return found


@pytest.fixture
def invitation(conference: Conference, speaker: Speaker, organiser: User) -> SpeakerInvitation:
    return inviting.invite(
        conference=conference,
        speaker=speaker,
        by=organiser,
        answer_by=conference.starts_at - timedelta(days=30),
        message="Vi håper du vil.",
    )


@pytest.fixture
def coming(invitation: SpeakerInvitation) -> SpeakerInvitation:
    """One who has said yes."""
    answering.answer(invitation=invitation, version=0, answer="confirmed")
    invitation.refresh_from_db()
    return invitation


def page(invitation: SpeakerInvitation, part: str = "") -> str:
    return f"/en/bidrag/{invitation.key}/{part}"


def post(client: Client, invitation: SpeakerInvitation, part: str = "", **sent: Any) -> Any:
    invitation.refresh_from_db()
    return client.post(page(invitation, part), {"version": invitation.version, **sent})


def profile(**changes: Any) -> dict[str, Any]:
    return {
        "title": "forsker",
        "affiliation": "Lyngheia",
        "biography": "Har skrevet **mye**.",
        "picture": ContentFile(picture(900, 600), name="hjemme hos meg.png"),
        "picture_alt": "En kvinne i gul genser.",
        "picture_consent": "on",
        "recording_consent": "yes",
        **changes,
    }


class TestInvitation:
    def test_comes_by_mail_with_a_link_that_opens_the_page(
        self, invitation: SpeakerInvitation, outsider: Client
    ) -> None:
        mail = Mail.objects.get(kind="contributor_invitation")
        assert mail.recipient == "kari@example.no"
        assert mail.subject.startswith("Vil du bidra? Konferanse, Sandnes, ")
        assert "Vi håper du vil." in mail.text
        assert "Et foredrag" in mail.text
        path = link_in(mail, "/bidrag/")
        response = outsider.get(path)
        assert response.status_code == 200
        assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "strict-origin"

    def test_needs_an_address_a_date_to_come_and_a_gathering_to_come(
        self, conference: Conference, speaker: Speaker, organiser: User
    ) -> None:
        soon = timezone.now() + timedelta(days=3)

        def refusal(answer_by: Any = soon) -> str:
            with pytest.raises(ProgrammeError) as refused:
                inviting.invite(
                    conference=conference, speaker=speaker, by=organiser, answer_by=answer_by
                )
            return refused.value.code

        assert refusal(timezone.now()) == "past"
        Speaker.objects.update(email="")
        speaker.refresh_from_db()
        assert refusal() == "no_address"
        speaker.email = "kari@example.no"
        conference.ends_at = timezone.now()
        assert refusal() == "over"
        assert not SpeakerInvitation.objects.exists()

    def test_asking_again_keeps_a_yes_and_asks_others_anew(
        self, coming: SpeakerInvitation, organiser: User
    ) -> None:
        def again() -> SpeakerInvitation:
            return inviting.invite(
                conference=coming.conference,
                speaker=coming.speaker,
                by=organiser,
                answer_by=coming.answer_by,
            )

        assert (again().state, SpeakerInvitation.objects.count()) == (State.CONFIRMED, 1)
        answering.answer(invitation=coming, version=1, answer="withdrawn", words="Kan ikke.")
        anew = again()
        assert (anew.state, anew.answer_note, anew.key) == (State.INVITED, "", coming.key)


class TestLink:
    @pytest.mark.parametrize("part", ["", "om-deg/", "behov/", "okt/foredrag/", "bilde/"])
    def test_opens_nothing_when_it_is_wrong_taken_back_late_or_called_off(
        self, coming: SpeakerInvitation, outsider: Client, organiser: User, part: str
    ) -> None:
        key = coming.key

        def answer() -> tuple[int, bool]:
            response = outsider.get(f"/en/bidrag/{key}/{part}")
            return response.status_code, "Kari Innleder" in response.content.decode()

        gone = (404, False)
        assert outsider.get(f"/en/bidrag/gjettet/{part}").status_code == 404
        with time_machine.travel(coming.conference.ends_at + timedelta(days=15), tick=False):
            assert answer() == gone
        inviting.revoke(invitation=coming, by=organiser)
        assert answer() == gone
        inviting.invite(
            conference=coming.conference,
            speaker=coming.speaker,
            by=organiser,
            answer_by=coming.answer_by,
        )
        coming.refresh_from_db()
        assert coming.key not in {None, key}
        assert answer() == gone
        key = coming.key
        if part != "bilde/":
            assert answer()[0] == 200
        call_off(conference=coming.conference, reason="", by=organiser)
        assert answer() == gone

    def test_taking_it_back_withdraws_the_mail_that_has_not_left(
        self, invitation: SpeakerInvitation, organiser: User
    ) -> None:
        inviting.revoke(invitation=invitation, by=organiser)
        assert Mail.objects.get(kind="contributor_invitation").state == Mail.State.CANCELLED

    def test_of_one_opens_nothing_of_another(
        self, coming: SpeakerInvitation, outsider: Client
    ) -> None:
        make_contribution(make_session(coming.conference, "andres"), "Ola Annen")
        make_session(make_conference(), "foredrag")
        assert outsider.get(page(coming, "okt/andres/")).status_code == 404
        assert outsider.get(page(coming, "okt/finnes-ikke/")).status_code == 404
        assert post(outsider, coming, "okt/andres/", title="Stjålet").status_code == 404
        assert not TalkProposal.objects.exists()


class TestAnswer:
    @pytest.mark.parametrize("answer", ["confirmed", "declined"])
    def test_is_kept_and_told_to_the_organiser_without_its_words(
        self, invitation: SpeakerInvitation, outsider: Client, answer: str
    ) -> None:
        response = post(outsider, invitation, answer=answer, words="Jeg er syk.")
        assert (response.status_code, response["Location"]) == (303, page(invitation))
        invitation.refresh_from_db()
        assert (invitation.state, invitation.answer_note) == (answer, "Jeg er syk.")
        mail = Mail.objects.get(kind="contributor_answered")
        assert mail.recipient == "kontakt@example.no"
        assert "Kari Innleder" in mail.text
        assert "syk" not in mail.text + mail.html + mail.subject
        assert str(invitation.key) not in mail.text + mail.html
        assert "syk" not in str(list(AuditEvent.objects.values()))

    def test_can_be_withdrawn_later_but_not_the_other_way(
        self, coming: SpeakerInvitation, outsider: Client
    ) -> None:
        assert post(outsider, coming, answer="withdrawn").status_code == 303
        again = post(outsider, coming, answer="confirmed")
        assert again.status_code == 409
        coming.refresh_from_db()
        assert coming.state == State.WITHDRAWN

    @pytest.mark.parametrize("answer", ["", "invited", "withdrawn", "<script>"])
    def test_must_be_one_of_those_there_are(
        self, invitation: SpeakerInvitation, outsider: Client, answer: str
    ) -> None:
        response = post(outsider, invitation, answer=answer, words="Mine ord")
        assert response.status_code == 409
        assert "Mine ord" in response.content.decode()
        invitation.refresh_from_db()
        assert invitation.state == State.INVITED


class TestTwoWindows:
    @pytest.mark.parametrize(
        ("part", "field"),
        [
            ("", "words"),
            ("om-deg/", "biography"),
            ("okt/foredrag/", "abstract"),
            ("behov/", "text"),
        ],
    )
    def test_the_second_is_told_and_keeps_what_was_typed(
        self, coming: SpeakerInvitation, outsider: Client, part: str, field: str
    ) -> None:
        seen = coming.version
        first = {"version": seen, "biography": "Først", "recording_consent": ""}
        assert outsider.post(page(coming, "om-deg/"), first).status_code == 303
        typed = {"version": seen, field: "Det jeg skrev", "answer": "withdrawn", "consent": "on"}
        late = outsider.post(page(coming, part), typed)
        assert late.status_code == 409
        shown = late.content.decode()
        assert "saved in another window" in shown
        assert "Det jeg skrev" in shown
        coming.refresh_from_db()
        assert (coming.biography, coming.state) == ("Først", State.CONFIRMED)
        again = {**typed, "version": late.context["form"].data["version"]}
        assert outsider.post(page(coming, part), again).status_code == 303


class TestProfile:
    def test_waits_for_the_organiser(
        self, coming: SpeakerInvitation, outsider: Client, session: Session
    ) -> None:
        assert post(outsider, coming, "om-deg/", **profile()).status_code == 303
        coming.refresh_from_db()
        assert (coming.title, coming.picture_consent, coming.recording_consent) == (
            "forsker",
            True,
            True,
        )
        public = outsider.get("/en/arrangementer/konferansen/program/foredrag/").content.decode()
        assert "Har skrevet" not in public
        assert "forsker" not in public
        shown = outsider.get(page(coming, "bilde/"))
        assert shown["Content-Type"] == "image/jpeg"
        assert Image.open(io.BytesIO(shown.content)).size == (480, 480)
        assert str(coming.picture.name).startswith("portraits/")
        assert "hjemme" not in str(coming.picture.name)

    def test_picture_needs_words_and_consent(
        self, coming: SpeakerInvitation, outsider: Client
    ) -> None:
        response = post(outsider, coming, "om-deg/", **profile(picture_alt="", picture_consent=""))
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {"picture_alt", "picture_consent"}
        assert "Har skrevet **mye**." in response.content.decode()

    @pytest.mark.parametrize(
        "content",
        [
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            pdf(),
            b"GIF89a<script>",
            b"",
        ],
    )
    def test_picture_must_be_one(
        self, coming: SpeakerInvitation, outsider: Client, content: bytes
    ) -> None:
        sent = profile(picture=ContentFile(content, name="bilde.jpg"))
        response = post(outsider, coming, "om-deg/", **sent)
        assert response.status_code == 422
        assert "picture" in response.context["form"].errors
        coming.refresh_from_db()
        assert not coming.picture

    def test_taking_the_consent_back_takes_the_picture_away(
        self, coming: SpeakerInvitation, outsider: Client
    ) -> None:
        post(outsider, coming, "om-deg/", **profile())
        assert post(outsider, coming, "om-deg/", **profile(picture="", picture_consent=""))
        coming.refresh_from_db()
        assert (coming.picture.name, coming.picture_alt, coming.picture_consent) == ("", "", False)
        assert outsider.get(page(coming, "bilde/")).status_code == 404


class TestTalk:
    def test_waits_and_so_do_the_slides(
        self, coming: SpeakerInvitation, outsider: Client, session: Session
    ) -> None:
        slides = ContentFile(pdf(), name="Kari Innleder sine.pdf.exe")
        sent = {"title": "Ny tittel", "abstract": "Om veien.", "equipment": "HDMI"}
        assert post(outsider, coming, "okt/foredrag/", slides=slides, **sent).status_code == 303
        session.refresh_from_db()
        assert (session.title, session.abstract) == ("Et foredrag", "")
        material = Material.objects.get()
        assert (material.accepted_at, material.moment, material.title) == (
            None,
            "after",
            "Et foredrag",
        )
        assert material.contributed_by == coming
        public = f"/en/arrangementer/konferansen/materiell/{material.key}/"
        assert outsider.get(public).status_code == 404

    def test_refuses_what_is_no_document(self, coming: SpeakerInvitation, outsider: Client) -> None:
        svg = ContentFile(b"<svg><script>alert(1)</script></svg>", name="slides.pdf")
        response = post(outsider, coming, "okt/foredrag/", slides=svg, abstract="Mine ord")
        assert response.status_code == 422
        assert "Mine ord" in response.content.decode()
        assert not Material.objects.exists()

    def test_takes_away_what_is_not_shown_yet_and_only_ones_own(
        self, coming: SpeakerInvitation, outsider: Client, session: Session
    ) -> None:
        slides = ContentFile(pdf(), name="a.pdf")
        post(outsider, coming, "okt/foredrag/", slides=slides, title=session.title)
        others = Material.objects.create(session=session, title="Andres", url="https://example.org")
        assert post(outsider, coming, "okt/foredrag/", remove=others.key).status_code == 409
        own = Material.objects.get(contributed_by=coming)
        assert not TalkProposal.objects.exists()
        sent = {"remove": own.key, "abstract": "Skrevet i mellomtiden"}
        assert post(outsider, coming, "okt/foredrag/", **sent).status_code == 303
        assert TalkProposal.objects.get().abstract == "Skrevet i mellomtiden"
        assert list(Material.objects.all()) == [others]

    def test_takes_ten_files_and_no_more(
        self, coming: SpeakerInvitation, session: Session, outsider: Client
    ) -> None:
        for number in range(answering.MOST_FILES):
            Material.objects.create(
                session=session, title=f"{number}", url="https://example.org", contributed_by=coming
            )
        sent = {"slides": ContentFile(pdf(), name="a.pdf")}
        assert post(outsider, coming, "okt/foredrag/", **sent).status_code == 409
        assert not TalkProposal.objects.exists()


class TestNeed:
    def test_is_encrypted_and_answered_back(
        self, coming: SpeakerInvitation, outsider: Client, organiser: User
    ) -> None:
        sent = {"text": "Trinnfri scene", "consent": "on"}
        assert post(outsider, coming, "behov/", **sent).status_code == 303
        with connection.cursor() as cursor:
            cursor.execute("SELECT note FROM programme_speakerneed")
            assert "Trinnfri" not in cursor.fetchone()[0]
        assert "Trinnfri" not in str(list(AuditEvent.objects.values()))
        desk = browser_of(organiser)
        review = f"{DESK.format(coming.conference_id)}one/?who={coming.pk}"
        assert "Trinnfri scene" in desk.get(review).content.decode()
        assert AuditEvent.objects.filter(action="contributor.needs_opened").exists()
        desk.post(review, {"accept": "need:", "status": "arranged"})
        assert "arranged" in outsider.get(page(coming)).content.decode()

    def test_needs_consent_and_goes_when_emptied(
        self, coming: SpeakerInvitation, outsider: Client
    ) -> None:
        assert post(outsider, coming, "behov/", text="Teleslynge").status_code == 422
        post(outsider, coming, "behov/", text="Teleslynge", consent="on")
        post(outsider, coming, "behov/", text="")
        assert not SpeakerNeed.objects.exists()

    def test_is_seen_with_permission_only(self, coming: SpeakerInvitation, organiser: User) -> None:
        SpeakerNeed.objects.create(invitation=coming, note="Trinnfri scene")
        group = organiser.groups.get()
        group.permissions.remove(group.permissions.get(codename="see_speaker_needs"))
        review = f"{DESK.format(coming.conference_id)}one/?who={coming.pk}"
        desk = browser_of(organiser)
        assert "Trinnfri" not in desk.get(review).content.decode()
        assert desk.post(review, {"accept": "need:", "status": "arranged"}).status_code == 404


class TestOrganiser:
    def desk(self, user: User, conference: Conference, **sent: Any) -> Any:
        return browser_of(user).post(DESK.format(conference.pk), sent)

    def test_asks_those_chosen_from_the_page(
        self, conference: Conference, speaker: Speaker, organiser: User
    ) -> None:
        silent = make_contribution(make_session(conference), "Uten Adresse").speaker
        day = f"{timezone.now() + timedelta(days=20):%Y-%m-%d}"
        sent = {"who": [speaker.pk, silent.pk], "do": "invite", "answer_by": day, "message": "Hei!"}
        assert self.desk(organiser, conference, **sent).status_code == 302
        asked = SpeakerInvitation.objects.get()
        assert (asked.speaker, asked.message, asked.wants_slides) == (speaker, "Hei!", False)
        local = asked.answer_by.astimezone(conference.zone)
        assert f"{local:%Y-%m-%d %H:%M}" == f"{day} 23:59"

    @pytest.mark.parametrize(
        "sent", [{}, {"do": "invite"}, {"do": "noe"}, {"do": "remind", "who": ["x", "9" * 30]}]
    )
    def test_is_asked_to_choose(
        self, conference: Conference, organiser: User, speaker: Speaker, sent: dict[str, Any]
    ) -> None:
        assert self.desk(organiser, conference, **sent).status_code == 200
        assert not SpeakerInvitation.objects.exists()

    def test_sees_who_is_missing_what(
        self, coming: SpeakerInvitation, organiser: User, session: Session
    ) -> None:
        Contribution.objects.create(
            session=session, speaker=Speaker.objects.create(name="Bo Ubedt"), role="host"
        )
        response = browser_of(organiser).get(DESK.format(coming.conference_id))
        rows = {row.speaker.name: row for row in response.context["rows"]}
        assert [str(each) for each in rows["Kari Innleder"].missing] == [
            "a short presentation",
            "a picture",
            "whether it may be recorded",
            "what the session is about",
            "slides",
        ]
        assert rows["Bo Ubedt"].invitation is None
        assert "No e-mail address" in response.content.decode()

    def test_reminds_once_a_day_of_what_is_missing(
        self, coming: SpeakerInvitation, organiser: User
    ) -> None:
        sent = {"who": [coming.speaker_id], "do": "remind"}
        self.desk(organiser, coming.conference, **sent)
        self.desk(organiser, coming.conference, **sent)
        mail = Mail.objects.get(kind="contributor_reminder")
        assert "- et bilde" in mail.text
        assert "- lysbilder" in mail.text

    def test_lets_the_profile_through_and_readers_see_it_at_once(
        self, coming: SpeakerInvitation, outsider: Client, organiser: User
    ) -> None:
        public = "/en/arrangementer/konferansen/program/foredrag/"
        outsider.get(public)
        post(outsider, coming, "om-deg/", **profile())
        coming.refresh_from_db()
        review = f"{DESK.format(coming.conference_id)}one/?who={coming.pk}"
        desk = browser_of(organiser)
        assert "Har skrevet" in desk.get(review).content.decode()
        assert desk.get(f"{review}&picture")["Content-Type"] == "image/jpeg"
        sent = {"accept": "profile:", "version": coming.version}
        assert desk.post(review, sent).status_code == 302
        shown = outsider.get(public).content.decode()
        assert "Har skrevet <strong>mye</strong>." in shown
        assert 'alt="En kvinne i gul genser."' in shown
        assert "kari@example.no" not in shown
        coming.refresh_from_db()
        assert not coming.profile_waits

    def test_does_not_let_through_what_changed_meanwhile(
        self, coming: SpeakerInvitation, outsider: Client, organiser: User
    ) -> None:
        post(outsider, coming, "om-deg/", **profile())
        coming.refresh_from_db()
        seen = coming.version
        post(outsider, coming, "om-deg/", **profile(biography="Noe helt annet", picture=""))
        review = f"{DESK.format(coming.conference_id)}one/?who={coming.pk}"
        browser_of(organiser).post(review, {"accept": "profile:", "version": seen})
        coming.speaker.refresh_from_db()
        assert coming.speaker.biography == ""

    def test_puts_a_talk_into_the_draft_and_slides_on_the_site(
        self, coming: SpeakerInvitation, outsider: Client, organiser: User, session: Session
    ) -> None:
        slides = ContentFile(pdf(), name="a.pdf")
        sent = {"abstract": "Om veien videre.", "content_note": "Vold", "slides_title": "Mine"}
        post(outsider, coming, "okt/foredrag/", slides=slides, **sent)
        coming.refresh_from_db()
        review = f"{DESK.format(coming.conference_id)}one/?who={coming.pk}"
        desk = browser_of(organiser)
        talk, material = TalkProposal.objects.get(), Material.objects.get()
        desk.post(review, {"accept": f"talk:{talk.pk}", "version": coming.version})
        desk.post(review, {"accept": f"material:{material.pk}", "version": coming.version})
        session.refresh_from_db()
        assert (session.title, session.abstract, session.content_note) == (
            "Et foredrag",
            "Om veien videre.",
            "Vold",
        )
        public = "/en/arrangementer/konferansen/program/foredrag/"
        assert "Om veien videre." not in outsider.get(public).content.decode()
        publish(conference=coming.conference, by=organiser)
        assert "Om veien videre." in outsider.get(public).content.decode()
        assert session.ends_at
        with time_machine.travel(session.ends_at, tick=False):
            assert "Mine" in outsider.get(public).content.decode()

    def test_may_leave_it_all_as_it_is(
        self, coming: SpeakerInvitation, outsider: Client, organiser: User
    ) -> None:
        post(outsider, coming, "om-deg/", **profile())
        review = f"{DESK.format(coming.conference_id)}one/?who={coming.pk}"
        browser_of(organiser).post(review, {"accept": "aside:"})
        coming.refresh_from_db()
        coming.speaker.refresh_from_db()
        assert (coming.profile_waits, coming.speaker.biography) == (False, "")

    @pytest.mark.parametrize(
        "accept", ["", "talk:0", "talk:x", "material:99999999999999999999", "noe:1", "need:"]
    )
    def test_presses_of_nothing_are_404(
        self, coming: SpeakerInvitation, organiser: User, accept: str
    ) -> None:
        review = f"{DESK.format(coming.conference_id)}one/?who={coming.pk}"
        assert browser_of(organiser).post(review, {"accept": accept}).status_code == 404

    @pytest.mark.parametrize("who", ["", "x", "0", "9" * 40])
    def test_nobody_is_404(self, coming: SpeakerInvitation, organiser: User, who: str) -> None:
        address = f"{DESK.format(coming.conference_id)}one/?who={who}"
        assert browser_of(organiser).get(address).status_code == 404

    def test_alone_sees_addresses(
        self, coming: SpeakerInvitation, organiser: User, editor: User
    ) -> None:
        address = f"/en/admin/programme/speaker/{coming.speaker_id}/change/"
        assert "kari@example.no" in browser_of(organiser).get(address).content.decode()
        shown = browser_of(editor).get(address)
        assert shown.status_code == 200
        assert "kari@example.no" not in shown.content.decode()
        assert browser_of(editor).get(DESK.format(coming.conference_id)).status_code == 403

    @pytest.mark.parametrize("rows", [1, 3])
    def test_page_costs_the_same_however_many(
        self,
        conference: Conference,
        organiser: User,
        rows: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(rows):
            speaker = make_contribution(make_session(conference), f"Person {number}").speaker
            SpeakerInvitation.objects.create(
                conference=conference, speaker=speaker, answer_by=conference.starts_at
            )
        browser = browser_of(organiser)
        address = DESK.format(conference.pk)
        browser.get(address)
        with django_assert_num_queries(DESK_QUERIES):
            browser.get(address)


DESK_QUERIES = 10


@pytest.mark.parametrize(
    "path", ["program/", "program.ics", "program.xml", "program.json", "program/foredrag/", ""]
)
def test_addresses_and_links_stand_in_nothing_that_leaves_the_site(
    coming: SpeakerInvitation, outsider: Client, path: str
) -> None:
    shown = outsider.get(f"/en/arrangementer/konferansen/{path}").content.decode()
    assert "kari@example.no" not in shown
    assert str(coming.key) not in shown


class TestReminding:
    def test_goes_by_itself_once_three_days_before(self, invitation: SpeakerInvitation) -> None:
        with time_machine.travel(invitation.answer_by - timedelta(days=4), tick=False):
            assert inviting.send_due_reminders() == 0
        with time_machine.travel(invitation.answer_by - timedelta(days=3), tick=False):
            assert inviting.send_due_reminders() == 1
            assert inviting.send_due_reminders() == 0
        assert "- et svar" in Mail.objects.get(kind="contributor_reminder").text

    @pytest.mark.parametrize("state", ["declined", "withdrawn"])
    def test_leaves_those_alone_who_said_no(
        self, invitation: SpeakerInvitation, state: str
    ) -> None:
        SpeakerInvitation.objects.update(state=state, answered_at=timezone.now())
        with time_machine.travel(invitation.answer_by - timedelta(days=2), tick=False):
            assert inviting.send_due_reminders() == 0


class TestClocks:
    def test_needs_go_after_14_days_and_the_rest_after_a_year(
        self, coming: SpeakerInvitation, outsider: Client, folders: Path
    ) -> None:
        post(outsider, coming, "om-deg/", **profile())
        SpeakerNeed.objects.create(invitation=coming, note="Teleslynge")
        new = Speaker.objects.create(name="Ny Innleder", email="ny@example.no")
        ends = coming.conference.ends_at
        purge(ends + timedelta(days=15), dry_run=False)
        assert (SpeakerNeed.objects.count(), SpeakerInvitation.objects.count()) == (0, 1)
        counted = purge(ends + timedelta(days=366), dry_run=True).removed
        assert counted["invitations to contribute"] == counted["addresses of contributors"] == 1
        purge(ends + timedelta(days=366), dry_run=False)
        assert not SpeakerInvitation.objects.exists()
        coming.speaker.refresh_from_db()
        new.refresh_from_db()
        assert (coming.speaker.email, new.email) == ("", "ny@example.no")
        purge(ends + timedelta(days=367), dry_run=False)
        assert list((folders / "private" / "portraits").iterdir()) == []


class TestRules:
    def test_one_invitation_for_each_gathering(self, invitation: SpeakerInvitation) -> None:
        with pytest.raises(IntegrityError, match=r"speaker_invitation_once|UNIQUE"):
            SpeakerInvitation.objects.create(
                conference=invitation.conference,
                speaker=invitation.speaker,
                answer_by=invitation.answer_by,
            )

    def test_an_answer_has_a_time(self, invitation: SpeakerInvitation) -> None:
        with pytest.raises(IntegrityError, match="speaker_invitation_answered_at"):
            SpeakerInvitation.objects.update(state="confirmed")

    def test_a_picture_is_agreed_to(self, invitation: SpeakerInvitation) -> None:
        with pytest.raises(IntegrityError, match="speaker_invitation_picture_agreed"):
            SpeakerInvitation.objects.update(picture="portraits/x.jpg", picture_alt="Kari")

    def test_one_proposal_for_each_session(
        self, invitation: SpeakerInvitation, session: Session
    ) -> None:
        TalkProposal.objects.create(invitation=invitation, session=session)
        with pytest.raises(IntegrityError, match=r"talk_proposal_once|UNIQUE"):
            TalkProposal.objects.create(invitation=invitation, session=session)
