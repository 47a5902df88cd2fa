"""Schedules from other systems: whole, again and again, and never half or hostile."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conferences.models import Conference, Room
from network.models import User
from programme import queries
from programme.actions.importing import Result, import_schedule
from programme.actions.publishing import publish
from programme.errors import ProgrammeError
from programme.frab import reading, writing
from programme.frab.gathering import schedule_of
from programme.frab.reading import read
from programme.models import (
    ChoiceBlock,
    Contribution,
    ImportedSession,
    ImportedSpeaker,
    ProgrammeVersion,
    Session,
    Speaker,
    Track,
)
from recovery_network.audit.models import AuditEvent
from tests.factories import (
    make_conference,
    make_large_programme,
    make_material,
    make_room,
    make_session,
    make_track,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
START = datetime(2031, 1, 15, 8, tzinfo=UTC)
GUID = "11111111-1111-4111-8111-11111111111{}"

XML = """<?xml version="1.0" encoding="utf-8"?>
<schedule>
 <version>1</version>
 <conference><acronym>nord</acronym><title>Nord</title><days>2</days></conference>
 <day index="1" date="2031-01-15" start="2031-01-15T09:00:00+01:00" end="2031-01-16T03:00:00+01:00">
  <room name="Salen">
   <event id="1" guid="11111111-1111-4111-8111-111111111111">
    <date>2031-01-15T09:00:00+01:00</date><start>09:00</start><duration>00:45</duration>
    <room>Salen</room><slug>nord-1</slug><title>Et sted å bo</title><subtitle>Og en dør</subtitle>
    <track>Bolig</track><type>lecture</type><language>no</language>
    <abstract>Kort.</abstract><description>Langt.</description>
    <persons><person id="7">Åse Nøkkel</person><person id="8">Ola Dør</person></persons>
    <links><link href="https://example.org/bolig">Rapporten</link><link href="javascript:x">nei</link></links>
   </event>
  </room>
  <room name="Kroken">
   <event id="2" guid="11111111-1111-4111-8111-111111111112">
    <date>2031-01-15T10:00:00+01:00</date><start>10:00</start><duration>1:30</duration>
    <room>Kroken</room><slug>nord-2</slug><title>Verksted</title><subtitle/>
    <track/><type>workshop</type><language>en</language><abstract/>
    <persons><person id="7">Åse Nøkkel</person></persons>
   </event>
  </room>
 </day>
 <day index="2" date="2031-01-16"><room name="Salen">
   <event id="3"><date>2031-01-16</date><start>09:30</start><duration>00:00</duration><room>Salen</room>
    <title>Avslutning</title><type>party</type><language>de</language></event>
 </room></day>
