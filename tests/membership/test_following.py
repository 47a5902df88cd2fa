"""Two members become one, and what is theirs follows: through the administration."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from membership.models import Membership
from network.models import User
from newsletter.models import Subscription, Suppression
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from recovery_network.privacy.person import Person
from registrations.models import Booking, Need, Registration, Tier
from registrations.queries import registrations_of
from surveys.actions.inviting import hashes_of, who_said_no
from surveys.models import Draft, Envelope, Invitation, OptOut, Response, Signature, Survey
from tests import factories

pytestmark = pytest.mark.django_db
MERGE = "admin:membership_membership_doubles_merge"
NAME, OLD, NEW = "Kari Prøve", "gammel@example.no", "ny@example.no"
State = Registration.State


@pytest.fixture
def desk(client: Client, organiser: User) -> Client:
    client.force_login(organiser)
    return client


@pytest.fixture
def kari() -> list[Membership]:
    """The one that goes, and the one that stays."""
    return [factories.make_membership(email, name=NAME) for email in (OLD, NEW)]


def told(desk: Client, group: list[Membership]) -> list[str]:
    query = {"one": [str(each.pk) for each in group], "stays": str(group[-1].pk)}
    found: list[str] = desk.get(reverse(MERGE), query).context["told"]
    return found


def merge(desk: Client, group: list[Membership]) -> dict[str, int]:
    """What the log says was moved."""
    Mail.objects.all().delete()
    desk.post(reverse(MERGE), {"one": [each.pk for each in group], "stays": group[-1].pk})
    event = AuditEvent.objects.get(action="membership.merged")
    return {name: count for name, count in event.details["moved"].items() if count}


def place(tier: Tier, email: str, **fields: object) -> Registration:
    return factories.make_registration(tier, **{"name": NAME, "email": email, **fields})


@pytest.fixture
def everything(employee_tier: Tier, conference: Conference) -> Registration:
    """A place of hers, a party she is the contact of, and what stands in other names under her address."""
    people = [factories.make_person(employee_tier, name="Per Kollega", email="")]
    factories.make_booking(conference, people, contact_name="Prøve Kari", contact_email=OLD)
    own = place(employee_tier, "Gammel@example.no")
    place(employee_tier, OLD, name="Ola Annen")
    survey = factories.make_survey(mode="confidential")
    factories.make_invitation(survey, email=OLD)
    factories.make_subscription(OLD)
    for name in (NAME, "Ola Annen"):
        contribution = factories.make_contribution(factories.make_session(conference), name)
        contribution.speaker.email = OLD
        contribution.speaker.save(update_fields=["email"])
    return own


@pytest.mark.usefixtures("in_english", "everything")
def test_page_says_what_follows_and_changes_nothing(desk: Client, kari: list[Membership]) -> None:
    assert told(desk, kari) == [
        "1 membership ends. Its interests and the earliest date go to the one that stays.",
        "The newsletter comes to the address that stays, once.",
        "1 entry among those who contribute gets the address that stays.",
        "1 registration goes to the address that stays.",
        "The person is the contact of 2 bookings, and is written to about them there.",
        "1 survey that the person is asked in follows, with whether they have answered.",
    ]
    assert Membership.objects.count() == 2
    assert not Registration.objects.filter(email=NEW).exists()


def test_what_is_hers_follows_and_what_is_others_stays(
    desk: Client, kari: list[Membership], everything: Registration
) -> None:
    moved = merge(desk, kari)
    assert moved == {
        "subscriptions": 1,
        "contributors": 1,
        "registrations": 1,
        "bookings": 2,
        "invitations": 1,
    }
    assert list(registrations_of(Person.of([NEW]))) == [everything]
    left = registrations_of(Person.of([OLD])).values_list("name", flat=True)
    assert list(left) == ["Ola Annen"]
    contacts = Booking.objects.order_by("pk").values_list("contact_email", flat=True)
    assert list(contacts) == [NEW, NEW, OLD]
    assert Invitation.objects.get().email == Subscription.objects.get().email == NEW
    assert sorted(Mail.objects.values_list("kind", "recipient")) == [
        ("confirmation", NEW),
        ("membership_merged", OLD),
        ("party", NEW),
    ]
    warning = Mail.objects.get(recipient=OLD)
    assert NEW not in warning.text + warning.html
    log = str(list(AuditEvent.objects.values()))
    assert (OLD in log.lower(), NEW in log.lower(), NAME in log) == (False, False, False)


def test_older_place_is_kept_and_the_other_goes_to_the_next_in_line(
    desk: Client, kari: list[Membership]
) -> None:
    conference = factories.make_conference(capacity=3, offer_hours=0)
    tier = factories.make_tier(conference)
    older = place(tier, OLD)
    younger = place(tier, NEW, companion="")
    next_in_line = factories.make_registration(tier)
    Need.objects.create(registration=older, kind="diet", note="Vegetar", status="reported")
    Need.objects.create(registration=younger, kind="diet", note="Uten nøtter", status="reported")
    Need.objects.create(registration=younger, kind="hearing_loop")
    assert next_in_line.state == State.WAITING
    assert len([each for each in told(desk, kari) if conference.title in each]) == 1
    assert merge(desk, kari) == {"registrations": 1, "bookings": 1, "doubles": 1}
    states = {
        each.pk: (each.state, each.email) for each in Registration.objects.filter(companion_of=None)
    }
    assert states == {
        older.pk: (State.CONFIRMED, NEW),
        younger.pk: (State.DOUBLE, NEW),
        next_in_line.pk: (State.CONFIRMED, next_in_line.email),
    }
    younger.refresh_from_db()
    assert younger.double_of == older
    assert younger.shown_state == State.CONFIRMED, "who holds its booking sees no difference"
    needs = {need.kind: need.note for need in older.needs.all()}
    assert needs == {"diet": "Vegetar; Uten nøtter", "hearing_loop": ""}
    companion = Registration.objects.exclude(companion_of=None).get()
    assert (companion.companion_of, companion.state, companion.booking) == (
        older,
        State.CONFIRMED,
        older.booking,
    )
    assert sorted(Mail.objects.values_list("kind", "recipient")) == [
        ("confirmation", next_in_line.email),
        ("confirmation", NEW),
        ("membership_merged", OLD),
    ]


def test_a_place_is_kept_before_a_turn_in_line(desk: Client, kari: list[Membership]) -> None:
    conference = factories.make_conference(capacity=1)
    tier = factories.make_tier(conference)
    first = factories.make_registration(tier)
    waits = place(tier, OLD)
    Conference.objects.filter(pk=conference.pk).update(capacity=2)
    has = place_given(tier, NEW)
    merge(desk, kari)
    for each in (waits, has, first):
        each.refresh_from_db()
    assert (waits.state, waits.double_of, has.state) == (State.DOUBLE, has, State.CONFIRMED)
    assert waits.shown_state == State.WAITING
    page = desk.get(waits.get_absolute_url())
    assert page.status_code == 200


def place_given(tier: Tier, email: str) -> Registration:
    """A row that has its place, past the line."""
    row = factories.make_booking_row(tier, name=NAME, email=email)
    Booking.objects.filter(pk=row.booking_id).update(contact_name=NAME, contact_email=email)
    return row


@pytest.mark.parametrize("change", ["over", "called off"])
def test_what_is_over_is_left_as_it_was(
    change: str, desk: Client, kari: list[Membership], employee_tier: Tier
) -> None:
    other = factories.make_tier(factories.make_conference())
    for tier, email in ((employee_tier, OLD), (employee_tier, NEW), (other, OLD)):
        place(tier, email)
    now = timezone.now()
    fields = (
        {"starts_at": now - timedelta(days=2), "ends_at": now - timedelta(days=1)}
        if change == "over"
        else {"cancelled_at": now}
    )
    Conference.objects.update(**fields)
    assert merge(desk, kari) == {"registrations": 1, "registrations_stayed": 1, "bookings": 1}
    emails = Registration.objects.order_by("pk").values_list("email", flat=True)
    assert list(emails) == [OLD, NEW, NEW]
    assert {each.state for each in Registration.objects.all()} == {State.CONFIRMED}
    assert [mail.kind for mail in Mail.objects.all()] == ["membership_merged"]


def test_two_who_have_both_arrived_keep_their_places(
    desk: Client, kari: list[Membership], employee_tier: Tier
) -> None:
    for email in (OLD, NEW):
        place(employee_tier, email)
    Registration.objects.update(checked_in_at=timezone.now())
    assert merge(desk, kari) == {"registrations_stayed": 1}
    assert list(Registration.objects.order_by("pk").values_list("email", "state")) == [
        (OLD, "confirmed"),
        (NEW, "confirmed"),
    ]


def test_three_become_one_with_one_place(
    desk: Client, kari: list[Membership], employee_tier: Tier
) -> None:
    third = factories.make_membership("tredje@example.no", name=NAME)
    for email in (NEW, OLD, third.email):
        place(employee_tier, email)
    factories.make_subscription(OLD)
    factories.make_subscription(third.email)
    assert merge(desk, [third, *kari]) == {
        "registrations": 2,
        "doubles": 2,
        "subscriptions": 1,
        "bookings": 2,
    }
    assert list(Registration.objects.order_by("pk").values_list("email", "state")) == [
        (NEW, "confirmed"),
        (NEW, "double"),
        (NEW, "double"),
    ]
    assert Subscription.objects.get().email == NEW


def test_two_contacts_of_one_organisation_are_two_people(desk: Client, employee_tier: Tier) -> None:
    organisation = factories.make_organisation()
    group = [
        factories.make_membership(email, name=name, kind="organisation", organisation=organisation)
        for email, name in ((OLD, "Ola Annen"), (NEW, NAME))
    ]
    place(employee_tier, OLD, name="Ola Annen")
    factories.make_subscription(OLD)
    factories.make_invitation(factories.make_survey(mode="named"), email=OLD)
    assert len(told(desk, group)) == 1
    assert merge(desk, group) == {}
    assert Membership.objects.get().email == NEW
    kept = {Registration.objects.get().email, Subscription.objects.get().email}
    assert kept == {Invitation.objects.get().email} == {OLD}


def test_newsletter_that_was_reported_as_unwanted_comes_nowhere_else(
    desk: Client, kari: list[Membership]
) -> None:
    factories.make_subscription(OLD)
    Suppression.objects.create(email=OLD, reason=Suppression.Reason.COMPLAINT)
    assert merge(desk, kari) == {}
    assert not Subscription.objects.exists()


class TestSurveys:
    @staticmethod
    def asked(mode: str, *, old: bool, new: bool) -> Survey:
        survey = factories.make_survey(mode=mode)
        for email, answered in ((OLD, old), (NEW, new)):
            invitation = factories.make_invitation(survey, email=email, answered=answered)
            if answered and mode == "named":
                response = Response.objects.create(survey=survey, day=timezone.localdate())
                Signature.objects.create(response=response, invitation=invitation)
            if answered and mode == "confidential":
                Envelope.objects.create(survey=survey, sealed=b"x")
            if not answered:
                Draft.objects.create(invitation=invitation, sealed=email.encode())
        return survey

    @pytest.mark.parametrize(("old", "new"), [(True, False), (False, True), (True, True)])
    def test_who_has_answered_under_one_address_has_answered(
        self, old: bool, new: bool, desk: Client, kari: list[Membership]
    ) -> None:
        """Confidential: the marker follows, and no answer is touched."""
        self.asked("confidential", old=old, new=new)
        answers = list(Envelope.objects.order_by("pk").values())
        assert merge(desk, kari) == {"invitations_merged": 1}
        (left,) = Invitation.objects.all()
        assert (left.email, left.answered) == (NEW, True)
        assert not Draft.objects.exists()
        assert list(Envelope.objects.order_by("pk").values()) == answers

    def test_one_link_is_left_where_nobody_has_answered(
        self, desk: Client, kari: list[Membership]
    ) -> None:
        self.asked("confidential", old=False, new=False)
        merge(desk, kari)
        (left,) = Invitation.objects.all()
        assert (left.email, left.answered, bytes(left.draft.sealed)) == (NEW, False, NEW.encode())

    def test_signed_answer_follows(self, desk: Client, kari: list[Membership]) -> None:
        self.asked("named", old=True, new=False)
        signed = Response.objects.get()
        merge(desk, kari)
        assert Signature.objects.get().response == signed
        assert Signature.objects.get().invitation.email == NEW

    @pytest.mark.usefixtures("in_english")
    def test_of_two_signed_answers_that_of_the_address_that_stays_is_kept(
        self, desk: Client, kari: list[Membership]
    ) -> None:
        self.asked("named", old=True, new=True)
        kept = Signature.objects.get(invitation__email=NEW).response
        assert told(desk, kari)[-1] == (
            "In 1 survey with name they have answered twice. The answer of the address that stays is kept, the "
            "other is deleted."
        )
        assert merge(desk, kari) == {"invitations_merged": 1, "answers_deleted": 1}
        assert Response.objects.get() == kept

    def test_who_said_no_to_surveys_has_said_no(self, desk: Client, kari: list[Membership]) -> None:
        OptOut.objects.create(address_hash=hashes_of(OLD)[0])
        assert len(told(desk, kari)) == 1, "that is theirs to tell"
        assert merge(desk, kari) == {}
        assert who_said_no([OLD, NEW]) == {OLD, NEW}
