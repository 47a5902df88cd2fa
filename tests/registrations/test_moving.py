from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from icalendar import Calendar

from conferences.models import Conference
from network.models import User
from recovery_network.mail.models import Mail
from registrations import mails
from registrations.models import Move, Registration
from tests import factories
from tests.browsing import mailed
from tests.registrations.test_admin_conference import browser_of, change, local, page

pytestmark = pytest.mark.django_db


def moved(organiser: User, conference: Conference, days: int) -> Any:
    """An organiser saves it `days` later than it is."""
    later = timedelta(days=days)
    browser = browser_of(organiser)
    conference.refresh_from_db()
    change(
        browser,
        conference,
        starts_at=local(conference.starts_at + later),
        ends_at=local(conference.ends_at + later),
    )
    return browser


def test_nobody_is_told_before_the_organiser_says_so_and_then_once(
    participant: Registration, organiser: User, in_english: None
) -> None:
    conference = participant.conference
    browser = moved(organiser, conference, 1)
    browser = moved(organiser, conference, 1)

    assert mailed("per@example.no") == ["confirmation"]
    assert "told of the new time or place" in browser.get(page("overview", conference)).text
    asked = browser.get(page("tell_move", conference))
    assert "1 person is told by mail" in asked.text
    sent = browser.post(page("tell_move", conference), {"reason": "Lokalet var opptatt."})
    assert sent.status_code == 302
    browser.post(page("tell_move", conference), {"reason": "En gang til"})

    assert mailed("per@example.no") == ["confirmation", "change"]
    mail = Mail.objects.get(kind="change")
    assert "Lokalet var opptatt." in mail.text
    file = mails.calendar_file(mail.attachments[0].partition(":")[2])
    assert file is not None
    event: Any = Calendar.from_ical(file.content).events[0]
    conference.refresh_from_db()
    assert (event["sequence"], event["dtstart"].dt) == (1, conference.starts_at)
    assert str(event["uid"]) == str(participant.calendar_uid)
    assert Move.objects.get().told_at is not None
    assert "told of the new time or place" not in browser.get(page("overview", conference)).text


def test_what_is_put_back_tells_nobody(participant: Registration, organiser: User) -> None:
    moved(organiser, participant.conference, 1)
    moved(organiser, participant.conference, -1)

    assert not Move.objects.exists()


def test_another_title_is_no_move(participant: Registration, organiser: User) -> None:
    change(browser_of(organiser), participant.conference, title="Ny tittel")

    assert not Move.objects.exists()


def test_where_nobody_is_registered_there_is_nothing_to_tell(
    conference: Conference, organiser: User
) -> None:
    moved(organiser, conference, 1)

    assert not Move.objects.exists()


def test_whoever_registers_afterwards_knows_already(
    participant: Registration, organiser: User
) -> None:
    conference = participant.conference
    browser = moved(organiser, conference, 1)
    late = factories.make_registration(participant.tier)
    Registration.objects.filter(pk=late.pk).update(created_at=timezone.now() + timedelta(hours=1))
    browser.post(page("tell_move", conference), {})

    assert list(Mail.objects.filter(kind="change").values_list("recipient", flat=True)) == [
        "per@example.no"
    ]


@pytest.mark.parametrize("role", ["editor", "treasurer", "doorkeeper"])
def test_others_tell_nobody(role: str, participant: Registration, organiser: User) -> None:
    moved(organiser, participant.conference, 1)
    browser = browser_of(factories.make_user(role=role))

    for method in (browser.get, browser.post):
        assert method(page("tell_move", participant.conference)).status_code == 403
    assert mailed("per@example.no") == ["confirmation"]


def test_the_database_keeps_one_untold_move(conference: Conference) -> None:
    facts = {"starts_at": conference.starts_at, "ends_at": conference.ends_at}
    Move.objects.create(conference=conference, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Move.objects.create(conference=conference, **facts)