</schedule>"""


@pytest.fixture
def conference(db: None) -> Conference:
    return make_conference(
        slug="konferansen", starts_at=START, ends_at=START + timedelta(days=1, hours=6)
    )


def bring_in(conference: Conference, content: str | bytes, **options: Any) -> Result:
    found = read(content.encode() if isinstance(content, str) else content, conference.zone)
    assert found.problems == []
    return import_schedule(conference=conference, schedule=found.schedule, by=None, **options)


def told(conference: Conference, *, roles: bool = True) -> list[dict[str, Any]]:
    """The draft, but for numbers and addresses."""
    _conference, sessions = queries.with_draft(conference.pk)
    queries.load_people(sessions)
    return [
        {
            "kind": str(session.kind),
            "title": session.title,
            "abstract": session.abstract,
            "note": session.content_note,
            "place": session.place(),
            "track": session.track.name if session.track else "",
            "starts": session.starts_at,
            "ends": session.ends_at,
            "language": session.spoken(),
            "people": [
                (each.speaker.name, str(each.role), each.presentation())
                if roles
                else each.speaker.name
                for each in session.contributions.all()
            ],
        }
        for session in sorted(sessions, key=lambda each: (each.starts_at, each.title))
    ]


class TestWhole:
    def test_comes_in_with_all_there_is(self, conference: Conference) -> None:
        assert bring_in(conference, XML) == Result(added=3, changed=0, same=0, removed=0)
        first = {
            "kind": "talk",
            "title": "Et sted å bo",
            "abstract": "Og en dør\n\nKort.\n\nLangt.\n\n- [Rapporten](https://example.org/bolig)",
            "note": "",
            "place": "Salen",
            "track": "Bolig",
            "starts": START,
            "ends": START + timedelta(minutes=45),
            "language": "nb",
            "people": [("Åse Nøkkel", "speaker", ""), ("Ola Dør", "speaker", "")],
        }
        second = {
            **first,
            "kind": "workshop",
            "title": "Verksted",
            "abstract": "",
            "place": "Kroken",
            "track": "",
            "starts": START + timedelta(hours=1),
            "ends": START + timedelta(hours=2.5),
            "language": "en",
            "people": [("Åse Nøkkel", "speaker", "")],
        }
        third = {
            **first,
            "title": "Avslutning",
            "abstract": "",
            "track": "",
            "starts": START + timedelta(days=1, minutes=30),
            "ends": None,
            "people": [],
        }
        assert told(conference) == [first, second, third]
        assert Speaker.objects.count() == 2
        rooms = Room.objects.filter(conference=conference)
        assert list(rooms.values_list("name", flat=True)) == ["Salen", "Kroken"]

    def test_stays_a_draft_until_it_is_published(self, conference: Conference) -> None:
        bring_in(conference, XML)
        assert not ProgrammeVersion.objects.exists()
        assert queries.with_sessions(conference.pk)[1] == []
        event = AuditEvent.objects.get(action="programme.imported")
        assert event.details == {"added": 3, "changed": 0, "removed": 0}

    def test_uses_the_rooms_and_tracks_there_are(self, conference: Conference) -> None:
        hall, track = make_room(conference.venue, "SALEN"), make_track(conference, "bolig")
        bring_in(conference, XML)
        assert Session.objects.get(title="Et sted å bo").room == hall
        assert Session.objects.get(title="Et sted å bo").track == track

    def test_knows_a_person_by_a_name_that_is_one_persons(self, conference: Conference) -> None:
        known = Speaker.objects.create(name="Åse Nøkkel", affiliation="Hå kommune")
        for _twice in range(2):
            Speaker.objects.create(name="Ola Dør")
        bring_in(conference, XML)
        session = Session.objects.get(title="Et sted å bo")
        first, second = session.contributions.all()
        assert first.speaker == known
        assert Speaker.objects.filter(name="Ola Dør").count() == 3
        assert second.speaker.affiliation == ""

    def test_two_people_of_one_name_stay_two(self, conference: Conference) -> None:
        bring_in(conference, XML.replace("Ola Dør", "Åse Nøkkel"))
        assert Speaker.objects.filter(name="Åse Nøkkel").count() == 2


class TestAgain:
    def test_changes_nothing_and_doubles_nothing(self, conference: Conference) -> None:
        bring_in(conference, XML)
        before, rows = told(conference), list(Contribution.objects.values_list("pk", flat=True))
        counts = [model.objects.count() for model in (Session, Room, Track, Speaker, ImportedSession, ImportedSpeaker)]  # fmt: skip
        for _twice in range(2):
            assert bring_in(conference, XML) == Result(added=0, changed=0, same=3, removed=0)
        assert told(conference) == before
        assert counts == [model.objects.count() for model in (Session, Room, Track, Speaker, ImportedSession, ImportedSpeaker)]  # fmt: skip
        assert rows == list(Contribution.objects.values_list("pk", flat=True))

    def test_follows_what_changed_there_and_keeps_what_it_doesnt_tell(
        self, conference: Conference
    ) -> None:
        bring_in(conference, XML)
        session = Session.objects.get(title="Et sted å bo")
        Session.objects.filter(pk=session.pk).update(content_note="Handler om tap.")
        host = session.contributions.get(speaker__name="Åse Nøkkel")
        Contribution.objects.filter(pk=host.pk).update(role="host", presented_as="vaktmester")
        changed = (
            XML.replace("Et sted å bo", "En dør å lukke")
            .replace("00:45", "00:50")
            .replace('<person id="8">Ola Dør</person>', "")
            .replace("Kort.", "Kortere.")
        )
        assert bring_in(conference, changed) == Result(added=0, changed=1, same=2, removed=0)
        again = Session.objects.get(title="En dør å lukke")
        assert (again.pk, again.guid, again.key) == (session.pk, session.guid, session.key)
        assert again.ends_at == START + timedelta(minutes=50)
        assert again.content_note == "Handler om tap."
        (kept,) = again.contributions.all()
        assert (kept.pk, kept.role, kept.presented_as) == (host.pk, "host", "vaktmester")

    def test_what_is_gone_there_stays_unless_one_says_so(self, conference: Conference) -> None:
        own = make_session(conference, title="Vår egen", published=False)
        bring_in(conference, XML)
        shorter = XML.replace(XML[XML.index('  <room name="Kroken">') : XML.index(" </day>")], "")
        assert bring_in(conference, shorter) == Result(0, 0, 2, 0)
        assert Session.objects.count() == 4
        gone = Session.objects.get(title="Verksted").guid
        assert bring_in(conference, shorter, remove={gone, own.guid}) == Result(0, 0, 2, 1)
        assert sorted(Session.objects.values_list("title", flat=True)) == [
            "Avslutning",
            "Et sted å bo",
            "Vår egen",
        ]

    def test_what_comes_back_is_the_same_to_calendars(self, conference: Conference) -> None:
        bring_in(conference, XML)
        before = Session.objects.get(title="Verksted").guid
        Session.objects.get(title="Verksted").delete()
        assert bring_in(conference, XML).added == 1
        assert Session.objects.get(title="Verksted").guid == before

    def test_what_comes_back_finds_its_materials_again(self, conference: Conference) -> None:
        bring_in(conference, XML)
        publish(conference=conference, by=None)
        session = Session.objects.get(title="Verksted")
        material = make_material(session, kind="link", file="", url="https://example.org/")
        session.delete()
        assert bring_in(conference, XML).added == 1
        assert material.session == Session.objects.get(title="Verksted")

    def test_a_workshop_that_people_choose_keeps_its_end(self, conference: Conference) -> None:
        bring_in(conference, XML)
        block = ChoiceBlock.objects.create(conference=conference, title="Etter lunsj")
        Session.objects.filter(title="Verksted").update(block=block)
        endless = XML.replace("<duration>1:30", "<duration>0:00").replace("Verksted", "Verkstedet")
        assert bring_in(conference, endless).changed == 1
        session = Session.objects.get(title="Verkstedet")
        assert session.ends_at == START + timedelta(hours=2.5)

    def test_one_session_of_ours_under_two_guids_is_refused(self, conference: Conference) -> None:
        bring_in(conference, XML)
        ours = str(Session.objects.get(title="Et sted å bo").guid)
        contradictory = XML.replace(GUID.format(2), ours)
        found = read(contradictory.encode(), conference.zone)
        with pytest.raises(ProgrammeError) as refusal:
            import_schedule(conference=conference, schedule=found.schedule, by=None)
        assert refusal.value.code == "doubles"


LINES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cf", "Cn", "Zl", "Zp", "Zs"]),
    min_size=1,
    max_size=12,
)  # fmt: skip


@st.composite
def programmes(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = draw(st.lists(LINES, min_size=1, max_size=3, unique_by=str.casefold))
    return [
        {
            "title": draw(LINES),
            "abstract": draw(LINES),
            "content_note": draw(st.just("") | LINES),
            "kind": draw(st.sampled_from(Session.Kind.values)),
            "language": draw(st.sampled_from(["", "da", "en"])),
            "starts_at": START + timedelta(minutes=draw(st.integers(0, 36 * 60))),
            "length": draw(st.none() | st.integers(1, 600)),
            "room": draw(st.none() | st.sampled_from(names)),
            "track": draw(st.none() | st.sampled_from(names)),
            "people": draw(st.lists(st.sampled_from(names), max_size=2, unique=True)),
            "role": draw(st.sampled_from(Contribution.Role.values)),
        }
        for _each in range(draw(st.integers(1, 4)))
    ]


def make_programme(conference: Conference, items: list[dict[str, Any]]) -> None:
    for item in items:
        length, people, role = item.pop("length"), item.pop("people"), item.pop("role")
        room, track = item.pop("room"), item.pop("track")
        rooms, tracks = Room.objects.filter(conference=conference), conference.tracks
        session = make_session(
            conference,
            published=False,
            ends_at=item["starts_at"] + timedelta(minutes=length) if length else None,
            room=room and (rooms.filter(name=room).first() or make_room(conference, room)),
            track=track and (tracks.filter(name=track).first() or make_track(conference, track)),
            **item,
        )
        for position, name in enumerate(people):
            speaker, _made = Speaker.objects.get_or_create(name=name)
            session.contributions.create(
                speaker=speaker, role=role, position=position, presented_as="vaktmester"
            )


def written(conference: Conference, spell: Any) -> bytes:
    conference, sessions = queries.with_draft(conference.pk)
    queries.load_people(sessions)
    made: bytes = spell(schedule_of(conference, sessions))
    return made


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(items=programmes())
def test_what_we_write_comes_in_as_it_was(db: None, items: list[dict[str, Any]]) -> None:
    dates = {"starts_at": START, "ends_at": START + timedelta(days=1, hours=14)}
    ours = make_conference(**dates)
    make_programme(ours, items)
    for spell, roles in ((writing.as_json, True), (writing.as_xml, False)):
        copy = make_conference(**dates)
        bring_in(copy, written(ours, spell))
        assert told(copy, roles=roles) == told(ours, roles=roles)
        assert bring_in(ours, written(ours, spell)).same == len(items)


def test_a_large_schedule_comes_in(conference: Conference) -> None:
    make_large_programme(conference, days=2)
    copy = make_conference(starts_at=START, ends_at=START + timedelta(days=3))
    assert bring_in(copy, written(conference, writing.as_xml)).added == 500
    assert told(copy) == [{**each, "people": [(name, "speaker", about) for name, _role, about in each["people"]]} for each in told(conference)]  # fmt: skip


def event(**changes: Any) -> dict[str, Any]:
    values = {
        "id": 1,
        "guid": GUID.format(1),
        "date": "2031-01-15T09:00:00+01:00",
        "start": "09:00",
        "duration": "00:45",
        "room": "Salen",
        "title": "Et sted å bo",
        "persons": [],
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def document(*events: Any, rooms: Any = None, **day: Any) -> bytes:
    days = [{"index": 1, "date": "2031-01-15", "rooms": {"Salen": list(events)}, **day}]
    conference = {"acronym": "nord", "title": "Nord", "days": days, "rooms": rooms}
    return json.dumps({"schedule": {"version": "1", "conference": conference}}).encode()


BOMB = b"""<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<schedule><conference><title>&b;</title></conference></schedule>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<schedule><conference><title>&x;</title></conference></schedule>"""
BROKEN_FILES = {
    "empty": (b"", "It is empty."),
    "blank": (b" \n", "It is empty."),
    "cut off": (XML.encode()[:500], "It is neither XML nor JSON that can be read."),
    "half a JSON": (b'{"schedule": {"conference"', "It is neither XML nor JSON that can be read."),
    "picture": (b"\x89PNG\r\n\x1a\n\x00", "It is neither XML nor JSON that can be read."),
    "deep": (b"[" * 200_000, "It is neither XML nor JSON that can be read."),
    "long number": (b'{"a": ' + b"9" * 10_000 + b"}", "It is neither XML nor JSON that can be read."),
    "bomb": (BOMB, "It declares a document type or entities of its own, which we don't read."),
    "outside": (OUTSIDE, "It declares a document type or entities of its own, which we don't read."),
    "another XML": (b"<feed/>", "It holds no schedule: “schedule” with “conference” is missing."),
    "another JSON": (b"[1]", "It holds no schedule: “schedule” with “conference” is missing."),
    "no sessions": (document(), "It holds no sessions."),
    "huge": (b" " * (reading.MOST_BYTES + 1), "It is larger than 4 MB."),
    "many": (
        document(*(event(guid=str(UUID(int=number))) for number in range(1, reading.MOST_EVENTS + 10))),
        "It holds more than 2000 sessions.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_a_file_that_cant_be_used_is_refused_with_the_reason(
    conference: Conference, name: str
) -> None:
    content, reason = BROKEN_FILES[name]
    found = read(content, conference.zone)
    assert [(each.where, each.reason) for each in found.problems] == [("The file", reason)]


BROKEN_ROWS: dict[str, tuple[dict[str, Any], str]] = {
    "no title": ({"title": " "}, "It has no title."),
    "long title": ({"title": "x" * 201}, "Its title is longer than 200 signs."),
    "hiding title": (
        {"title": "a\u202eb"},
        "Its title: Take out the invisible or special control characters.",
    ),
    "bad guid": ({"guid": "x"}, "Its guid is not one: x."),
    "no guid": (
        {"guid": None, "id": None},
        "It has neither a guid nor a number, so it can't be known again.",
    ),
    "no time": ({"date": None, "start": None}, "It doesn't say when it begins."),
    "bad time": ({"date": "2031-13-45T99:00"}, "This is not a time: 2031-13-45T99:00."),
    "far time": ({"date": "9999-12-31T23:59:59Z"}, "This is not a time: 9999-12-31T23:59:59Z."),
    "bad clock": ({"date": None, "start": "25:00"}, "Its time of day can't be read: 25:00."),
    "other day": (
        {"date": "2031-02-15T09:00:00+01:00"},
        "It begins outside the day it stands under, 2031-01-15.",
    ),
    "bad length": ({"duration": "an hour"}, "Its length can't be read: an hour."),
    "negative": ({"duration": "-00:30"}, "It ends before it begins."),
    "ends first": (
        {"duration": None, "end": "2031-01-15T08:00:00+01:00"},
        "It ends before it begins.",
    ),
    "endless": ({"duration": "99:00"}, "It lasts longer than a day."),
    "other room": (
        {"room": "Kjelleren"},
        "It says that its room is Kjelleren, but stands under Salen.",
    ),
    "nameless": ({"persons": [{"id": 3}]}, "Someone who takes part has no name."),
    "crowd": (
        {"persons": [{"name": f"P{n}"} for n in range(61)]},
        "More than 60 people take part.",
    ),
    "long text": ({"abstract": "x" * 20_001}, "Its description is longer than 20000 signs."),
    "twice": ({}, "Another session of the file has the same guid."),
}


@pytest.mark.parametrize("name", BROKEN_ROWS)
def test_a_row_that_cant_be_used_is_named_with_the_reason(
    conference: Conference, name: str
) -> None:
    changes, reason = BROKEN_ROWS[name]
    good = event(guid=GUID.format(1 if name == "twice" else 2))
    found = read(document(good, event(**changes)), conference.zone)
    (problem,) = found.problems
    assert problem.reason == reason
    assert problem.where.startswith("Session 2")
    assert len(found.schedule.events()) == 1


def test_days_and_rooms_that_contradict_are_named(conference: Conference) -> None:
    for day, reason in (
        ({"date": None}, "Its date is missing."),
        ({"date": "soon"}, "This is not a date: soon."),
        ({"date": "0001-01-01"}, "This is not a date: 0001-01-01."),
    ):
        found = read(document(event(), **day), conference.zone)
        assert [(each.where, each.reason) for each in found.problems] == [("Day 1", reason)]
    found = read(document(event(), rooms=[{"name": "Kroken"}]), conference.zone)
    assert [each.reason for each in found.problems] == [
        "Its room Salen is not among those of the file."
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inside: st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(["schedule", "conference", "days", "rooms", "Salen", "date", "title", "guid", "id", "start", "duration", "persons", "links", "name"]),
            inside,
            max_size=5,
        ),
        max_leaves=20,
    )
)  # fmt: skip
def test_rubbish_is_answered_in_words(rubbish: Any) -> None:
    zone = Conference(time_zone="Europe/Oslo").zone
    days = {
        "schedule": {"conference": {"days": [{"date": "2031-01-15", "rooms": {"": [rubbish]}}]}}
    }
    for each in (rubbish, days, {"schedule": {"conference": rubbish}}):
        found = read(json.dumps(each).encode(), zone)
        assert found.problems or found.schedule.events()


class TestPage:
    @pytest.fixture
    def path(self, client: Client, editor: User, conference: Conference) -> str:
        client.force_login(editor)
        return f"/en/admin/conferences/conference/{conference.pk}/programme/import/"

    def send(self, client: Client, path: str, content: bytes) -> Any:
        return client.post(path, {"file": SimpleUploadedFile("x.xml", content)})

    def test_shows_what_it_would_do_and_does_it_when_asked(
        self, client: Client, conference: Conference, path: str
    ) -> None:
        assert "Look it through" in client.get(path).content.decode()
        seen = self.send(client, path, XML.encode())
        page = seen.content.decode()
        assert seen.status_code == 200
        for words in (
            "3 sessions are new.",
            "Salen, Kroken",
            "Åse Nøkkel",
            "We have no kind “party”.",
            "We have no language “de”.",
        ):
            assert words in page
        assert not Session.objects.exists()
        done = client.post(path, {"upload": seen.context["upload"]}, follow=True)
        assert "3 sessions added. 0 changed. 0 as before. 0 taken out." in done.content.decode()
        assert Session.objects.count() == 3

    def test_asks_what_to_do_with_what_is_gone(
        self, client: Client, conference: Conference, path: str
    ) -> None:
        bring_in(conference, XML)
        guid = Session.objects.get(title="Verksted").guid
        shorter = XML.replace(XML[XML.index('  <room name="Kroken">') : XML.index(" </day>")], "")
        seen = self.send(client, path, shorter.replace("Kort.", "Lang.").encode())
        page = seen.content.decode()
        assert f'name="remove" value="{guid}"' in page
        assert "Changed: description" in page
        remove = [str(guid), "no guid", str(Session.objects.get(title="Et sted å bo").guid)]
        client.post(path, {"upload": seen.context["upload"], "remove": remove})
        assert sorted(Session.objects.values_list("title", flat=True)) == [
            "Avslutning",
            "Et sted å bo",
        ]

    @pytest.mark.parametrize(
        "content", [BOMB, b"x", document(event(title=""), event(duration="x"))]
    )
    def test_nothing_is_brought_in_of_a_bad_file(
        self, client: Client, path: str, content: bytes
    ) -> None:
        response = self.send(client, path, content)
        assert response.status_code == 400
        assert "Nothing was brought in." in response.content.decode()
        assert "upload" not in response.context
        assert not Session.objects.exists()

    def test_says_what_is_missing_or_too_large(self, client: Client, path: str) -> None:
        for data, reason in (
            ({}, "Choose a file."),
            ({"file": SimpleUploadedFile("x", b"")}, "The file is empty."),
            ({"file": SimpleUploadedFile("x", b" " * 4_000_001)}, "The file is larger than 4 MB."),
        ):
            response = client.post(path, data)
            assert (response.status_code, reason in response.content.decode()) == (400, True)

    @pytest.mark.parametrize("upload", ["", "x" * 32, "../../etc", "0" * 5000])
    def test_a_file_that_no_longer_waits_is_asked_for_again(
        self, client: Client, path: str, upload: str
    ) -> None:
        response = client.post(path, {"upload": upload}, follow=True)
        assert "The file has waited too long." in response.content.decode()

    def test_nobody_brings_in_what_another_has_looked_through(
        self, client: Client, path: str, organiser: User
    ) -> None:
        upload = self.send(client, path, XML.encode()).context["upload"]
        client.force_login(organiser)
        client.post(path, {"upload": upload})
        assert not Session.objects.exists()

    def test_is_for_those_who_edit_programmes(
        self, client: Client, path: str, treasurer: User, doorkeeper: User
    ) -> None:
        for user in (treasurer, doorkeeper):
            client.force_login(user)
            assert client.get(path).status_code == 403
            assert self.send(client, path, XML.encode()).status_code == 403
        client.logout()
        assert client.get(path).status_code == 302
