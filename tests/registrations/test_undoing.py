from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from network.models import User
from recovery_network.mail.models import Mail
from registrations.actions.cancelling import cancel
from registrations.actions.undoing import WINDOW, undo, undoable
from registrations.errors import RegistrationError
from registrations.models import BulkChange, Registration, SessionSeat, Tier
from registrations.privacy import purge
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
LIST = "admin:registrations_registration_changelist"
FIELDS = ("state", "confirmed_at", "waiting_since", "cancelled_at", "tier_id", "price")


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def three(employee_tier: Tier) -> list[Registration]:
    return [factories.make_registration(employee_tier) for _number in range(3)]


def do(user: User, action: str, rows: list[Registration], **more: object) -> list[str]:
    data = {"action": action, "_selected_action": [row.pk for row in rows], "confirmed": "yes"}
    response = browser_of(user).post(reverse(LIST), {**data, **more}, follow=True)
    return [str(message) for message in response.context["messages"]]


def take_back(user: User) -> list[str]:
    change = BulkChange.objects.latest("pk")
    address = reverse("admin:registrations_registration_undo", args=[change.pk])
    response = browser_of(user).post(address, follow=True)
    return [str(message) for message in response.context["messages"]]


def standing() -> list[tuple[object, ...]]:
    return list(Registration.objects.order_by("pk").values_list(*FIELDS))


def waiting_mails(kind: str) -> list[str]:
    return list(Mail.objects.filter(kind=kind).order_by("pk").values_list("state", flat=True))


def test_cancelled_and_put_back_without_a_mail(three: list[Registration], organiser: User) -> None:
    before = standing()
    sequences = [registration.sequence for registration in three]
    do(organiser, "cancel_places", three)
    change = BulkChange.objects.get()
    assert {row[0] for row in standing()} == {"cancelled"}
    held = Mail.objects.filter(kind="cancellation").values_list("not_before", flat=True)
    assert list(held) == [change.undo_until] * 3
    assert take_back(organiser) == ["3 are as before, and no mail was sent about them."]
    assert standing() == before
    assert waiting_mails("cancellation") == ["cancelled"] * 3
    after = Registration.objects.order_by("pk").values_list("sequence", flat=True)
    assert list(after) == [number + 2 for number in sequences]


def test_left_alone_the_mails_leave(three: list[Registration], organiser: User) -> None:
    do(organiser, "cancel_places", three)
    now = timezone.now()
    assert Mail.objects.due(now).filter(kind="cancellation").count() == 0
    assert Mail.objects.due(now + WINDOW).filter(kind="cancellation").count() == 3


def test_the_next_in_line_is_told_at_once_and_keeps_the_place(
    employee_tier: Tier, organiser: User
) -> None:
    Conference.objects.update(capacity=2)
    first, second = (factories.make_registration(employee_tier, name=name) for name in "AB")
    vera = factories.make_registration(employee_tier, name="Vera", accept_waiting=True)
    do(organiser, "cancel_places", [first, second])
    offer = Mail.objects.get(kind="offer")
    assert offer.not_before <= timezone.now()
    assert take_back(organiser) == [
        "1 is as before, and no mail was sent about it.",
        "Not put back: B: The place is taken by now: the conference is full.",
    ]
    vera.refresh_from_db()
    assert vera.state == "offered"
    assert Registration.objects.holding().count() == 2
    assert waiting_mails("cancellation") == ["cancelled", "queued"]


def test_moved_and_put_back(three: list[Registration], free_tier: Tier, organiser: User) -> None:
    before = standing()
    assert do(organiser, "move_places", three, tier=free_tier.pk) == ["3 done."]
    assert {row[4] for row in standing()} == {free_tier.pk}
    take_back(organiser)
    assert standing() == before


def test_confirmed_and_put_back_in_line(employee_tier: Tier, organiser: User) -> None:
    Conference.objects.update(capacity=1)
    factories.make_registration(employee_tier)
    waiting = [
        factories.make_registration(employee_tier, accept_waiting=True) for _number in range(2)
    ]
    before = standing()
    Conference.objects.update(capacity=3)
    do(organiser, "confirm_places", waiting)
    Conference.objects.update(capacity=1)
    take_back(organiser)
    assert standing() == before
    assert waiting_mails("confirmation") == ["queued", "cancelled", "cancelled"]


def test_what_changed_since_is_left(three: list[Registration], organiser: User) -> None:
    do(organiser, "move_places", three[:1] + three[1:], tier=make_other(three[0]).pk)
    cancel(registration=three[0], by=organiser)
    told = take_back(organiser)
    assert told[0] == "2 are as before, and no mail was sent about them."
    assert told[1].endswith("It has changed since.")


