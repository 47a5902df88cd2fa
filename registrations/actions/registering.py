from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conferences.actions import lock
from conferences.models import Conference
from network.actions import find_or_add_organisation, hold_organisation
from network.models import Organisation, User
from recovery_network.audit.actions import record
from registrations import mails
from registrations.actions import seating
from registrations.actions.applying import Application, NewOrganisation, PersonApplication
from registrations.actions.places import fill
from registrations.actions.rehearsing import Rehearsed, rehearse_mail
from registrations.actions.telling import tell_all
from registrations.consents import NEEDS_VERSION, TERMS_VERSION
from registrations.errors import RegistrationError
from registrations.models import (
    Booking,
    Consent,
    Need,
    Registration,
    SessionSeat,
    Submission,
    Tier,
)
from registrations.models.registration import person_key
from registrations.queries import Ledger, same_people
from registrations.workshops import SeatLedger

State = Registration.State
Scarcity = Registration.Scarcity
OWN_LIMITS = {Scarcity.ORGANISATION, Scarcity.NO_ORGANISATION}


@dataclass(frozen=True)
class Decided:
    """What was decided for one person under the lock."""

    person: PersonApplication
    tier: Tier
    scarcity: Registration.Scarcity | None
    same_person: Registration | None = None
    pending: bool = False

    @property
    def state(self) -> State:
        if self.same_person is not None:
            return State.DOUBLE
        return self.outcome

    @property
    def outcome(self) -> State:
        """What a newcomer would get."""
        if self.pending:
            return State.PENDING
        return State.WAITING if self.scarcity else State.CONFIRMED


@dataclass(frozen=True)
class Desk:
    """Who registers, where and when, as it stands under the lock."""

    conference: Conference
    organisation: Organisation | None
    application: Application
    now: datetime
    by: User | None

    @property
    def needs_approval(self) -> bool:
        """Whom an organiser registers, an organiser has approved."""
        return self.conference.approval_needed and self.by is None

    @property
    def owner(self) -> int | None:
        return self.organisation.pk if self.organisation else None


@transaction.atomic
def register(
    *, conference: Conference, application: Application, by: User | None = None
) -> Submission:
    """Give each person a place, or a place in line, and write the mails about it (`domain.md` 4, 5).

    The same submission again returns the first answer. Someone who is registered already gets the
    answer a newcomer would get, and a mail that says so: nobody else can learn it. Raises
    RegistrationError (closed, party_size, person_twice, unknown_tier, tier_closed, organisation_required,
    organisation_limit, no_organisation_full, never_together, name_missing, no_organisation, and those of
    seating.choose) with nothing written, and OperationalError where the lock could not be had in time.
    """
    conference = lock(conference.pk)
    sent = Submission.objects.filter(pk=application.submission)
    if sent.exists():
        return same_submission(sent.select_related("tier").get(), conference)
    now = timezone.now()
    check_window(conference, now, by)
    check_people(application)
    check_unnamed(conference, application, now)
    tiers = chosen_tiers(conference, application, now, by)
    organisation = held_organisation(tiers.values(), application.organisation, by)
    desk = Desk(conference, organisation, application, now, by)
    decided = decide(desk, tiers, fill(conference))
    if application.is_own and decided[0].same_person:
        seats = greet_again(desk, decided[0])
    else:
        seats = write(desk, decided)
    return submitted(desk, decided, seats)


def same_submission(known: Submission, conference: Conference) -> Submission:
    if known.conference_id != conference.pk:
        raise RegistrationError(
            _("This form belongs to another gathering. Load the page again."), code="closed"
        )
    return known


def check_window(conference: Conference, now: datetime, by: User | None) -> None:
    """Organisers may register people who phoned until the gathering is over; others within the window."""
    state = conference.state(now)
    if state == Conference.State.OPEN:
        return
    if by is not None and state in {Conference.State.PUBLISHED, Conference.State.CLOSED}:
        return
    sentences = {
        Conference.State.PUBLISHED: _("Registration has not opened yet."),
        Conference.State.CLOSED: _("Registration has closed."),
        Conference.State.HELD: _("The gathering is over."),
        Conference.State.CANCELLED: _("The gathering is cancelled."),
    }
    raise RegistrationError(
        sentences.get(state, _("This gathering can't be registered for.")), code="closed"
    )


def check_people(application: Application) -> None:
    """Neither too many nor the same one twice."""
    if not 0 < len(application.people) <= Booking.MOST_PEOPLE:
        message = _("Register between one and %(most)s people at a time.")
        raise RegistrationError(message % {"most": Booking.MOST_PEOPLE}, code="party_size")
    seen = set()
    for number, person in enumerate(application.people):
        known_by = person_key(person.name), person.email.lower()
        if known_by in seen and not person.is_unnamed:
            raise RegistrationError(
                _("The same person stands in the form twice."),
                code="person_twice",
                field="name",
                people=(number,),
            )
        seen.add(known_by)


