"""What organisers decide about places: limits, turns and kinds, and what they are shown of them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from conferences.models import Conference
from network.models import Organisation, User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from registrations.actions.cancelling import cancel
from registrations.actions.deciding import move, put_first
from registrations.actions.merging import merge_organisations
from registrations.actions.overriding import raise_limit, restore_limit
from registrations.errors import RegistrationError
from registrations.explaining import why_waiting
from registrations.line import standings
from registrations.models import LimitOverride, Registration, Tier
from registrations.scarce import board_of
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
State = Registration.State


@pytest.fixture
def home() -> Organisation:
    return factories.make_organisation("Hå kommune")


@pytest.fixture
def waiting(free_tier: Tier, home: Organisation) -> list[Registration]:
    """Two who wait behind the five free places of their organisation."""
    people = [
        factories.make_registration(free_tier, organisation=home, accept_waiting=True)
        for _number in range(7)
    ]
    return people[5:]


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def states(*registrations: Registration) -> list[str]:
    found = Registration.objects.in_bulk([each.pk for each in registrations])
    return [found[each.pk].state for each in registrations]


def mails_about(registration: Registration) -> list[str]:
    about = f"registrations.registration:{registration.pk}"
    return list(Mail.objects.filter(about=about).order_by("pk").values_list("kind", flat=True))


def page(name: str, registration: Registration) -> str:
    return reverse(f"admin:registrations_registration_{name}", args=[registration.pk])


class TestRaisedLimits:
    def raised(self, tier: Tier, home: Organisation, limit: int, by: User) -> LimitOverride:
        return raise_limit(tier=tier, organisation=home, limit=limit, reason="Egen buss", by=by)

    def test_those_who_wait_get_the_new_places(
        self, waiting: list[Registration], free_tier: Tier, home: Organisation, organiser: User
    ) -> None:
        Conference.objects.update(offer_hours=0)
        self.raised(free_tier, home, 6, organiser)
        assert states(*waiting) == ["confirmed", "waiting"]
        event = AuditEvent.objects.get(action="limit.raised")
        assert (event.reason, event.details) == (
            "Egen buss",
            {"tier": "friplass", "limit": 6},
        )

    def test_others_keep_the_common_one(
        self, free_tier: Tier, home: Organisation, organiser: User
    ) -> None:
        self.raised(free_tier, home, 6, organiser)
        other = factories.make_organisation()
        found = [
            factories.make_registration(free_tier, organisation=other, accept_waiting=True).state
            for _number in range(6)
        ]
        assert found == ["confirmed"] * 5 + ["waiting"]

    def test_taken_back_nobody_loses_a_place(
        self, waiting: list[Registration], free_tier: Tier, home: Organisation, organiser: User
    ) -> None:
        override = self.raised(free_tier, home, 6, organiser)
        restore_limit(override=override, by=organiser)
        restore_limit(override=override, by=organiser)
        assert states(*waiting) == ["offered", "waiting"]
        assert AuditEvent.objects.filter(action="limit.restored").count() == 1
        cancel(registration=Registration.objects.confirmed().earliest("pk"))
        assert states(*waiting) == ["offered", "waiting"]

    @pytest.mark.parametrize(
        ("limit", "reason", "code"),
        [(5, "x", "not_raised"), (0, "x", "not_raised"), (6, " ", "reason_missing")],
    )
    def test_refused(
        self,
        limit: int,
        reason: str,
        code: str,
        free_tier: Tier,
        home: Organisation,
        organiser: User,
    ) -> None:
        with pytest.raises(RegistrationError) as refusal:
            raise_limit(tier=free_tier, organisation=home, limit=limit, reason=reason, by=organiser)
        assert refusal.value.code == code
        assert LimitOverride.objects.count() == 0

    def test_a_kind_without_limit_has_none_to_raise(
        self, employee_tier: Tier, home: Organisation, organiser: User
    ) -> None:
        with pytest.raises(RegistrationError) as refusal:
            self.raised(employee_tier, home, 6, organiser)
        assert refusal.value.code == "no_limit"

    @pytest.mark.parametrize(
        ("name", "fields"),
        [
            ("limit_override_positive", {"limit": 0}),
            ("limit_override_has_reason", {"reason": ""}),
            # SQLite names the columns and not the constraint.
            ("limit_override_once_per_organisation|organisation_id", {}),
        ],
    )
    def test_the_database_knows_the_rules(
        self, name: str, fields: dict[str, object], free_tier: Tier, home: Organisation
    ) -> None:
        whole = {"tier": free_tier, "organisation": home, "limit": 6, "reason": "x"}
        if not fields:
            LimitOverride.objects.create(**whole)
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            LimitOverride.objects.create(**{**whole, **fields})

    def test_merging_keeps_the_higher_of_two(
        self, free_tier: Tier, home: Organisation, organiser: User
    ) -> None:
        source = factories.make_organisation("Hå kommunestyre")
        self.raised(free_tier, home, 6, organiser)
        raise_limit(tier=free_tier, organisation=source, limit=9, reason="To busser", by=organiser)
        for _number in range(8):
            factories.make_registration(free_tier, organisation=source)
        assert merge_organisations(source=source, target=home, by=organiser) == []
        override = LimitOverride.objects.get()
        assert (override.organisation, override.limit, override.reason) == (home, 9, "To busser")

    def test_merging_moves_one_that_stands_alone(
        self, free_tier: Tier, home: Organisation, organiser: User
    ) -> None:
        source = factories.make_organisation("Hå kommunestyre")
        raise_limit(tier=free_tier, organisation=source, limit=6, reason="Buss", by=organiser)
        merge_organisations(source=source, target=home, by=organiser)
        assert LimitOverride.objects.get().organisation == home


class TestRaisingInTheAdmin:
    def address(self, tier: Tier, organisation: Organisation) -> str:
        base = reverse("admin:conferences_conference_raise_limit", args=[tier.conference_id])
        return f"{base}?tier={tier.pk}&organisation={organisation.pk}"

    def test_raised_changed_and_taken_back(
        self, waiting: list[Registration], free_tier: Tier, home: Organisation, organiser: User
    ) -> None:
        browser, address = browser_of(organiser), self.address(free_tier, home)
        assert browser.get(address).context["taken"] == 5
        board = browser.post(address, {"limit": "7", "reason": "Egen buss"}, follow=True)
        (row,) = board.context["board"].organisations
        assert (row.override.reason, row.places.capacity, row.places.offered) == ("Egen buss", 7, 2)
        browser.post(address, {"limit": "8", "reason": "To busser"})
        assert LimitOverride.objects.get().limit == 8
        browser.post(address, {"restore": "yes"})
        assert LimitOverride.objects.count() == 0

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"limit": "5", "reason": "x"}, "limit"),
            ({"limit": "99999999", "reason": "x"}, "limit"),
            ({"limit": "seks", "reason": "x"}, "limit"),
            ({"limit": "6", "reason": ""}, "reason"),
            ({"limit": "6", "reason": "nul\x00l"}, "reason"),
            ({"limit": "6", "reason": "x" * 201}, "reason"),
        ],
    )
    def test_what_is_wrong_is_told(
        self,
        data: dict[str, str],
        field: str,
        free_tier: Tier,
        home: Organisation,
        organiser: User,
    ) -> None:
        response = browser_of(organiser).post(self.address(free_tier, home), data)
        assert set(response.context["form"].errors) == {field}
        assert LimitOverride.objects.count() == 0

    @pytest.mark.parametrize("query", ["", "?tier=x&organisation=1", "?tier=0&organisation=0"])
    def test_unknown_is_not_found(self, query: str, free_tier: Tier, organiser: User) -> None:
        base = reverse("admin:conferences_conference_raise_limit", args=[free_tier.conference_id])
        assert browser_of(organiser).get(base + query).status_code == 404

    @pytest.mark.parametrize("role", ["editor", "treasurer", "doorkeeper", ""])
    def test_others_may_not(self, role: str, free_tier: Tier, home: Organisation) -> None:
        browser = browser_of(factories.make_user(role=role))
        data = {"limit": "9", "reason": "x"}
        response = browser.post(self.address(free_tier, home), data)
        assert response.status_code == (403 if role else 302)
        assert LimitOverride.objects.count() == 0


class TestMoving:
    def test_kind_price_and_one_mail(
        self, participant: Registration, free_tier: Tier, organiser: User
    ) -> None:
        moved = move(registration=participant, tier=free_tier, by=organiser)
        assert (moved.tier, moved.price, moved.state) == (free_tier, Decimal(0), "confirmed")
        assert mails_about(participant) == ["confirmation", "confirmation"]
        event = AuditEvent.objects.get(action="registration.moved")
        assert (event.actor_id, event.details) == (
            organiser.pk,
            {"before": "ansatt", "after": "friplass"},
        )

    def test_the_freed_place_goes_to_the_first_in_line(
        self,
        waiting: list[Registration],
        employee_tier: Tier,
        organiser: User,
    ) -> None:
        holder = Registration.objects.confirmed().earliest("pk")
        move(registration=holder, tier=employee_tier, by=organiser)
        assert states(*waiting) == ["offered", "waiting"]

    def test_full_is_full_for_organisers_too(
        self, waiting: list[Registration], home: Organisation, employee_tier: Tier, organiser: User
    ) -> None:
        employee = factories.make_registration(employee_tier, organisation=home)
        with pytest.raises(RegistrationError) as refusal:
            move(registration=employee, tier=waiting[0].tier, by=organiser)
        assert refusal.value.code == "full"
        employee.refresh_from_db()
        assert employee.tier == employee_tier

    def test_in_a_full_house_one_moves_within_it(
        self, employee_tier: Tier, free_tier: Tier, organiser: User
    ) -> None:
        Conference.objects.update(capacity=1)
        only = factories.make_registration(employee_tier)
        assert move(registration=only, tier=free_tier, by=organiser).tier == free_tier

    def test_who_waits_moves_to_a_free_place(
        self, waiting: list[Registration], employee_tier: Tier, organiser: User
    ) -> None:
        Conference.objects.update(offer_hours=0)
        moved = move(registration=waiting[1], tier=employee_tier, by=organiser)
        assert (moved.state, moved.price) == ("confirmed", Decimal(500))
        assert mails_about(waiting[1]) == ["waiting_list", "confirmation"]

    def test_who_waits_moves_to_another_line_with_the_time_they_waited(
        self, waiting: list[Registration], employee_tier: Tier, organiser: User
    ) -> None:
        Tier.objects.filter(pk=employee_tier.pk).update(capacity=0)
        moved = move(registration=waiting[1], tier=employee_tier, by=organiser)
        assert (moved.state, moved.waiting_for) == ("waiting", "tier")
        assert moved.waiting_since == waiting[1].waiting_since
        assert mails_about(waiting[1]) == ["waiting_list", "waiting_list"]

    def test_refused(
        self, participant: Registration, employee_tier: Tier, free_tier: Tier, organiser: User
    ) -> None:
        elsewhere = factories.make_tier(factories.make_conference())
        codes = []
        for tier in (employee_tier, elsewhere):
            with pytest.raises(RegistrationError) as refusal:
                move(registration=participant, tier=tier, by=organiser)
            codes.append(refusal.value.code)
        cancel(registration=participant)
        with pytest.raises(RegistrationError) as refusal:
            move(registration=participant, tier=free_tier, by=organiser)
        assert [*codes, refusal.value.code] == ["same_tier", "unknown_tier", "wrong_state"]

    def test_a_kind_that_needs_an_organisation(
        self, conference: Conference, employee_tier: Tier, organiser: User
    ) -> None:
        open_to_all = factories.make_tier(conference, "alle", organisation_required=False)
        alone = factories.make_registration(open_to_all, organisation=None)
        with pytest.raises(RegistrationError) as refusal:
            move(registration=alone, tier=employee_tier, by=organiser)
        assert refusal.value.code == "organisation_required"

    def test_in_the_admin(
        self, participant: Registration, free_tier: Tier, organiser: User
    ) -> None:
        browser = browser_of(organiser)
        form = browser.get(page("move", participant)).context["form"]
        assert form.fields["tier"].choices == [
            (str(free_tier.pk), "Friplass, Free, places left: 299")
        ]
        for typed in ({}, {"tier": "x"}, {"tier": str(participant.tier_id)}):
            response = browser.post(page("move", participant), typed)
            assert set(response.context["form"].errors) == {"tier"}
        response = browser.post(page("move", participant), {"tier": free_tier.pk}, follow=True)
        assert [str(each) for each in response.context["messages"]] == [
            "Done. Per Deltaker: confirmed, Friplass."
        ]


class TestPuttingFirst:
    def test_the_next_place_is_theirs(self, waiting: list[Registration], organiser: User) -> None:
        first, second = waiting
        put_first(registration=second, reason="Ordstyrer", by=organiser)
        standing = standings(second.conference, [first, second])
        assert [standing[each.pk].number for each in (first, second)] == [2, 1]
        assert list(Registration.objects.in_line()) == [second, first]
        cancel(registration=Registration.objects.confirmed().earliest("pk"))
        assert states(first, second) == ["waiting", "offered"]
        event = AuditEvent.objects.get(action="registration.put_first")
        assert (event.actor_id, event.reason) == (organiser.pk, "Ordstyrer")

    def test_limits_hold_for_them_too(self, waiting: list[Registration], organiser: User) -> None:
        put_first(registration=waiting[1], reason="Ordstyrer", by=organiser)
        assert states(*waiting) == ["waiting", "waiting"]

    def test_refused(
        self, waiting: list[Registration], participant: Registration, organiser: User
    ) -> None:
        codes = []
        for registration, reason in ((waiting[0], "  "), (participant, "Ordstyrer")):
            with pytest.raises(RegistrationError) as refusal:
                put_first(registration=registration, reason=reason, by=organiser)
            codes.append(refusal.value.code)
        assert codes == ["reason_missing", "wrong_state"]

    def test_the_database_knows_that_only_those_in_line_can_be_first(self, free_tier: Tier) -> None:
        with (
            pytest.raises(IntegrityError, match="registration_ahead_in_line"),
            transaction.atomic(),
        ):
            factories.make_booking_row(free_tier, ahead_since=timezone.now())

    def test_in_the_admin(self, waiting: list[Registration], organiser: User) -> None:
        browser = browser_of(organiser)
        response = browser.post(page("put_first", waiting[1]), {"reason": ""})
        assert set(response.context["form"].errors) == {"reason"}
        browser.post(page("put_first", waiting[1]), {"reason": "Ordstyrer"})
        assert Registration.objects.in_line().first() == waiting[1]

    @pytest.mark.parametrize("name", ["move", "put_first"])
    @pytest.mark.parametrize("role", ["editor", "treasurer", "doorkeeper", ""])
    def test_others_may_not(
        self, name: str, role: str, waiting: list[Registration], employee_tier: Tier
    ) -> None:
        browser = browser_of(factories.make_user(role=role))
        data = {"tier": employee_tier.pk, "reason": "Ordstyrer"}
        response = browser.post(page(name, waiting[1]), data)
        assert response.status_code == (403 if role else 302)
        assert not AuditEvent.objects.filter(action__in=["registration.moved"]).exists()
        assert Registration.objects.in_line().first() == waiting[0]


class TestWhyTheyWait:
    def why(self, registration: Registration) -> str:
        whole = Registration.objects.select_related(
            "conference", "tier", "booking__organisation"
        ).get(pk=registration.pk)
        found = why_waiting(whole)
        return found.why if found else ""

    def test_the_organisation_has_its_share(self, waiting: list[Registration]) -> None:
        assert self.why(waiting[0]) == "Hå kommune holds 5 of its 5 places of the kind Friplass."

    def test_the_kind_is_full(self, waiting: list[Registration]) -> None:
        Tier.objects.update(capacity=5, limit_per_organisation=9)
        assert self.why(waiting[0]) == "5 of 5 places of the kind Friplass are taken."

    def test_the_house_is_full(self, waiting: list[Registration]) -> None:
        Tier.objects.update(limit_per_organisation=9)
        Conference.objects.update(capacity=5)
        assert self.why(waiting[0]) == "5 of 5 places are taken."

    def test_people_without_an_organisation(self, waiting: list[Registration]) -> None:
        Tier.objects.update(no_organisation_capacity=5)
        for registration in Registration.objects.select_related("booking"):
            registration.booking.organisation = None
            registration.booking.save(update_fields=["organisation"])
        assert self.why(waiting[0]) == (
            "5 of 5 places of the kind Friplass for people without an organisation are taken."
        )

    def test_a_place_is_free(self, waiting: list[Registration]) -> None:
        Tier.objects.update(limit_per_organisation=9)
        assert self.why(waiting[0]) == "A place is free for them."

    def test_it_has_begun(self, waiting: list[Registration]) -> None:
        Conference.objects.update(starts_at=timezone.now() - timedelta(hours=1))
        assert self.why(waiting[0]) == "No places are given any more."

    def test_on_their_page_with_what_would_help(
        self, waiting: list[Registration], organiser: User, doorkeeper: User
    ) -> None:
        shown = browser_of(organiser).get(page("change", waiting[1]))
        assert (shown.context["waiting"].place, shown.context["waiting"].may_raise) == (2, True)
        assert "raise-limit" in shown.content.decode()
        assert browser_of(doorkeeper).get(page("change", waiting[1])).context["waiting"] is None

    def test_those_with_a_place_do_not(self, participant: Registration) -> None:
        assert why_waiting(participant) is None


class TestBoard:
    def test_counts(
        self, waiting: list[Registration], participant: Registration, conference: Conference
    ) -> None:
        cancel(registration=Registration.objects.confirmed().earliest("pk"))
        board = board_of(conference)
        house = board.house
        assert (house.capacity, house.confirmed, house.offered, house.waiting, house.left) == (
            300,
            5,
            1,
            1,
            294,
        )
        assert [(row.tier.name, row.places.taken, row.places.waiting) for row in board.tiers] == [
            ("Ansatt", 1, 0),
            ("Friplass", 5, 1),
        ]
        (row,) = board.organisations
        assert (row.organisation.name, row.places.left, row.places.full) == ("Hå kommune", 0, True)

    def test_too_many_are_told_and_drawn_within_the_bar(
        self, waiting: list[Registration], conference: Conference
    ) -> None:
        Conference.objects.update(capacity=4)
        house = board_of(Conference.objects.get()).house
        assert (house.over, house.confirmed_width, house.limit_at) == (1, 100.0, 80.0)

    def test_nobody_yet(self, conference: Conference) -> None:
        board = board_of(conference)
        assert (board.house.confirmed_width, board.tiers, board.organisations) == (0.0, [], [])

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_for_one_and_three(
        self,
        rows: int,
        conference: Conference,
        organiser: User,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(rows):
            tier = factories.make_tier(
                conference, f"slag-{number}", limit_per_organisation=1, no_organisation_capacity=2
            )
            factories.make_registration(tier)
        browser = browser_of(organiser)
        address = reverse("admin:conferences_conference_board", args=[conference.pk])
        browser.get(address)
        with django_assert_num_queries(12):
            browser.get(address)
