import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from membership.models import ConsentRecord, JoiningRules, Membership
from network.models import User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from tests import factories

pytestmark = pytest.mark.django_db
MEMBERS = "admin:membership_membership_changelist"


@pytest.fixture
def desk(client: Client, organiser: User) -> Client:
    client.force_login(organiser)
    return client


def act(desk: Client, action: str, *members: Membership, confirmed: bool = True) -> object:
    data = {"action": action, "_selected_action": [member.pk for member in members]}
    return desk.post(reverse(MEMBERS), {**data, **({"confirmed": "1"} if confirmed else {})})


def test_organiser_approves_who_waits(desk: Client) -> None:
    organisation = factories.make_organisation("Ny forening")
    waiting = factories.make_membership(
        kind="organisation",
        organisation=organisation,
        organisation_kind="voluntary",
        admitted_at=None,
    )
    member = factories.make_membership()
    act(desk, "admit", waiting, member, confirmed=False)
    assert Membership.objects.active().count() == 1
    act(desk, "admit", waiting, member)
    assert Membership.objects.active().count() == 2
    organisation.refresh_from_db()
    assert organisation.kind == "voluntary"
    assert list(Mail.objects.values_list("kind", "recipient")) == [
        ("membership_welcome", waiting.email)
    ]


def test_organiser_declines_who_waits_and_no_member(desk: Client) -> None:
    waiting, member = factories.make_membership(admitted_at=None), factories.make_membership()
    act(desk, "decline", waiting, member)
    assert list(Membership.objects.all()) == [member]
    assert list(Mail.objects.values_list("kind", "recipient")) == [
        ("membership_declined", waiting.email)
    ]


def test_organiser_ends_a_membership(desk: Client) -> None:
    gone, stays = factories.make_membership(), factories.make_membership()
    act(desk, "end", gone)
    assert list(Membership.objects.all()) == [stays]
    assert AuditEvent.objects.get(action="membership.ended").actor_label == "Olga Organisator"


def test_list_is_searched_and_filtered(desk: Client) -> None:
    topic = factories.make_topic()
    organisation = factories.make_organisation("Bua", kind="voluntary")
    kari = factories.make_membership(name="Kari Prøve", organisation=organisation)
    kari.interests.add(topic)
    ola = factories.make_membership(name="Ola Test", admitted_at=None)

    def shown(**query: str | int) -> list[Membership]:
        response = desk.get(reverse(MEMBERS), query)
        return list(response.context["cl"].result_list)

    assert shown(q="kari") == shown(q="bua") == shown(state="member") == [kari]
    assert shown(state="waiting") == [ola]
    assert shown(organisation_kind="voluntary") == shown(interests__id__exact=topic.pk) == [kari]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_and_three(
    desk: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        organisation = factories.make_organisation()
        factories.make_membership(kind="organisation", organisation=organisation)
    desk.get(reverse(MEMBERS))
    with django_assert_num_queries(7):
        desk.get(reverse(MEMBERS))


def test_list_is_taken_out_guarded_and_without_links(desk: Client) -> None:
    formula = factories.make_membership(name="=1+1")
    factories.make_membership(name="Ikke valgt")
    response = act(desk, "as_csv", formula)
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    _header, row = csv.reader(io.StringIO(text), delimiter=";")
    assert row[:2] == ["'=1+1", formula.email]
    assert formula.manage_key not in text
    assert AuditEvent.objects.get(action="membership.exported").details == {
        "format": "csv",
        "rows": 1,
    }
    file = act(desk, "as_xlsx", formula)
    assert b"".join(file.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def test_register_is_read_only(desk: Client) -> None:
    member = factories.make_membership()
    desk.post(member.get_absolute_url(), {"name": "Kari", "language": "nb", "named": "on"})
    record = ConsentRecord.objects.get()
    address = reverse("admin:membership_consentrecord_change", args=[record.pk])
    assert record.text in desk.get(address).content.decode()
    assert desk.post(address, {"text": "Noe annet"}).status_code == 403
    found = desk.get(reverse("admin:membership_consentrecord_changelist"), {"state": "holds"})
    assert list(found.context["cl"].result_list) == [record]


def test_rules_are_one_page(desk: Client) -> None:
    page = reverse("admin:membership_joiningrules_change", args=[1])
    assert desk.get(reverse("admin:membership_joiningrules_changelist"))["Location"] == page
    for approval in ("everyone", "nobody"):
        desk.post(page, {"approval": approval})
        assert JoiningRules.current().approval == approval
    assert JoiningRules.objects.count() == 1
    other = reverse("admin:membership_joiningrules_change", args=[2])
    assert desk.get(other).status_code == 302
