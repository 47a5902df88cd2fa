import pytest
from icalendar import Calendar, Event
from pytest_django import DjangoAssertNumQueries

from registrations import mails
from registrations.actions.cancelling import cancel
from registrations.models import Registration


def event_of(registration: Registration) -> tuple[str, Event]:
    calendar = Calendar.from_ical(mails.personal_calendar(registration))
    return str(calendar["method"]), calendar.events[0]


@pytest.mark.django_db
def test_cancelling_takes_back_the_same_entry(participant: Registration) -> None:
    method, before = event_of(participant)
    method_after, after = event_of(cancel(registration=participant))

    assert (method, str(before["status"]), before["sequence"]) == ("REQUEST", "CONFIRMED", 0)
    assert (method_after, str(after["status"]), after["sequence"]) == ("CANCEL", "CANCELLED", 1)
    assert before["uid"] == after["uid"]


def test_a_mail_reads_its_calendar_file_in_one_query(
    participant: Registration, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        file = mails.calendar_file(str(participant.pk))

    assert file is not None
    assert file.mimetype == "text/calendar; charset=utf-8; method=REQUEST"
    assert (str(participant.conference.venue).split(",")[0]).encode() in file.content


@pytest.mark.django_db
def test_an_entry_shared_with_colleagues_gives_nothing_away(participant: Registration) -> None:
    entry = mails.personal_calendar(participant).replace(b"\r\n ", b"").decode()

    for secret in (participant.manage_key, participant.code, participant.tier.name):
        assert secret not in entry
    assert "recovery" not in str(event_of(participant)[1]["summary"]).lower()
