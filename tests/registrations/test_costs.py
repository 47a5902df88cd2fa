from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from conferences.models import Conference
from network.models import User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from registrations import costs
from registrations.actions.cancelling import cancel
from registrations.actions.places import fill
from registrations.errors import RegistrationError
from registrations.models import CancellationRule, Registration, Tier
from tests import factories
from tests.browsing import english
from tests.registrations.test_admin_conference import browser_of, change

pytestmark = pytest.mark.django_db
START = datetime(2027, 4, 18, 7, 0, tzinfo=UTC)  # 09.00 in Oslo
CHANGE_OF_DAY = datetime(2027, 4, 3, 22, 0, tzinfo=UTC)  # midnight between 3 and 4 April in Oslo


@pytest.fixture(autouse=True)
def in_march() -> Iterator[Any]:
    with time_machine.travel(datetime(2027, 3, 1, 12, 0, tzinfo=UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def conference(db: None) -> Conference:
    """Half the price from fourteen days before, the whole from three days before."""
    made = factories.make_conference(slug="konferansen", starts_at=START)
    rule(made, 14, percent=50)
    rule(made, 3, percent=100)
    return made


def rule(conference: Conference, days: int, **cost: Any) -> CancellationRule:
    values = {name: Decimal(value) for name, value in cost.items()}
    return CancellationRule.objects.create(conference=conference, days_before=days, **values)


def cost(registration: Registration, moment: datetime) -> Decimal:
    return costs.fee_for(registration, moment)


class TestTable:
    @pytest.mark.parametrize(
        ("moment", "fee"),
        [
            (CHANGE_OF_DAY - timedelta(seconds=1), 0),
            (CHANGE_OF_DAY, 250),
            (datetime(2027, 4, 14, 21, 59, tzinfo=UTC), 250),
            (datetime(2027, 4, 14, 22, 0, tzinfo=UTC), 500),
            (START, 500),
        ],
    )
    def test_a_rule_holds_from_midnight_in_the_zone_of_the_conference(
        self, participant: Registration, moment: datetime, fee: int
    ) -> None:
        assert cost(participant, moment) == fee

    def test_another_zone_has_another_midnight(self, participant: Registration) -> None:
        Conference.objects.update(time_zone="Europe/Helsinki")
        participant.conference.refresh_from_db()

        assert cost(participant, CHANGE_OF_DAY - timedelta(hours=1)) == 250

    def test_a_percentage_is_rounded_down_to_whole_kroner(self, conference: Conference) -> None:
        half = conference.cancellation_rules.get(days_before=14)

        assert [half.fee(Decimal(price)) for price in ("333", "1", "499.99")] == [166, 0, 249]

    def test_a_sum_is_never_more_than_the_place_costs(self, conference: Conference) -> None:
        fixed = rule(conference, 20, amount=300)

        assert [fixed.fee(Decimal(price)) for price in ("500", "120", "0")] == [300, 120, 0]

    def test_only_a_confirmed_place_with_a_price_costs_anything(
        self, conference: Conference, participant: Registration, free_tier: Tier
    ) -> None:
        free = factories.make_registration(free_tier)
        Conference.objects.update(capacity=2)
        waiting = factories.make_registration(participant.tier)

        late = START - timedelta(hours=1)
        assert [cost(each, late) for each in (participant, free, waiting)] == [500, 0, 0]

    def test_without_a_table_it_is_free_and_nothing_is_said(self, conference: Conference) -> None:
        CancellationRule.objects.all().delete()

        assert costs.terms_of(conference, costs.rules_of(conference)) == []

    def test_is_told_in_words(self, conference: Conference, in_english: None) -> None:
        conference.no_show_fee = Decimal(200)

        assert costs.terms_of(conference, costs.rules_of(conference)) == [
            "Until 3 April 2027, that day included, it is free to cancel.",
            "From 4 April 2027 it costs 50% of the price.",
            "From 15 April 2027 it costs the whole price.",
            "Who neither comes nor cancels pays NOK 200 on top of the price.",
        ]

    def test_leaves_out_what_comes_after_the_last_day_for_cancelling(
        self, conference: Conference, in_english: None
    ) -> None:
        conference.cancel_until = START - timedelta(days=5)

        assert costs.terms_of(conference, costs.rules_of(conference)) == [
            "Until 3 April 2027, that day included, it is free to cancel.",
            "From 4 April 2027 it costs 50% of the price.",
        ]

    def test_a_person_is_told_todays_sum_and_the_next(
        self, participant: Registration, in_english: None
    ) -> None:
        early = costs.cost_for(participant, START - timedelta(days=30))
        late = costs.cost_for(participant, START - timedelta(days=10))

        assert (early.fee, early.in_words) == (Decimal(0), "If you cancel today, it costs nothing.")
        assert early.steps == [
            "Until 3 April 2027, that day included, it is free.",
            "From 4 April 2027: NOK 250.",
            "From 15 April 2027: NOK 500.",
        ]
        assert (late.fee, late.in_words) == (Decimal(250), "If you cancel today, it costs NOK 250.")
        assert late.steps == ["From 15 April 2027: NOK 500."]

    @pytest.mark.parametrize(
        ("later", "prices", "is_one"),
        [
            ({"percent": 60}, ["500"], False),
            ({"percent": 40}, ["500"], True),
            ({"amount": 250}, ["500"], False),
            ({"amount": 250}, ["500", "1000"], True),
            ({"percent": 40}, ["0"], False),
        ],
    )
    def test_waiting_never_makes_it_cheaper(
        self, conference: Conference, later: dict[str, int], prices: list[str], is_one: bool
    ) -> None:
        conference.cancellation_rules.filter(days_before=3).delete()
        rule(conference, 1, **later)
        rules = costs.rules_of(conference)

        assert bool(costs.contradiction(rules, [Decimal(price) for price in prices])) is is_one


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"days_before": 14, "percent": 10}, "cancellation_rule_once_per_day"),
        ({"days_before": 9, "percent": 10, "amount": 10}, "cancellation_rule_percent_or_sum"),
        ({"days_before": 9}, "cancellation_rule_percent_or_sum"),
        ({"days_before": 9, "percent": 101}, "cancellation_rule_percent_in_range"),
        ({"days_before": 9, "percent": 0}, "cancellation_rule_percent_in_range"),
        ({"days_before": 9, "amount": 0}, "cancellation_rule_sum_positive"),
        ({"days_before": 366, "amount": 1}, "cancellation_rule_within_a_year"),
    ],
)
def test_the_database_refuses_a_rule_that_makes_no_sense(
    conference: Conference, values: dict[str, int], name: str
) -> None:
    days = values.pop("days_before")
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        rule(conference, days, **values)
    # SQLite names the columns of a unique constraint and not the constraint.
    assert name in str(refusal.value) or "UNIQUE" in str(refusal.value)


