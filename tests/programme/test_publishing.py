"""The sessions' rows are the draft; readers see the newest version of the programme."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from conferences.models import Conference
from network.models import User
from programme import queries, snapshots
from programme.actions.publishing import publish
from programme.errors import ProgrammeError
from programme.models import Contribution, ProgrammeVersion, Session, Speaker
from recovery_network.audit.models import AuditEvent
from tests.factories import (
    make_contribution,
    make_room,
    make_session,
    make_track,
    make_venue,
)

pytestmark = pytest.mark.django_db
PROGRAMME = "/arrangementer/konferansen/program/"


@pytest.fixture
def draft(conference: Conference) -> Session:
    """A session with all that a session can have, never published."""
    session = make_session(
        conference,
        "foredrag",
        published=False,
        title="Flere veier",
        kind=Session.Kind.CONVERSATION,
        abstract="Om veier.",
        content_note="Om tap.",
        language="da",
        location="bakerst",
        room=make_room(conference.venue, "Salen", capacity=40, accessibility="teleslynge"),
        track=make_track(conference, "Bolig"),
        ends_at=conference.starts_at + timedelta(minutes=45),
    )
    role = Contribution.Role.HOST
    make_contribution(session, "Ola Vert", published=False, role=role, position=2)
    make_contribution(session, published=False, presented_as="professor", position=1)
    return session


def page(client: Client, path: str = PROGRAMME) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def told(session: Session) -> dict[str, Any]:
    """All that pages, calendars and schedules read of a session."""
    columns = {
        field.attname: getattr(session, field.attname) for field in Session._meta.concrete_fields
    }
    return columns | {
        "place": session.place(),
        "room": session.room
        and (session.room.name, session.room.capacity, str(session.room.venue)),
        "track": session.track and session.track.name,
        "people": [
            (each.speaker.name, each.role, each.presentation(), each.position)
            for each in session.contributions.all()
        ],
    }


class TestReading:
    def test_a_draft_is_seen_by_nobody(self, outsider: Client, draft: Session) -> None:
        assert "Flere veier" not in page(outsider)
        assert "The programme is being made." in page(outsider, f"/en{PROGRAMME}")
        assert outsider.get(f"{PROGRAMME}foredrag/").status_code == 404
        calendar = outsider.get("/arrangementer/konferansen/program.ics").content
        assert Calendar.from_ical(calendar).events == []

    def test_what_is_published_is_read_as_it_was_written(
        self, conference: Conference, draft: Session
    ) -> None:
        publish(conference=conference, by=None)
        _conference, (read,) = queries.with_sessions(conference.pk)
        queries.load_people([read])
        assert told(read) == told(Session.objects.get())
        assert read == draft

    def test_everyone_sees_it_and_what_happens_to_the_draft_stays_there(
        self, outsider: Client, conference: Conference, draft: Session
    ) -> None:
        publish(conference=conference, by=None)
        before = [page(outsider), page(outsider, f"{PROGRAMME}foredrag/")]
        assert "Flere veier" in before[0]
        assert "Salen, bakerst" in before[1]
        draft.room.name = "Loftet"  # type: ignore[union-attr]
        draft.room.save()  # type: ignore[union-attr]
        Contribution.objects.all().delete()
        Session.objects.update(title="Endret", kind=Session.Kind.BREAK)
        make_session(conference, published=False, title="Ny")
        assert [page(outsider), page(outsider, f"{PROGRAMME}foredrag/")] == before
        publish(conference=conference, by=None)
        after = page(outsider)
        assert "Endret" in after
        assert "Ny" in after
        assert "Flere veier" not in after

    def test_a_corrected_name_is_corrected_everywhere_and_who_is_gone_is_left_out(
        self, outsider: Client, conference: Conference, draft: Session
    ) -> None:
        publish(conference=conference, by=None)
        Speaker.objects.filter(name="Kari Innleder").update(name="Kari Inleder")
        Contribution.objects.filter(speaker__name="Ola Vert").delete()
        Speaker.objects.filter(name="Ola Vert").delete()
        names = [
            each.speaker.name
            for each in outsider.get(f"{PROGRAMME}foredrag/").context["contributions"]
        ]
        assert names == ["Kari Inleder"]

    def test_a_session_that_is_gone_from_the_draft_has_its_page_still(
        self, outsider: Client, conference: Conference, draft: Session
    ) -> None:
        publish(conference=conference, by=None)
        Session.objects.all().delete()
        assert "Kari Innleder" in page(outsider, f"{PROGRAMME}foredrag/")

    def test_a_version_holds_no_names(self, conference: Conference, draft: Session) -> None:
        version = publish(conference=conference, by=None)
        assert not {"Kari", "Ola"} & set(str(version.snapshot).replace("'", " ").split())

    def test_rooms_of_other_venues_say_where_they_are(
        self, outsider: Client, conference: Conference
    ) -> None:
        room = make_room(make_venue(name="Annekset"), "Loftet")
        make_session(conference, room=room)
        assert "Loftet (Annekset, Sandnes)" in page(outsider)


class TestPublishing:
    def test_is_numbered_noted_and_logged(
        self, conference: Conference, draft: Session, organiser: User
    ) -> None:
        first = publish(conference=conference, by=organiser, note=" Ferdig! ")
        Session.objects.update(title="Nytt")
        second = publish(conference=conference, by=organiser)
        assert [(each.number, each.note) for each in (first, second)] == [(1, "Ferdig!"), (2, "")]
        assert first.published_by == organiser
        events = AuditEvent.objects.filter(action="programme.published").order_by("pk")
        assert [event.details for event in events] == [
            {"version": 1, "sessions": 1},
            {"version": 2, "sessions": 1},
        ]
        assert {event.conference_id for event in events} == {conference.pk}

    def test_marks_what_readers_see_as_changed(
        self, conference: Conference, draft: Session
    ) -> None:
        publish(conference=conference, by=None)
        assert Conference.objects.get().revision == conference.revision + 1

    @pytest.mark.parametrize("sessions", [0, 1])
    def test_of_nothing_new_is_refused(self, conference: Conference, sessions: int) -> None:
        for _each in range(sessions):
            make_session(conference)
        with pytest.raises(ProgrammeError) as refused:
            publish(conference=conference, by=None)
        assert refused.value.code == "nothing_changed"
        assert ProgrammeVersion.objects.count() == sessions

    def test_of_another_draft_than_was_looked_at_is_refused(
        self, conference: Conference, draft: Session
    ) -> None:
        seen = snapshots.fingerprint(snapshots.take(queries.draft_of(conference.pk)))
        Contribution.objects.filter(position=2).update(presented_as="lege")
        with pytest.raises(ProgrammeError) as refused:
            publish(conference=conference, by=None, seen=seen)
        assert refused.value.code == "changed_meanwhile"
        assert not ProgrammeVersion.objects.exists()

    def test_numbers_are_not_used_twice_nor_below_one(self, conference: Conference) -> None:
        ProgrammeVersion.objects.create(conference=conference, number=1, snapshot=[])
        for number in (1, 0):
            with pytest.raises(IntegrityError), transaction.atomic():
                ProgrammeVersion.objects.create(conference=conference, number=number, snapshot=[])


class TestPreview:
    @pytest.mark.parametrize("path", ["", "foredrag/"])
    def test_shows_staff_the_draft(
        self, client: Client, editor: User, draft: Session, path: str
    ) -> None:
        client.force_login(editor)
        response = client.get(f"/en{PROGRAMME}{path}?utkast")
        shown = response.content.decode()
        assert "Flere veier" in shown
        assert "Kari Innleder" in shown
        assert "This is the draft of the programme." in shown
        assert "no-store" in response["Cache-Control"]
        assert "Flere veier" not in Client().get(f"/en{PROGRAMME}").content.decode()

    def test_leads_from_the_draft_to_the_draft(
        self, client: Client, editor: User, draft: Session
    ) -> None:
        client.force_login(editor)
        assert 'href="foredrag/?utkast"' in page(client, f"{PROGRAMME}?utkast")

    @pytest.mark.parametrize("who", ["outsider", "member", "doorkeeper", "treasurer"])
    def test_is_not_there_for_others(
        self, who: str, client: Client, draft: Session, request: pytest.FixtureRequest
    ) -> None:
        if who != "outsider":
            client.force_login(request.getfixturevalue(who))
        assert client.get(f"{PROGRAMME}?utkast").status_code == 404
        assert client.get(f"{PROGRAMME}foredrag/?utkast").status_code == 404

    @pytest.mark.parametrize("number", [1, 3])
    def test_costs_the_same_for_many(
        self, client: Client, editor: User, conference: Conference, number: int,
        django_assert_num_queries: Any,
    ) -> None:  # fmt: skip
        for each in range(number):
            room = make_room(conference.venue, f"Rom {each}")
            make_contribution(make_session(conference, room=room), f"Person {each}")
        client.force_login(editor)
        client.get(f"{PROGRAMME}?utkast")
        with django_assert_num_queries(9):
            client.get(f"{PROGRAMME}?utkast")


def test_the_site_map_lists_what_is_published(
    outsider: Client, conference: Conference, draft: Session
) -> None:
    make_session(conference, "lunsj", published=False, kind=Session.Kind.MEAL)
    assert "/program/" not in page(outsider, "/sitemap.xml")
    publish(conference=conference, by=None)
    found = page(outsider, "/sitemap.xml")
    assert f"{reverse('programme', args=['konferansen'])}</loc>" in found
    assert reverse("session_detail", args=["konferansen", "foredrag"]) in found
    assert "lunsj" not in found
