"""What must hold of mails: whatever is told is so, whoever is concerned is told, and nobody is told twice."""

import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import override

from recovery_network.mail.models import Mail
from registrations import mails, party_mails
from registrations.mails import KIND_OF_STATE
from registrations.models import Registration
from tests.lives.life import Step
from tests.lives.picture import Picture

State = Registration.State
STATE_OF_KIND = {kind: state for state, kind in KIND_OF_STATE.items()}
# To somebody else's address, or about something that has not changed.
APART = {"already_registered", "address_changed", "handed_over"}
PARTY = {"party", "party_offer"}
LINE = re.compile(
    r"^- (?P<name>[^,\n]+), .+: (?P<state>[^.\n]+)\. \S+ (?P<code>\w{8})$", re.MULTILINE
)


def is_live(mail: Mail) -> bool:
    return mail.state != Mail.State.CANCELLED


class Told:
    """What each person was told last, kept from step to step: a mail that is taken back was never told.

    Those with an address of their own are told themselves, the others through their contact person, who
    alone answers an offer to a party that comes together.
    """

    def __init__(self) -> None:
        self.news: dict[int, list[tuple[int, State]]] = {}

    def hear(self, now: Picture, new: list[Mail]) -> None:
        people = {mails.about(each): each for each in now.people.values()}
        for mail in new:
            person = people.get(mail.about)
            if person is not None and (state := state_told_in(mail)):
                self.note(person, mail, state)
            elif mail.kind in PARTY:
                for each, state in told_in(now, mail):
                    if not each.has_own_address or mail.kind == "party_offer":
                        self.note(each, mail, state)
            elif mail.kind == "unnamed_released":
                for each in people.values():
                    if each.is_unnamed and party_mails.about(each.booking) == mail.about:
                        self.note(each, mail, State.CANCELLED)

    def note(self, person: Registration, mail: Mail, state: State) -> None:
        self.news.setdefault(person.pk, []).append((mail.pk, state))

    def last(self, now: Picture, person: Registration) -> State | None:
        stands = [state for pk, state in self.news.get(person.pk, []) if is_live(now.mails[pk])]
        return stands[-1] if stands else None


def state_told_in(mail: Mail) -> State | None:
    """How a mail to one person says that they stand."""
    if mail.kind != "change":
        return STATE_OF_KIND.get(mail.kind)
    with override(mail.language):
        return next(state for state in KIND_OF_STATE if f": {state.label}\n" in mail.text)


def told_in(now: Picture, mail: Mail) -> Iterator[tuple[Registration, State]]:
    """Whom a mail to the contact person tells of, companions too, and how it says that they stand."""
    with override(mail.language):
        states = {str(state.label): state for state in KIND_OF_STATE}
    codes = {each.code: each for each in now.people.values()}
    for found in LINE.finditer(mail.text):
        yield codes[found["code"]], states[found["state"]]


def whatever_is_told_is_so(now: Picture, new: list[Mail], step: Step) -> None:
    """Each new mail tells how the people in it stand now; of many verbs, only the last has to."""
    if step.many:
        return
    people = {mails.about(each): each for each in now.people.values()}
    for mail in new:
        if mail.kind in PARTY:
            everyone = dict(told_in(now, mail))
            assert everyone, mail.text
            assert {each.shown_state for each in everyone} >= set(everyone.values())
            for each, state in everyone.items():
                assert state == each.shown_state, (mail.kind, each.name)
        elif (told := state_told_in(mail)) is not None:
            person = people[mail.about]
            assert told == person.shown_state, (mail.kind, person.state)
            assert mail.recipient == person.address
            assert person.name in mail.text


def whoever_is_concerned_is_told(now: Picture, told: Told, replaced: set[int]) -> None:
    """The last that each was told is how they stand. A double with an address is told of the place they have."""
    for each in now.people.values():
        apart = each.companion_of_id or (each.double_of_id and each.email)
        gone_on = each.pk in replaced and each.state == State.CANCELLED
        if not (apart or gone_on):
            assert told.last(now, each) == each.shown_state, each.name


def a_change_is_told(before: Picture, now: Picture, new: list[Mail], step: Step) -> None:
    """Of another kind of place, and of other workshops, whoever is there hears as well."""
    concerned = {mail.about for mail in new}
    for pk, after in now.people.items():
        earlier = before.people.get(pk)
        if earlier is None or after.companion_of_id or after.state not in Registration.ACTIVE:
            continue
        changed = after.tier_id != earlier.tier_id or seats_of(before, pk) != seats_of(now, pk)
        if changed and pk not in step.untold:
            assert mails.about(after) in concerned or now.mails_about_party(after) != [], after.name


def seats_of(picture: Picture, pk: int) -> set[tuple[int, str]]:
    return {(each.session_id, each.state) for each in picture.seats if each.registration_id == pk}


def nobody_is_told_twice(before: Picture, now: Picture, new: list[Mail], step: Step) -> None:
    """One mail about one thing for each verb; the contact is told of a person alone or in the party, not both."""
    if step.many:
        return
    live = [mail for mail in new if is_live(mail) and mail.kind not in APART]
    twice = {
        each: n
        for each, n in Counter((mail.about, mail.recipient) for mail in live).items()
        if n > 1
    }
    assert not twice, [(mail.kind, mail.about) for mail in live]
    alone = {mail.about for mail in live if mail.kind in STATE_OF_KIND}
    for mail in live:
        # An offer to the rest of a party follows from a cancellation, and shows the party as it is then.
        if mail.kind in PARTY - {"party_offer"}:
            for each, _state in told_in(now, mail):
                assert each.has_own_address or mails.about(each) not in alone, each.name


def nothing_is_told_of_what_stands_still(
    before: Picture, now: Picture, new: list[Mail], step: Step
) -> None:
    people = {mails.about(each): each for each in now.people.values()}
    for mail in new:
        person = people.get(mail.about)
        if person is None or not is_live(mail) or mail.kind == "already_registered":
            continue
        earlier = before.people.get(person.pk)
        assert (
            earlier is None
            or earlier.sequence < person.sequence
            or earlier.address != person.address
        ), (mail.kind, person.name)
