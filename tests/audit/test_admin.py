import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from network.models import User
from recovery_network.audit.actions import record
from recovery_network.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
EVENTS = "admin:audit_auditevent_changelist"


@pytest.fixture
def browser(client: Client, organiser: User) -> Client:
    client.force_login(organiser)
    return client


def found(browser: Client, **query: str) -> list[str]:
    response = browser.get(reverse(EVENTS), query)
    return [event.action for event in response.context["cl"].result_list]


def test_newest_comes_first_and_can_be_found(
    browser: Client, organiser: User, member: User
) -> None:
    record(action="network.user_changed", by=organiser, object=member)
    record(action="privacy.retention", by=None, object=None)
    assert found(browser) == ["privacy.retention", "network.user_changed"]
    assert found(browser, q="retention") == ["privacy.retention"]
    assert found(browser, q=f"network.user:{member.pk}") == ["network.user_changed"]
    assert found(browser, action="privacy.retention") == ["privacy.retention"]
    assert found(browser, actor_label=organiser.name) == ["network.user_changed"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_and_three(
    browser: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        record(action=f"x.{number}", by=None, object=None)
    browser.get(reverse(EVENTS))
    with django_assert_num_queries(8):
        browser.get(reverse(EVENTS))


def test_event_is_shown_and_cannot_be_touched(browser: Client) -> None:
    event = record(action="x.y", by=None, object=None, reason="Derfor")
    change = reverse("admin:audit_auditevent_change", args=[event.pk])
    assert "Derfor" in browser.get(change).content.decode()
    assert browser.post(change, {"action": "z"}).status_code == 403
    assert browser.get(reverse("admin:audit_auditevent_add")).status_code == 403
    delete = reverse("admin:audit_auditevent_delete", args=[event.pk])
    assert browser.post(delete, {"post": "yes"}).status_code == 403
    assert AuditEvent.objects.get().action == "x.y"


@pytest.mark.parametrize("role", ["editor", "treasurer", "doorkeeper"])
def test_other_staff_may_not_look(
    client: Client, request: pytest.FixtureRequest, role: str
) -> None:
    client.force_login(request.getfixturevalue(role))
    assert client.get(reverse(EVENTS)).status_code == 403


def test_outsider_is_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get(reverse(EVENTS)).status_code == 302
