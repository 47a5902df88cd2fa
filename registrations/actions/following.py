"""Two members became one: places and bookings under the addresses that go follow to the one that stays.

At a gathering to come one person has one place. Who has two keeps the older; the other looks as before to those
who hold its booking, and goes to the next in line.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conferences.actions import lock
from conferences.models import Conference
from membership.actions.merging import OnePerson
from recovery_network.audit.actions import record
from recovery_network.i18n import date_short
from recovery_network.privacy.person import Person
from registrations import mails, party_mails, queries
from registrations.actions.handing_over import take_companion_along
from registrations.actions.one_place import become_double
from registrations.actions.places import STATE_FIELDS, companions_of, fill
from registrations.actions.telling import is_own
from registrations.models import Booking, Consent, Need, Registration

State = Registration.State
# Whoever has more of a place keeps that one.
RANK = (State.CONFIRMED, State.OFFERED, State.WAITING, State.PENDING)


@dataclass
class Plan:
    """What merging does to registrations, read from the rows."""

    moves: list[Registration] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    # The place that is kept, and the one that goes to the next in line.
    doubles: list[tuple[Registration, Registration]] = field(default_factory=list)
    # Where the two were registered twice and it can't be undone any more.
    stays: list[Registration] = field(default_factory=list)


def foresee(person: OnePerson) -> list[str]:
    plan = plan_for(person, timezone.now())
    told = []
    if plan.moves:
        said = ngettext(
            "%(n)d registration goes to the address that stays.",
            "%(n)d registrations go to the address that stays.",
            len(plan.moves),
        )
        told.append(said % {"n": len(plan.moves)})
    if plan.bookings:
        said = ngettext(
            "The person is the contact of %(n)d booking, and is written to about it there.",
            "The person is the contact of %(n)d bookings, and is written to about them there.",
            len(plan.bookings),
        )
        told.append(said % {"n": len(plan.bookings)})
    for kept, double in plan.doubles:
        said = _(
            "“%(title)s”: two registrations. The one of %(kept)s keeps what it has, with what is needed; the one "
            "of %(double)s is given up, and its place goes to the next in line."
        )
        told.append(
            said
            % {
                "title": kept.conference.title,
                "kept": known_by(kept),
                "double": known_by(double),
            }
        )
    if plan.stays:
        said = ngettext(
            "%(n)d registration stays with its old address: the person has another at the same gathering, where "
            "it is too late to give one up.",
            "%(n)d registrations stay with their old address: the person has others at the same gatherings, where "
            "it is too late to give one up.",
            len(plan.stays),
        )
        told.append(said % {"n": len(plan.stays)})
    return told


def known_by(registration: Registration) -> str:
    return f"{date_short(registration.created_at)} ({registration.code})"


def hold(person: OnePerson) -> dict[int, Conference]:
    """The gatherings that the old addresses are registered at, locked in one order for all."""
    leaving = Q(person.leaves("email") | person.leaves("booking__contact_email"))
    places = Registration.objects.filter(leaving).values_list("conference_id", flat=True)
    bookings = Booking.objects.filter(person.leaves("contact_email"))
    found = {*places, *bookings.values_list("conference_id", flat=True)}
    return {pk: lock(pk) for pk in sorted(found)}


def follow(person: OnePerson) -> Mapping[str, int]:
    """Writes to the new address about each coming gathering how it stands."""
    # Once more: somebody may have registered elsewhere while the first locks were waited for.
    held = hold(person)
    plan = plan_for(person, timezone.now())
    for kept, double in plan.doubles:
        give_up_double(kept, double, person)
    coming = [each for each in plan.moves if is_coming(each.conference, timezone.now())]
    for registration in plan.moves:
        if registration.email:
            registration.email = person.new
            registration.sequence += 1
            registration.save(update_fields=["email", "sequence"])
    for booking in plan.bookings:
        booking.contact_email = person.new
        booking.save(update_fields=["contact_email"])
    for pk in sorted({double.conference_id for _kept, double in plan.doubles}):
        fill(held[pk])
    rows: list[Registration | Booking] = [*plan.moves, *plan.bookings]
    events = {row: noted(row, person) for row in rows}
    tell(plan, coming, events)
    return Counter(
        registrations=len(plan.moves),
        bookings=len(plan.bookings),
        doubles=len(plan.doubles),
        registrations_stayed=len(plan.stays),
    )


# --- Looking ---------------------------------------------------------------------------------


def plan_for(person: OnePerson, now: datetime) -> Plan:
    """Changes nothing; right only while the gatherings are held."""
    plan = Plan()
    by_conference: defaultdict[int, list[Registration]] = defaultdict(list)
    for each in rows_of(person):
        by_conference[each.conference_id].append(each)
    for mine in by_conference.values():
        leaving = [each for each in mine if each.address.lower() in person.old]
        if leaving:
            plan_one(plan, mine, leaving, person, now)
    staying = {each.booking_id for each in plan.stays}
    bookings = queries.whole_bookings().filter(person.leaves("contact_email")).order_by("pk")
    plan.bookings = [
        each for each in bookings if person.is_called(each.contact_name) and each.pk not in staying
    ]
    return plan


def rows_of(person: OnePerson) -> Iterable[Registration]:
    everywhere = queries.registrations_of(Person.of((*person.old, person.new)))
    return [
        each
        for each in everywhere.order_by("conference_id", "created_at", "pk")
        if each.companion_of_id is None and person.is_called(each.name)
    ]


def plan_one(
    plan: Plan,
    mine: list[Registration],
    leaving: list[Registration],
    person: OnePerson,
    now: datetime,
) -> None:
    """One gathering: which place is kept, which are doubles of it, which move and which can't."""
    standing = sorted(
        (each for each in mine if each.state in Registration.ACTIVE),
        key=lambda each: (each.checked_in_at is None, RANK.index(State(each.state))),
    )
    doubles: list[Registration] = []
    if is_coming(mine[0].conference, now):
        doubles = [each for each in standing[1:] if each.checked_in_at is None]
        plan.doubles += [(standing[0], each) for each in doubles]
    left = [each for each in standing if each not in doubles]
    # The rule of the constraint registration_person_once.
    known = {each.name_key for each in left if each.email.lower() == person.new}
    for each in leaving:
        if each in left and each.email:
            if each.name_key in known:
                plan.stays.append(each)
                continue
            known.add(each.name_key)
        plan.moves.append(each)


