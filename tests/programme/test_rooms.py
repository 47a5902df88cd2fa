"""Rooms of venues and of single gatherings, and tracks."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from conferences.models import Conference, Room
from conferences.queries import rooms_for
from network.models import User
from programme.models import Session, Track
from tests.factories import make_conference, make_room, make_session, make_track, make_venue

pytestmark = pytest.mark.django_db


def breaks(constraint: str, make: Any) -> bool:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        make()
    return constraint in str(refused.value) or "UNIQUE" in str(refused.value)


class TestConstraints:
    def test_room_belongs_to_one_place(self, conference: Conference) -> None:
        name = "room_of_venue_or_conference"
        assert breaks(name, lambda: Room.objects.create(name="Ingensteds"))
        both = {"venue": conference.venue, "conference": conference}
        assert breaks(name, lambda: Room.objects.create(name="Begge", **both))

    def test_room_holds_somebody(self, conference: Conference) -> None:
        assert breaks("room_capacity_positive", lambda: make_room(conference.venue, capacity=0))

    def test_names_of_rooms_differ_where_they_are(self, conference: Conference) -> None:
        for owner in (conference.venue, conference):
            make_room(owner, "Storsalen")
        make_room(make_venue(), "Storsalen")
        in_venue = lambda: make_room(conference.venue, "STORSALEN")  # noqa: E731
        assert breaks("room_name_unique_in_venue", in_venue)
        own = lambda: make_room(conference, "storsalen")  # noqa: E731
        assert breaks("room_name_unique_in_conference", own)

    def test_names_of_tracks_differ_in_a_conference(self, conference: Conference) -> None:
        make_track(conference, "Bolig")
        make_track(make_conference(), "Bolig")
        assert breaks("track_name_unique", lambda: make_track(conference, "BOLIG"))

    def test_sessions_have_each_a_number_of_their_own(self, conference: Conference) -> None:
        first = make_session(conference)
        assert breaks("guid", lambda: make_session(conference, guid=first.guid))


def test_own_rooms_come_first_then_those_of_the_venue(conference: Conference) -> None:
    far = make_room(make_venue(name="Annekset"), "Loftet")
    near = [make_room(conference.venue, "Salen"), make_room(conference.venue, "Kroken", position=1)]
    own = make_room(conference, "Gruppe 1")
    make_room(make_conference(), "En annens")
    assert list(rooms_for(conference)) == [own, *near, far]


def test_a_session_says_where_it_is(conference: Conference) -> None:
    here, there = (
        make_room(conference.venue, "Salen"),
        make_room(make_venue(name="Annekset"), "Loftet"),
    )
    places = [
        make_session(conference, **where).place()
        for where in (
            {},
            {"location": "i foajeen"},
            {"room": here},
            {"room": here, "location": "bakerst"},
            {"room": there},
        )
    ]
    assert places == ["", "i foajeen", "Salen", "Salen, bakerst", "Loftet (Annekset, Sandnes)"]


def test_room_and_track_are_chosen_among_those_that_fit(
    client: Client, organiser: User, conference: Conference
) -> None:
    client.force_login(organiser)
    session = make_session(conference)
    room, track = make_room(conference.venue, "Salen"), make_track(conference, "Bolig")
    stranger = make_conference()
    others_room, others_track = make_room(stranger, "Deres"), make_track(stranger, "Deres")
    address = reverse("admin:programme_session_change", args=[session.pk])
    form = client.get(address).context["adminform"].form
    assert list(form.fields["room"].queryset) == [room]
    assert list(form.fields["track"].queryset) == [track]
    sent = {
        "kind": session.kind,
        "title": session.title,
        "key": session.key,
        "starts_at": "2031-05-01T10:00",
        "contributions-TOTAL_FORMS": 0,
        "contributions-INITIAL_FORMS": 0,
        "materials-TOTAL_FORMS": 0,
        "materials-INITIAL_FORMS": 0,
    }
    wrong = client.post(address, {**sent, "room": others_room.pk, "track": others_track.pk})
    assert set(wrong.context["adminform"].form.errors) == {"room", "track"}
    assert client.post(address, {**sent, "room": room.pk, "track": track.pk}).status_code == 302
    session.refresh_from_db()
    assert (session.room, session.track) == (room, track)


def test_a_new_session_cannot_take_what_belongs_to_another_conference(
    client: Client, organiser: User, conference: Conference
) -> None:
    client.force_login(organiser)
    stranger = make_conference()
    sent = {
        "conference": conference.pk,
        "kind": "talk",
        "title": "Ny",
        "starts_at": "2031-05-01T10:00",
        "room": make_room(stranger, "Deres").pk,
        "contributions-TOTAL_FORMS": 0,
        "contributions-INITIAL_FORMS": 0,
        "materials-TOTAL_FORMS": 0,
        "materials-INITIAL_FORMS": 0,
    }
    response = client.post(reverse("admin:programme_session_add"), sent)
    assert list(response.context["adminform"].form.errors) == ["room"]
    sent |= {"room": "", "track": make_track(stranger, "Deres").pk}
    response = client.post(reverse("admin:programme_session_add"), sent)
    assert list(response.context["adminform"].form.errors) == ["track"]
    assert not Session.objects.exists()


def test_room_in_use_stays(client: Client, organiser: User, conference: Conference) -> None:
    client.force_login(organiser)
    room = make_room(conference.venue, "Salen")
    make_session(conference, room=room)
    venue = reverse("admin:conferences_venue_change", args=[conference.venue_id])
    sent = {
        "name": "Fjordsalen",
        "city": "Sandnes",
        "country": "NO",
        "rooms-TOTAL_FORMS": 1,
        "rooms-INITIAL_FORMS": 1,
        "rooms-0-id": room.pk,
        "rooms-0-venue": conference.venue_id,
        "rooms-0-name": "Salen",
        "rooms-0-position": 0,
        "rooms-0-DELETE": "on",
    }
    assert client.post(venue, sent).status_code == 200
    assert list(Room.objects.all()) == [room]


def test_rooms_go_with_their_gathering_and_tracks_too(conference: Conference) -> None:
    room, track = make_room(conference, "Gruppe 1"), make_track(conference, "Bolig")
    make_session(conference, room=room, track=track)
    conference.delete()
    assert not Room.objects.exists()
    assert not Track.objects.exists()


@pytest.mark.parametrize("rooms", [1, 3])
def test_the_programme_costs_the_same_in_many_rooms(
    client: Client, conference: Conference, rooms: int, django_assert_num_queries: Any
) -> None:
    for number in range(rooms):
        room = make_room(make_venue(), f"Rom {number}")
        make_session(conference, room=room, track=make_track(conference, f"Spor {number}"))
    with django_assert_num_queries(2):
        page = client.get(reverse("programme", args=[conference.slug])).content.decode()
    assert all(f"Rom {number} (Fjordsalen, Sandnes)" in page for number in range(rooms))


def test_what_is_spoken_is_the_conferences_language_unless_said(conference: Conference) -> None:
    assert make_session(conference).spoken() == conference.language == "nb"
    assert make_session(conference, language="en").spoken() == "en"