def make_other(registration: Registration) -> Tier:
    return factories.make_tier(registration.conference, "annen")


def test_who_registered_anew_meanwhile_is_not_there_twice(
    three: list[Registration], employee_tier: Tier, organiser: User
) -> None:
    do(organiser, "cancel_places", three)
    again = three[0]
    factories.apply(employee_tier, name=again.name, email=again.email)
    told = take_back(organiser)
    assert told[1].endswith("Someone with this name and this e-mail is registered already.")
    assert Registration.objects.active().filter(email=again.email).count() == 1


def test_refused_rows_are_left_alone(three: list[Registration], organiser: User) -> None:
    cancel(registration=three[0], by=organiser)
    do(organiser, "cancel_places", three)
    assert take_back(organiser) == ["2 are as before, and no mail was sent about them."]
    assert [row[0] for row in standing()] == ["cancelled", "confirmed", "confirmed"]


def test_once_and_in_time(three: list[Registration], organiser: User) -> None:
    do(organiser, "cancel_places", three)
    take_back(organiser)
    assert take_back(organiser) == ["It is undone already."]
    do(organiser, "cancel_places", three)
    change = BulkChange.objects.latest("pk")
    later = timezone.now() + WINDOW + timedelta(seconds=1)
    with time_machine.travel(later, tick=False), pytest.raises(RegistrationError) as refusal:
        undo(change=change, by=organiser)
    assert refusal.value.code == "too_late"


def test_one_alone_has_no_window(three: list[Registration], organiser: User) -> None:
    do(organiser, "cancel_places", three[:1])
    assert BulkChange.objects.count() == 0
    assert Mail.objects.due(timezone.now()).filter(kind="cancellation").count() == 1


def test_the_list_offers_it_to_who_did_it_alone(three: list[Registration], organiser: User) -> None:
    do(organiser, "cancel_places", three)
    other = factories.make_user(role="organiser")
    assert browser_of(organiser).get(reverse(LIST)).context["touched"] == 3
    assert browser_of(other).get(reverse(LIST)).context["undoable"] is None
    change = BulkChange.objects.get()
    address = reverse("admin:registrations_registration_undo", args=[change.pk])
    assert browser_of(other).post(address).status_code == 404
    assert browser_of(factories.make_user(role="treasurer")).post(address).status_code == 403
    assert browser_of(organiser).get(address).status_code == 405
    assert {row[0] for row in standing()} == {"cancelled"}


def test_people_of_two_gatherings_are_not_moved_together(
    three: list[Registration], organiser: User
) -> None:
    elsewhere = factories.make_registration(factories.make_tier(factories.make_conference()))
    assert do(organiser, "move_places", [*three, elsewhere]) == [
        "Choose people of one gathering at a time."
    ]


@pytest.mark.parametrize(
    ("name", "shift"), [("bulk_change_can_be_undone", 0), ("bulk_change_undone_in_time", 9)]
)
def test_the_database_knows_the_rules(name: str, shift: int, organiser: User) -> None:
    now = timezone.now()
    times = {"undo_until": now + timedelta(minutes=min(shift, 5))}
    if shift:
        times["undone_at"] = now + timedelta(minutes=shift)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BulkChange.objects.create(action="confirm_places", done_by=organiser, done_at=now, **times)


def test_it_is_forgotten_after_a_day(three: list[Registration], organiser: User) -> None:
    with undoable(action=BulkChange.Action.CANCEL, registrations=three, by=organiser):
        pass
    purge(timezone.now() + timedelta(days=2), dry_run=False)
    assert BulkChange.objects.count() == 0


def test_workshops_come_back_where_a_seat_is_free(employee_tier: Tier, organiser: User) -> None:
    block = factories.make_block(employee_tier.conference)
    small, large = (factories.make_workshop(block, capacity=number) for number in (1, 9))
    one, other, late = (factories.make_registration(employee_tier) for _number in range(3))
    for registration, session in ((one, small), (other, large)):
        registration.seats.create(session=session, block=block, state="held")
    do(organiser, "cancel_places", [one, other])
    late.seats.create(session=small, block=block, state="held")
    take_back(organiser)
    seats = SessionSeat.objects.order_by("registration").values_list("session", "state")
    assert list(seats) == [(small.pk, "waiting"), (large.pk, "held"), (small.pk, "held")]
    told = Mail.objects.filter(kind="workshops_changed").values_list("recipient", flat=True)
    assert list(told) == [one.email]