def is_coming(conference: Conference, now: datetime) -> bool:
    return conference.ends_at > now and not conference.is_called_off(now)


# --- Writing ---------------------------------------------------------------------------------


def give_up_double(kept: Registration, double: Registration, person: OnePerson) -> None:
    """What is needed, and who comes along, goes to the place that is kept; workshops go to those who wait."""
    mails.withdraw_all(double)
    bring_needs(kept, double)
    bring_companion(kept, double)
    become_double(double, kept)
    double.sequence += 1
    double.save(update_fields=[*STATE_FIELDS, "double_of"])
    take_companion_along(double)
    Registration.objects.filter(double_of=double).update(double_of=kept)
    record(
        action="registration.double",
        by=person.by,
        object=double,
        conference_id=double.conference_id,
        kept=kept.pk,
    )


def bring_needs(kept: Registration, double: Registration) -> None:
    """Two notes of one sort become one, which the organisers look at again."""
    known: dict[str, Need] = {need.kind: need for need in kept.needs.all()}
    for need in double.needs.all():
        same = known.get(need.kind)
        if same is None:
            need.registration = kept
            need.save(update_fields=["registration"])
        elif need.note not in same.note:
            same.note = "; ".join(filter(None, (same.note, need.note)))
            same.status, same.answer = Need.Status.REPORTED, ""
            same.answered_at = same.answered_by = None
            same.save(update_fields=["note", "status", "answer", "answered_at", "answered_by"])
    agreed = Consent.objects.filter(registration=double, purpose=Consent.Purpose.NEEDS)
    if not kept.consents.filter(purpose=Consent.Purpose.NEEDS).exists():
        agreed.update(registration=kept)


def bring_companion(kept: Registration, double: Registration) -> None:
    """A companion who stands as the kept person does comes along; anyone else follows the double."""
    if companions_of(kept):
        return
    for each in companions_of(double, [kept.state]):
        each.companion_of, each.booking, each.tier = kept, kept.booking, kept.tier
        each.confirmed_at, each.waiting_since = kept.confirmed_at, kept.waiting_since
        each.waiting_for, each.offer_expires_at = kept.waiting_for, kept.offer_expires_at
        each.sequence += 1
        each.save(update_fields=[*STATE_FIELDS, "companion_of", "booking", "tier"])


def noted(row: Registration | Booking, person: OnePerson) -> int:
    """The number of the event in the log: what is written about it is one of its kind."""
    action = f"{row._meta.model_name}.followed"
    conference_id = row.conference_id
    return record(action=action, by=person.by, object=row, conference_id=conference_id).pk


def tell(
    plan: Plan, coming: list[Registration], events: Mapping[Registration | Booking, int]
) -> None:
    """Each coming place once, to the new address; the contact of others about the whole party."""
    moved = {
        each.pk: f"event{events[each]}" for each in coming if each.state in Registration.ACTIVE
    }
    kept = {each.pk: f"kept{double.pk}" for each, double in plan.doubles}
    for pk, occasion in {**kept, **moved}.items():
        registration = queries.whole_registrations().get(pk=pk)
        mails.withdraw_all(registration)
        mails.again(registration, occasion=occasion)
    for booking in plan.bookings:
        people = queries.people_in(booking)
        own = [each for each in people if each.companion_of_id is None]
        if own and not is_own(own) and is_coming(booking.conference, timezone.now()):
            party_mails.withdraw(booking)
            party_mails.party(booking, people, occasion=f"event{events[booking]}")