def check_unnamed(conference: Conference, application: Application, now: datetime) -> None:
    """Only an organisation keeps places for people it names later: any other goes to the next in line."""
    unnamed = tuple(number for number, each in enumerate(application.people) if each.is_unnamed)
    if unnamed and not conference.takes_unnamed(now):
        raise RegistrationError(
            _("Everyone must be named now."), code="name_missing", field="name", people=unnamed
        )
    if unnamed and application.organisation is None:
        raise RegistrationError(
            _("Only an organisation can reserve places without names. Write yours."),
            code="no_organisation",
            field="organisation",
        )


def chosen_tiers(
    conference: Conference, application: Application, now: datetime, by: User | None
) -> dict[str, Tier]:
    """The kinds of place by their keys; for those who aren't organisers, only what is open."""
    tiers = {tier.key: tier for tier in conference.tiers.all()}
    for number, person in enumerate(application.people):
        tier = tiers.get(person.tier)
        hidden = by is None and tier is not None and not tier.is_shown_to(application.invitation)
        if tier is None or hidden:
            raise RegistrationError(
                _("Choose one of the kinds of place."),
                code="unknown_tier",
                field="tier",
                people=(number,),
            )
        if by is None and not tier.is_open(now):
            raise RegistrationError(
                _("This kind of place is not open for registration now."),
                code="tier_closed",
                field="tier",
                people=(number,),
            )
    return {person.tier: tiers[person.tier] for person in application.people}


def held_organisation(
    tiers: Iterable[Tier], wanted: Organisation | NewOrganisation | None, by: User | None
) -> Organisation | None:
    if wanted is None:
        if any(tier.organisation_required for tier in tiers):
            raise RegistrationError(
                _("This kind of place needs an organisation. Write which one you come from."),
                code="organisation_required",
                field="organisation",
            )
        return None
    if isinstance(wanted, NewOrganisation):
        wanted = find_or_add_organisation(name=wanted.name, number=wanted.number, by=by)
    return hold_organisation(wanted.pk)


# --- Deciding --------------------------------------------------------------------------------


def decide(desk: Desk, tiers: Mapping[str, Tier], ledger: Ledger) -> list[Decided]:
    """Who gets a place and who waits for what, in the order in which they stand in the form.

    The limits are looked at before the people are: nobody's answer depends on who is registered.
    """
    people = desk.application.people
    if desk.needs_approval:
        return apply_for_places(desk, tiers, ledger)
    scarcities = [seat(ledger, tiers[each.tier], desk.owner, each.companion) for each in people]
    refuse_own_limit(desk, tiers, scarcities, ledger)
    if desk.application.together and any(scarcities):
        refuse_what_never_fits(desk, tiers, ledger)
        scarcities = [scarcity or Scarcity.PARTY for scarcity in scarcities]
    known = same_people(desk.conference, desk.application.contact_email, people)
    return [
        Decided(person, tiers[person.tier], scarcity, same)
        for person, scarcity, same in zip(people, scarcities, known, strict=True)
    ]


def apply_for_places(desk: Desk, tiers: Mapping[str, Tier], ledger: Ledger) -> list[Decided]:
    """Nobody takes a place, or a turn in line, before an organiser has approved them."""
    people = desk.application.people
    if desk.application.together:
        refuse_what_never_fits(desk, tiers, ledger)
    known = same_people(desk.conference, desk.application.contact_email, people)
    return [
        Decided(person, tiers[person.tier], None, same, pending=True)
        for person, same in zip(people, known, strict=True)
    ]


def seat(
    ledger: Ledger, tier: Tier, owner: int | None, companion: str | None
) -> Registration.Scarcity | None:
    """Takes a place, and one for the companion where there is one; both or neither."""
    scarcity = ledger.scarcity(tier, owner)
    if scarcity:
        return scarcity
    ledger.take(tier, owner)
    if companion is None:
        return None
    scarcity = ledger.scarcity(tier, owner, companion=True)
    if scarcity:
        ledger.take(tier, owner, places=-1)
    else:
        ledger.take(tier, owner, companion=True)
    return scarcity