@pytest.mark.parametrize(
    ("state", "fee", "name"),
    [
        ("cancelled", "500.01", "registration_cancelling_costs_at_most_the_price"),
        ("cancelled", "-1", "registration_cancelling_costs_at_most_the_price"),
        ("confirmed", "100", "registration_fee_only_when_cancelled"),
    ],
)
def test_the_database_refuses_a_fee_that_nobody_can_owe(
    participant: Registration, state: str, fee: str, name: str
) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Registration.objects.update(state=state, cancelled_at=START, cancellation_fee=Decimal(fee))


def test_the_database_refuses_a_negative_fee_for_staying_away(conference: Conference) -> None:
    with (
        pytest.raises(IntegrityError, match="conference_no_show_fee_not_negative"),
        transaction.atomic(),
    ):
        Conference.objects.update(no_show_fee=Decimal(-1))


class TestCancelling:
    def test_keeps_what_it_cost_with_the_registration_and_in_the_log(
        self, participant: Registration, in_march: Any
    ) -> None:
        in_march.move_to(START - timedelta(days=10))
        cancel(registration=participant, agreed=Decimal(250))

        participant.refresh_from_db()
        assert participant.cancellation_fee == Decimal(250)
        event = AuditEvent.objects.get(action="registration.cancelled")
        assert event.details == {"fee": "250"}
        mail = Mail.objects.get(kind="cancellation")
        assert "250" in mail.text
        assert "You pay nothing" not in mail.text

    def test_never_costs_more_than_was_shown(
        self, participant: Registration, in_march: Any
    ) -> None:
        in_march.move_to(START - timedelta(days=10))
        with pytest.raises(RegistrationError) as refusal:
            cancel(registration=participant, agreed=Decimal(0))

        assert refusal.value.code == "cost_changed"
        participant.refresh_from_db()
        assert (participant.state, participant.cancellation_fee) == ("confirmed", Decimal(0))
        assert not Mail.objects.filter(kind="cancellation").exists()

    @pytest.mark.parametrize(("charge", "fee"), [(False, 0), (True, 500)])
    def test_an_organiser_decides_whether_it_costs(
        self,
        participant: Registration,
        organiser: User,
        in_march: Any,
        charge: bool,
        fee: int,
    ) -> None:
        in_march.move_to(START - timedelta(days=1))
        cancel(registration=participant, by=organiser, charge=charge)

        participant.refresh_from_db()
        assert participant.cancellation_fee == fee

    def test_an_offer_that_is_declined_costs_nothing(
        self, conference: Conference, participant: Registration, in_march: Any
    ) -> None:
        Conference.objects.update(capacity=1)
        waiting = factories.make_registration(participant.tier)
        in_march.move_to(START - timedelta(days=10))
        cancel(registration=participant)
        waiting.refresh_from_db()
        assert waiting.state == "offered"
        cancel(registration=waiting)

        waiting.refresh_from_db()
        assert (waiting.state, waiting.cancellation_fee) == ("cancelled", Decimal(0))
        with transaction.atomic():
            assert fill(conference).taken() == 0


