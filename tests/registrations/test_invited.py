"""Kinds of place that only those see who come by a secret link."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from conferences.copying import Copying
from conferences.models import Conference
from network.models import User
from recovery_network.audit.models import AuditEvent
from registrations.actions.deciding import move
from registrations.actions.invitation_links import replace_link
from registrations.actions.registering import register
from registrations.errors import RegistrationError
from registrations.models import Registration, Tier
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
NAME = "Gjesteplass"


@pytest.fixture
def guests(conference: Conference, employee_tier: Tier) -> Tier:
    return factories.make_tier(conference, "gjest", name=NAME, price=0, invitation_only=True)


def link_to(tier: Tier) -> str:
    return reverse("register_invited", args=[tier.conference.slug, tier.invitation_key])


def page_of(name: str, tier: Tier) -> str:
    conference = tier.conference
    if name == "register":
        return reverse("register", args=[conference.slug])
    return conference.get_absolute_url()


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(page: object, tier: Tier, **fields: object) -> dict[str, object]:
    form = page.context["form"]  # type: ignore[attr-defined]
    answers = {
        "submission": form.initial["submission"],
        "name": "Gry Gjest",
        "email": "gry@example.no",
        "organisation": "Hå kommune",
        "tier": tier.key,
        "terms": "on",
    }
    return {**answers, **fields}


class TestWithoutTheLink:
    @pytest.mark.parametrize("name", ["conference", "register"])
    def test_nobody_sees_it(self, guests: Tier, outsider: Client, name: str) -> None:
        page = outsider.get(page_of(name, guests)).content.decode()
        assert "Ansatt" in page
        assert NAME not in page

    def test_nobody_gets_it_by_sending_its_name(self, guests: Tier, outsider: Client) -> None:
        address = reverse("register", args=[guests.conference.slug])
        page = outsider.get(link_to(guests))
        answer = outsider.post(address, typed(page, guests))
        assert answer.status_code == 422
        assert NAME not in answer.content.decode()
        assert not Registration.objects.exists()

    @pytest.mark.parametrize("invitation", ["", "0" * 32])
    def test_the_verb_refuses_it(self, guests: Tier, invitation: str) -> None:
        application = factories.make_application(
            guests, organisation=factories.make_organisation(), invitation=invitation
        )
        with pytest.raises(RegistrationError) as refusal:
            register(conference=guests.conference, application=application)
        assert refusal.value.code == "unknown_tier"

    def test_the_key_of_one_kind_opens_no_other(self, guests: Tier) -> None:
        other = factories.make_tier(guests.conference, "presse", invitation_only=True)
        application = factories.make_application(
            guests,
            organisation=factories.make_organisation(),
            invitation=other.invitation_key,
        )
        with pytest.raises(RegistrationError) as refusal:
            register(conference=guests.conference, application=application)
        assert refusal.value.code == "unknown_tier"

    def test_where_there_is_nothing_else_it_says_so(
        self, guests: Tier, employee_tier: Tier, outsider: Client
    ) -> None:
        employee_tier.delete()
        for name in ("conference", "register"):
            page = outsider.get(page_of(name, guests)).content.decode()
            assert "Only those who are invited can register." in page

    def test_a_made_up_link_shows_nothing(self, guests: Tier, outsider: Client) -> None:
        page = outsider.get(reverse("register_invited", args=["konferansen", "0" * 32]))
        assert page.status_code == 404
        assert "This invitation no longer works" in page.content.decode()
        assert NAME not in page.content.decode()


class TestWithTheLink:
    def test_it_can_be_chosen(self, guests: Tier, outsider: Client) -> None:
        page = outsider.get(link_to(guests))
        assert NAME in page.content.decode()
        assert page["Referrer-Policy"] == "strict-origin"
        assert "no-store" in page["Cache-Control"]
        answer = outsider.post(link_to(guests), typed(page, guests))
        assert answer.status_code == 303
        assert Registration.objects.get().tier == guests

    def test_it_stays_while_a_party_is_put_together(self, guests: Tier, outsider: Client) -> None:
        page = outsider.get(link_to(guests))
        page = outsider.post(link_to(guests), typed(page, guests, add="1", how_many="1"))
        assert page.content.decode().count(NAME) >= 2
        assert "action=" not in page.content.decode().split('id="register"')[0].split("<form")[-1]

    def test_what_was_mistyped_is_asked_for_with_it(self, guests: Tier, outsider: Client) -> None:
        page = outsider.get(link_to(guests))
        answer = outsider.post(link_to(guests), typed(page, guests, email="gry"))
        assert answer.status_code == 422
        assert NAME in answer.content.decode()

    def test_other_invitations_stay_hidden(self, guests: Tier, outsider: Client) -> None:
        factories.make_tier(guests.conference, "presse", name="Presseplass", invitation_only=True)
        assert "Presseplass" not in outsider.get(link_to(guests)).content.decode()


class TestLater:
    """The contact person of those who came by the link adds people, as long as the link stands."""

    @pytest.fixture
    def page(self, guests: Tier) -> str:
        people = [factories.make_person(guests)]
        booking = factories.make_booking(
            guests.conference, people, invitation=guests.invitation_key
        )
        return reverse("party_add", args=[booking.manage_key])

    def send(self, outsider: Client, page: str, tier: Tier) -> int:
        form = outsider.get(page).context["form"]
        answers = {"submission": form.initial["submission"], "person": "1", "terms": "on"}
        person = {"1-name": "Nina Ny", "1-email": "nina@example.no", "1-tier": tier.key}
        return outsider.post(page, {**answers, **person}).status_code

    def test_more_of_the_same_kind(self, guests: Tier, outsider: Client, page: str) -> None:
        assert NAME in outsider.get(page).content.decode()
        assert self.send(outsider, page, guests) == 303
        assert Registration.objects.get(name="Nina Ny").tier == guests

    def test_under_the_rules_of_the_kind(self, guests: Tier, outsider: Client, page: str) -> None:
        Tier.objects.filter(pk=guests.pk).update(limit_per_organisation=1)
        assert self.send(outsider, page, guests) == 422
        assert not Registration.objects.filter(name="Nina Ny").exists()

    def test_not_once_the_link_is_replaced(
        self, guests: Tier, organiser: User, outsider: Client, page: str
    ) -> None:
        replace_link(tier=guests, by=organiser)
        assert NAME not in outsider.get(page).content.decode()
        assert self.send(outsider, page, guests) == 422
        assert not Registration.objects.filter(name="Nina Ny").exists()

    def test_not_for_those_whom_an_organiser_gave_such_a_place(
        self, guests: Tier, employee_tier: Tier, organiser: User, outsider: Client
    ) -> None:
        person = factories.make_registration(employee_tier)
        move(registration=person, tier=guests, by=organiser)
        page = reverse("party_add", args=[person.booking.manage_key])
        assert NAME not in outsider.get(page).content.decode()


class TestOrganisers:
    def page(self, tier: Tier) -> str:
        return reverse("admin:conferences_conference_invitation_links", args=[tier.conference_id])

    def test_see_and_replace_the_link(
        self, guests: Tier, organiser: User, outsider: Client
    ) -> None:
        browser = browser_of(organiser)
        old = link_to(guests)
        assert old in browser.get(self.page(guests)).content.decode()
        browser.post(self.page(guests), {"tier": guests.pk})
        guests.refresh_from_db()
        shown = browser.get(self.page(guests)).content.decode()
        assert (link_to(guests) in shown, old in shown) == (True, False)
        assert outsider.get(old).status_code == 404
        assert outsider.get(link_to(guests)).status_code == 200
        event = AuditEvent.objects.get(action="tier.link_replaced")
        assert (event.details, event.reason) == ({"tier": "gjest"}, "")

    def test_a_form_opened_before_is_refused(
        self, guests: Tier, organiser: User, outsider: Client
    ) -> None:
        old = link_to(guests)
        page = outsider.get(old)
        browser_of(organiser).post(self.page(guests), {"tier": guests.pk})
        assert outsider.post(old, typed(page, guests)).status_code == 404
        assert not Registration.objects.exists()

    def test_replace_nothing_else(self, guests: Tier, employee_tier: Tier, organiser: User) -> None:
        before = employee_tier.invitation_key
        browser_of(organiser).post(self.page(guests), {"tier": employee_tier.pk})
        employee_tier.refresh_from_db()
        assert employee_tier.invitation_key == before
        assert browser_of(organiser).post(self.page(guests), {"tier": "x"}).status_code == 404

    def test_not_for_others(self, guests: Tier, doorkeeper: User) -> None:
        assert browser_of(doorkeeper).get(self.page(guests)).status_code == 403

    def test_register_those_who_phone_to_it(self, guests: Tier, organiser: User) -> None:
        application = factories.make_application(guests, organisation=factories.make_organisation())
        register(conference=guests.conference, application=application, by=organiser)
        assert Registration.objects.get().tier == guests

    def test_next_years_link_is_another(self, guests: Tier, organiser: User) -> None:
        target = factories.make_conference(slug="neste")
        copying = Copying(source=guests.conference, target=target, days=365)
        copying.twins[Conference, guests.conference_id] = target
        twin = copying.clone(guests)
        assert twin.invitation_only
        assert twin.invitation_key != guests.invitation_key


def test_the_link_is_long_enough_not_to_be_guessed(guests: Tier) -> None:
    key = urlsplit(link_to(guests)).path.rstrip("/").rpartition("/")[2]
    assert len(key) == 32