def refuse_own_limit(
    desk: Desk,
    tiers: Mapping[str, Tier],
    scarcities: Sequence[Registration.Scarcity | None],
    ledger: Ledger,
) -> None:
    """A full house puts people in line; an organisation's own limit is a choice that they make themselves."""
    people = desk.application.people
    beyond = [
        number
        for number, (person, scarcity) in enumerate(zip(people, scarcities, strict=True))
        if scarcity in OWN_LIMITS and not person.accept_waiting
    ]
    if not beyond:
        return
    first = beyond[0]
    tier = tiers[people[first].tier]
    if scarcities[first] == Scarcity.NO_ORGANISATION or desk.organisation is None:
        message = _("The places for people without an organisation are taken.")
        code = "no_organisation_full"
    else:
        got = sum(
            person.tier == tier.key and scarcity not in OWN_LIMITS
            for person, scarcity in zip(people, scarcities, strict=True)
        )
        limit = ledger.own_limit(tier, desk.owner)
        message = limit_sentence(desk.organisation, tier, limit, got)
        code = "organisation_limit"
    same_kind = tuple(number for number in beyond if people[number].tier == tier.key)
    raise RegistrationError(message, code=code, field="tier", people=same_kind)


def limit_sentence(organisation: Organisation, tier: Tier, limit: int | None, got: int) -> str:
    words = {
        "organisation": organisation.name,
        "limit": limit,
        "tier": tier.name,
        "got": got,
    }
    if not got:
        sentence = _("%(organisation)s has taken all its %(limit)s places of the kind %(tier)s.")
        return sentence % words
    sentence = ngettext(
        "%(organisation)s has only one place left of its %(limit)s of the kind %(tier)s.",
        "%(organisation)s has only %(got)s places left of its %(limit)s of the kind %(tier)s.",
        got,
    )
    return sentence % words


def refuse_what_never_fits(desk: Desk, tiers: Mapping[str, Tier], ledger: Ledger) -> None:
    """A party that is larger than what there is at all would wait for ever to come together."""
    wanted = Counter(person.tier for person in desk.application.people)
    for key, number in wanted.items():
        tier = tiers[key]
        own = ledger.own_limit(tier, desk.owner)
        most = min(limit for limit in (own, tier.capacity, number) if limit is not None)
        if number > most:
            message = _(
                "There are never more than %(most)s places of the kind %(tier)s for you. "
                "Choose to take the places there are."
            )
            raise RegistrationError(
                message % {"most": most, "tier": tier.name},
                code="never_together",
                field="together",
            )
    capacity = desk.conference.capacity
    companions = sum(person.companion is not None for person in desk.application.people)
    if capacity is not None and wanted.total() + companions > capacity:
        message = _(
            "There are never more than %(most)s places. Choose to take the places there are."
        )
        raise RegistrationError(
            message % {"most": capacity}, code="never_together", field="together"
        )


# --- Writing ---------------------------------------------------------------------------------


def write(desk: Desk, decided: Sequence[Decided]) -> list[list[SessionSeat]]:
    """Returns what seats each of them gets."""
    booking = write_booking(desk, decided)
    registrations = write_people(desk, booking, decided)
    seats = write_seats(desk, registrations, decided)
    tell_and_record(desk, registrations)
    return seats


def tell_and_record(desk: Desk, registrations: Sequence[Registration]) -> None:
    for registration in registrations:
        record(
            action=f"registration.{registration.state}",
            by=desk.by,
            object=registration,
            conference_id=desk.conference.pk,
            tier=registration.tier.key,
            waits_for=registration.waiting_for,
        )
    tell_all(registrations, occasion=desk.application.submission.hex)


def greet_again(desk: Desk, decided: Decided) -> list[list[SessionSeat]]:
    """Tells the person, and nobody else, that they are registered already.

    Does the work of a new booking and undoes it, so that the answer takes as long. Returns what seats a
    newcomer would have got.
    """
    assert decided.same_person is not None
    seats: list[list[SessionSeat]] = []
    try:
        with transaction.atomic():
            people = write_people(desk, write_booking(desk, [decided]), [decided])
            seats = write_seats(desk, people, [decided])
            raise Rehearsed
    except Rehearsed:
        pass
    if mails.already_registered(decided.same_person) is None:
        rehearse_mail(to=decided.person.email, language=desk.application.language)
    return seats


def write_booking(desk: Desk, decided: Sequence[Decided]) -> Booking:
    application = desk.application
    costs = any(each.tier.costs for each in decided)
    return Booking.objects.create(
        conference=desk.conference,
        contact_name=application.contact_name,
        contact_email=application.contact_email,
        organisation=desk.organisation,
        language=application.language,
        invoice_reference=application.invoice_reference if costs else "",
        together=application.together,
        invitation=application.invitation,
        source=Booking.Source.ADMIN if desk.by else Booking.Source.WEB,
        created_at=desk.now,
    )