class TestPages:
    def page(self, registration: Registration) -> str:
        return english(registration.get_absolute_url()) + "avmeld/"

    def test_the_sum_is_shown_before_anyone_confirms(
        self, client: Client, participant: Registration, in_march: Any
    ) -> None:
        in_march.move_to(START - timedelta(days=10))
        shown = client.get(self.page(participant))

        assert "If you cancel today, it costs NOK 250." in shown.text
        assert "Yes, cancel it for NOK 250" in shown.text
        assert 'name="cost" value="250"' in shown.text

        pressed = client.post(self.page(participant), {"cost": "250"})
        assert pressed.status_code == 303
        after = client.get(english(participant.get_absolute_url()))
        assert "Cancelling cost NOK 250. It comes on the invoice." in after.text

    @pytest.mark.parametrize("typed", ["0", "", "NaN", "a lot", "-Infinity"])
    def test_a_page_from_yesterday_asks_once_more(
        self, client: Client, participant: Registration, in_march: Any, typed: str
    ) -> None:
        in_march.move_to(START - timedelta(days=10))
        response = client.post(self.page(participant), {"cost": typed})

        assert response.status_code == 409
        assert "it costs NOK 250 now" in response.text
        assert 'name="cost" value="250"' in response.text
        participant.refresh_from_db()
        assert participant.state == "confirmed"

    def test_the_table_stands_where_people_decide(
        self, client: Client, conference: Conference, employee_tier: Tier
    ) -> None:
        words = "From 4 April 2027 it costs 50% of the price."
        assert words in client.get(english(conference.get_absolute_url())).text

        sent = factories.apply(employee_tier)
        receipt = reverse("receipt", args=["konferansen", sent.receipt_key])
        assert words in client.get(english(receipt)).text
        with override("nb"):
            assert "50\N{NO-BREAK SPACE}%" in Mail.objects.get(kind="confirmation").text

    def test_where_all_is_free_the_table_says_nothing(
        self, client: Client, conference: Conference, free_tier: Tier
    ) -> None:
        assert "April 2027 it costs" not in client.get(english(conference.get_absolute_url())).text


class TestAdmin:
    @pytest.fixture(autouse=True)
    def no_table_yet(self, conference: Conference, employee_tier: Tier) -> None:
        CancellationRule.objects.all().delete()

    def saved(self, organiser: User, conference: Conference, *rows: tuple[int, str, str]) -> Any:
        typed: dict[str, Any] = {"cancellation_rules__TOTAL_FORMS": len(rows)}
        for number, row in enumerate(rows):
            for name, value in zip(("days_before", "percent", "amount"), row, strict=True):
                typed[f"cancellation_rules__{number}__{name}"] = value
        return change(browser_of(organiser), conference, **typed)

    def test_a_table_is_written(self, conference: Conference, organiser: User) -> None:
        response = self.saved(organiser, conference, (21, "", "100"), (7, "80", ""))

        assert response.status_code == 302
        found = CancellationRule.objects.values_list("days_before", "percent", "amount")
        assert list(found) == [(21, None, Decimal(100)), (7, Decimal(80), None)]

    def test_a_table_that_contradicts_itself_is_refused_in_words(
        self, conference: Conference, organiser: User, in_english: None
    ) -> None:
        response = self.saved(organiser, conference, (21, "80", ""), (7, "", "100"))

        assert response.status_code == 200
        assert (
            "From 7 days before it would cost less (NOK 100) than from 21 days before (NOK 400), "
            "for a place at NOK 500."
        ) in response.text
        assert not CancellationRule.objects.exists()
