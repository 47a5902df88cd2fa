"""Whoever holds a workshop takes no seat in it, under whatever name and with whatever place."""

import pytest
from django.test import Client
from django.urls import reverse

from network.models import User
from programme.models import Contribution, Session, Speaker
from registrations.actions.changing import Details, ask_for_address, change, use_address
from registrations.actions.handing_over import hand_over
from registrations.actions.workshops import change_workshop, leave_workshop
from registrations.addresses import token_for
from registrations.errors import RegistrationError
from registrations.models import Registration, SessionSeat, Tier
from tests import factories
from tests.browsing import mailed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def workshop(participant: Registration) -> Session:
    """Held by Vera, whose address the organisers know."""
    block = factories.make_block(participant.conference, rule="may")
    session = factories.make_workshop(block, title="Verkstedet")
    contribution = factories.make_contribution(session, "Vera Verksted")
    contribution.speaker.email = "Vera@example.no"
    contribution.speaker.save()
    return session


def refused(registration: Registration, session: Session) -> str:
    with pytest.raises(RegistrationError) as refusal:
        change_workshop(registration=registration, session=session)
    return refusal.value.code


class TestChoosing:
    def test_not_under_another_name_with_the_same_address(
        self, workshop: Session, employee_tier: Tier
    ) -> None:
        vera = factories.make_registration(
            employee_tier, name="V. Verksted-Olsen", email="vera@example.no"
        )
        assert refused(vera, workshop) == "own_workshop"

    def test_others_without_an_address_may(self, workshop: Session, employee_tier: Tier) -> None:
        """Neither an empty address nor that of the contact person makes anyone a facilitator."""
        factories.make_contribution(workshop, "Uten Adresse")
        people = [factories.make_person(employee_tier, email="")]
        booking = factories.make_booking(
            employee_tier.conference, people, contact_email="vera@example.no"
        )
        person = booking.registrations.get()
        change_workshop(registration=person, session=workshop)
        assert SessionSeat.objects.get().registration == person


class TestChanges:
    """Whoever has chosen a workshop doesn't become the one who holds it by what they write about themselves."""

    @pytest.fixture
    def chosen(self, workshop: Session, participant: Registration) -> Registration:
        change_workshop(registration=participant, session=workshop)
        return participant

    def test_not_by_a_new_address(self, chosen: Registration, client: Client) -> None:
        ask_for_address(registration=chosen, email="vera@example.no")
        assert mailed("vera@example.no") == ["new_address"]
        address = reverse("use_address", args=[token_for(chosen, "vera@example.no")])
        answer = client.post(address)
        assert answer.status_code == 409
        assert "You hold “Verkstedet” yourself." in answer.content.decode()
        chosen.refresh_from_db()
        assert chosen.email == "per@example.no"

    def test_asking_tells_nobody_whose_address_it_is(
        self, chosen: Registration, client: Client
    ) -> None:
        """The page that answers is the same for the address of someone who holds no workshop."""
        answers = []
        for email in ("vera@example.no", "noen@example.no"):
            typed = {"name": chosen.name, "badge_name": "", "email": email, "language": "nb"}
            address = reverse("manage_change", args=[chosen.manage_key])
            page = client.post(address, typed, follow=True)
            answers.append(page.content.decode().replace(email, ""))
        assert answers[0] == answers[1]

    def test_not_by_another_spelling(self, chosen: Registration) -> None:
        Contribution.objects.update(speaker=Speaker.objects.create(name="Per Deltager"))
        with pytest.raises(RegistrationError) as refusal:
            change(registration=chosen, details=Details(name="Per Deltager", badge_name=""))
        assert (refusal.value.code, refusal.value.field) == ("own_workshop", "name")

    def test_when_the_workshop_is_another(self, workshop: Session, chosen: Registration) -> None:
        leave_workshop(registration=chosen, session=workshop)
        use_address(token=token_for(chosen, "vera@example.no"))
        chosen.refresh_from_db()
        assert chosen.email == "vera@example.no"


class TestSubstitutes:
    @pytest.mark.parametrize(
        ("name", "email"),
        [("vera verksted", "privat@example.no"), ("V. Olsen", "vera@example.no")],
    )
    def test_are_refused_with_the_reason(
        self, workshop: Session, participant: Registration, client: Client, name: str, email: str
    ) -> None:
        change_workshop(registration=participant, session=workshop)
        address = reverse("manage_hand_over", args=[participant.manage_key])
        answer = client.post(address, {"name": name, "email": email, "agreed": "on"})
        assert answer.status_code in {409, 422}
        text = answer.content.decode()
        assert f"{name} holds “Verkstedet”, which comes with this place." in text
        assert f'value="{email}"' in text
        participant.refresh_from_db()
        assert participant.name == "Per Deltaker"

    def test_may_come_when_the_workshop_is_another(
        self, workshop: Session, participant: Registration
    ) -> None:
        change_workshop(registration=participant, session=workshop)
        leave_workshop(registration=participant, session=workshop)
        hand_over(registration=participant, name="Vera Verksted", email="vera@example.no")
        participant.refresh_from_db()
        assert participant.name == "Vera Verksted"

    def test_organisers_may_decide_otherwise(
        self, workshop: Session, participant: Registration, organiser: User
    ) -> None:
        change_workshop(registration=participant, session=workshop)
        hand_over(
            registration=participant, name="Vera Verksted", email="vera@example.no", by=organiser
        )
        assert SessionSeat.objects.get().session == workshop