def write_people(desk: Desk, booking: Booking, decided: Sequence[Decided]) -> list[Registration]:
    """The rows of each person: the place, the companion's, what they need, what they agreed to."""
    registrations = Registration.objects.bulk_create(
        new_registration(desk, booking, each) for each in decided
    )
    pairs = list(zip(registrations, decided, strict=True))
    companions = Registration.objects.bulk_create(
        new_companion(registration, each.person.companion)
        for registration, each in pairs
        if each.person.companion is not None
    )
    Need.objects.bulk_create(
        Need(registration=registration, kind=need.kind, note=need.note)
        for registration, each in pairs
        for need in each.person.needs
    )
    Consent.objects.bulk_create(
        Consent(registration=registration, purpose=purpose, version=version, given_at=desk.now)
        for registration, each in pairs
        for purpose, version in agreed_to(each.person)
    )
    return [*registrations, *companions]


def write_seats(
    desk: Desk, registrations: Sequence[Registration], decided: Sequence[Decided]
) -> list[list[SessionSeat]]:
    """The workshops of each, in the order of the form; companions, who stand last, go where their person goes.

    Who is registered already takes no seat, and isn't told so: they get the answer a newcomer would get.
    """
    ledger = SeatLedger.of(desk.conference)
    if not ledger.sessions:
        return [[] for _each in decided]
    seats: list[list[SessionSeat]] = []
    for number, (registration, each) in enumerate(zip(registrations, decided, strict=False)):
        if each.person.is_unnamed:
            seats.append([])  # chosen by whoever comes, once they are named
            continue
        holds = each.outcome == State.CONFIRMED
        try:
            chosen = seating.choose(
                registration,
                each.person.workshops,
                ledger,
                holds=holds,
                now=desk.now,
                by=desk.by,
            )
        except RegistrationError as refusal:
            raise RegistrationError(
                str(refusal), code=refusal.code, field=refusal.field, people=(number,)
            ) from None
        seats.append(chosen)
    SessionSeat.objects.bulk_create(
        seat
        for chosen, each in zip(seats, decided, strict=True)
        for seat in chosen
        if each.same_person is None or desk.application.is_own
    )
    return seats


def agreed_to(person: PersonApplication) -> list[tuple[str, str]]:
    """The purposes and versions of the texts that the form asks to agree to; nobody agrees to them unnamed."""
    if person.is_unnamed:
        return []
    agreed = [(Consent.Purpose.TERMS.value, TERMS_VERSION)]
    if person.needs:
        agreed.append((Consent.Purpose.NEEDS.value, NEEDS_VERSION))
    return agreed


def new_registration(desk: Desk, booking: Booking, decided: Decided) -> Registration:
    person = decided.person
    return Registration(
        booking=booking,
        conference=desk.conference,
        tier=decided.tier,
        name=person.name,
        name_key=person_key(person.name),
        badge_name=person.badge_name,
        email=person.email,
        state=decided.state,
        double_of=decided.same_person,
        price=decided.tier.price,
        created_at=desk.now,
        confirmed_at=desk.now if decided.outcome == State.CONFIRMED else None,
        waiting_since=desk.now if decided.scarcity else None,
        waiting_for=decided.scarcity or "",
    )


def new_companion(person: Registration, name: str) -> Registration:
    """A place that follows the person's in everything, and costs nothing."""
    return Registration(
        booking=person.booking,
        conference=person.conference,
        tier=person.tier,
        companion_of=person,
        name=name,
        name_key=person_key(name),
        state=person.state,
        double_of=person.double_of,
        created_at=person.created_at,
        confirmed_at=person.confirmed_at,
        waiting_since=person.waiting_since,
        waiting_for=person.waiting_for,
    )


def submitted(
    desk: Desk, decided: Sequence[Decided], seats: Sequence[Sequence[SessionSeat]]
) -> Submission:
    """What the receipt page tells: what was typed, and what newcomers would have got."""
    application = desk.application
    outcomes = {outcome_of(each) for each in decided}
    return Submission.objects.create(
        pk=application.submission,
        conference=desk.conference,
        outcome=outcomes.pop() if len(outcomes) == 1 else Submission.Outcome.MIXED,
        name=application.contact_name,
        email=application.contact_email,
        organisation=desk.organisation.name if desk.organisation else "",
        tier=decided[0].tier,
        people=[
            {
                "name": each.person.name,
                "email": each.person.email,
                "tier": each.tier.pk,
                "outcome": outcome_of(each),
                "companion": each.person.companion,
                "workshops": [[seat.session.title, seat.state] for seat in theirs],
            }
            for each, theirs in zip(decided, seats, strict=True)
        ],
        created_at=desk.now,
    )


def outcome_of(decided: Decided) -> str:
    return Submission.Outcome(decided.outcome).value
