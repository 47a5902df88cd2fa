"""Joining and leaving through the pages that people use."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from membership import consents
from membership.models import ConsentRecord, JoiningRules, JoinRequest, Membership
from membership.privacy import purge
from network.models import Organisation
from recovery_network import limits
from recovery_network.mail.models import Mail
from tests import factories

pytestmark = pytest.mark.django_db

PERSON = "/nettverket/bli-med/person/"
ORGANISATION = "/nettverket/bli-med/organisasjon/"
SENT = "/nettverket/bli-med/sendt/"
KARI = {"name": "Kari Prøve", "email": "Kari@Example.no", "agree": "on"}


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    cache.clear()


def link_in(mail: Mail) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", mail.text)
    assert found is not None
    return found.group(1)


def join(browser: Client, path: str = PERSON, **fields: Any) -> Membership:
    """Fill in, follow the link of the mail, press."""
    browser.post(path, {**KARI, **fields})
    link = link_in(Mail.objects.filter(kind="membership_confirm").latest("pk"))
    assert browser.get(link).status_code == 200
    browser.post(link)
    return Membership.objects.latest("pk")


def test_person_joins_by_pressing_the_link(outsider: Client) -> None:
    topic = factories.make_topic()
    response = outsider.post(PERSON, {**KARI, "interests": [topic.pk], "named": "on"})
    assert (response.status_code, response["Location"]) == (303, SENT)
    assert Membership.objects.count() == 0
    link = link_in(Mail.objects.get())
    outsider.get(link)
    assert Membership.objects.count() == 0
    response = outsider.post(link)
    member = Membership.objects.get()
    assert response["Location"] == f"/nettverket/medlemskap/{member.manage_key}/"
    assert (member.name, member.email, member.kind, member.is_named) == (
        "Kari Prøve",
        "kari@example.no",
        "person",
        True,
    )
    assert member.admitted_at is not None
    assert list(member.interests.all()) == [topic]
    assert list(Mail.objects.order_by("pk").values_list("kind", "recipient")) == [
        ("membership_confirm", "kari@example.no"),
        ("membership_welcome", "kari@example.no"),
    ]
    assert outsider.post(link).status_code == 404


def test_register_keeps_the_words_and_their_version(outsider: Client) -> None:
    join(outsider)
    kept = ConsentRecord.objects.get()
    assert (kept.purpose, kept.email, kept.version, kept.text, kept.withdrawn_at) == (
        "membership",
        "kari@example.no",
        "2026-11",
        consents.words("membership", "nb"),
        None,
    )
    assert kept.agreed_at <= kept.confirmed_at


def test_organisation_joins_and_is_found_by_its_name(outsider: Client) -> None:
    known = factories.make_organisation("Hå kommune")
    fields = {"organisation": "HÅ KOMMUNE", "organisation_kind": "municipality"}
    member = join(outsider, ORGANISATION, **fields)
    assert (member.kind, member.organisation, member.organisation_kind) == (
        "organisation",
        known,
        "municipality",
    )


def test_new_organisation_is_filed_by_an_organiser_only(outsider: Client) -> None:
    """What anyone may write is suggested to nobody (ADR 4)."""
    fields = {"organisation": "Ny forening", "organisation_kind": "voluntary", "number": ""}
    join(outsider, ORGANISATION, **fields)
    assert Organisation.objects.get().kind == Organisation.Kind.OTHER


@pytest.mark.parametrize(
    ("path", "change", "wrong"),
    [
        (PERSON, {"name": ""}, ["name"]),
        (PERSON, {"name": "Kari\nPrøve"}, ["name"]),
        (PERSON, {"name": "x" * 121}, ["name"]),
        (PERSON, {"name": "\u202eKari"}, ["name"]),
        (PERSON, {"email": "ingen"}, ["email"]),
        (PERSON, {"agree": ""}, ["agree"]),
        (PERSON, {"interests": ["999999999999999999999"]}, ["interests"]),
        (ORGANISATION, {}, ["organisation", "organisation_kind"]),
        (
            ORGANISATION,
            {"organisation": "974560828", "organisation_kind": "nav", "number": "1"},
            ["organisation", "number"],
        ),
    ],
)
def test_what_is_wrong_is_said_and_stays_typed(
    outsider: Client, path: str, change: dict[str, Any], wrong: list[str]
) -> None:
    response = outsider.post(path, {**KARI, **change})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == wrong
    assert change.get("name", "Kari Prøve").split("\n")[0] in response.content.decode()
    assert JoinRequest.objects.count() == 0


def test_member_gets_the_same_answer_and_another_mail(
    outsider: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Neither the page nor the work behind it tells who is a member (ADR 2)."""
    member = factories.make_membership("kari@example.no")
    outsider.post(PERSON, {**KARI, "email": "varm@example.no"})
    cost = 11
    with django_assert_num_queries(cost):
        known = outsider.post(PERSON, KARI)
    with django_assert_num_queries(cost):
        new = outsider.post(PERSON, {**KARI, "email": "ukjent@example.no"})
    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    told = Mail.objects.get(recipient="kari@example.no")
    assert told.kind == "membership_known"
    assert member.manage_key in told.text
    assert JoinRequest.objects.count() == 3


def test_four_mails_an_hour_are_one_too_many(outsider: Client) -> None:
    answers = {outsider.post(PERSON, KARI)["Location"] for _time in range(4)}
    assert (answers, Mail.objects.count()) == ({SENT}, 3)


def test_conference_room_joins_and_a_flood_does_not(
    outsider: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limits.Limit("joining").times >= 300
    monkeypatch.setattr(limits.Limit, "allows", lambda _limit, _request: False)
    response = outsider.post(PERSON, KARI)
    assert (response.status_code, response["Retry-After"]) == (429, "600")
    assert outsider.get(PERSON).status_code == 200
    assert JoinRequest.objects.count() == 0


def test_limit_counts_each_address_by_itself(outsider: Client) -> None:
    limit = limits.Limit("test", times=2, seconds=10**9)
    one = outsider.get("/nettverket/").wsgi_request
    other = outsider.get("/nettverket/", REMOTE_ADDR="192.0.2.7").wsgi_request
    assert [limit.allows(one) for _time in range(3)] == [True, True, False]
    assert limit.allows(other)


def test_old_link_is_over(outsider: Client) -> None:
    wish = factories.make_join_request(asked_at=timezone.now() - timedelta(days=8))
    path = f"/nettverket/bli-med/{wish.key}/"
    assert (outsider.get(path).status_code, outsider.post(path).status_code) == (404, 404)
    assert Membership.objects.count() == 0


def test_two_wishes_of_one_address_make_one_member(outsider: Client) -> None:
    wishes = [factories.make_join_request("kari@example.no") for _time in range(2)]
    answers = {outsider.post(f"/nettverket/bli-med/{wish.key}/")["Location"] for wish in wishes}
    assert (len(answers), Membership.objects.count(), ConsentRecord.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("approval", "kind", "waits"),
    [
        ("nobody", "organisation", False),
        ("organisations", "person", False),
        ("organisations", "organisation", True),
        ("everyone", "person", True),
    ],
)
def test_organisers_look_first_where_they_want_to(
    outsider: Client, approval: str, kind: str, waits: bool
) -> None:
    JoiningRules.objects.create(approval=approval)
    name = "Ny forening" if kind == "organisation" else ""
    wish = factories.make_join_request(kind=kind, organisation_name=name)
    outsider.post(f"/nettverket/bli-med/{wish.key}/")
    member = Membership.objects.get()
    assert (member.admitted_at is None) is waits
    expected = "membership_waiting" if waits else "membership_welcome"
    assert Mail.objects.get().kind == expected


def test_own_page_changes_what_we_know(outsider: Client) -> None:
    member = factories.make_membership(is_named=False)
    topic = factories.make_topic()
    path = member.get_absolute_url()
    data = {"name": "Kari Ny", "language": "da", "interests": [topic.pk], "named": "on"}
    assert outsider.post(path, data).status_code == 303
    member.refresh_from_db()
    assert (member.name, member.language, member.is_named) == ("Kari Ny", "da", True)
    assert list(member.interests.all()) == [topic]
    assert ConsentRecord.objects.get().purpose == "named"
    outsider.post(path, {"name": "Kari Ny", "language": "da"})
    assert ConsentRecord.objects.get().withdrawn_at is not None
    wrong = outsider.post(path, {"name": "", "language": "xx"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["name", "language"])


def test_own_page_is_secret(outsider: Client) -> None:
    member = factories.make_membership()
    response = outsider.get(member.get_absolute_url())
    assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == (
        "noindex, nofollow",
        "strict-origin",
    )
    assert "no-store" in response["Cache-Control"]
    assert outsider.get("/nettverket/medlemskap/feil/").status_code == 404
    assert outsider.post("/nettverket/medlemskap/feil/meld-ut/").status_code == 404


def test_leaving_deletes_and_the_register_keeps_when(outsider: Client) -> None:
    member = join(outsider)
    other = factories.make_membership()
    path = f"{member.get_absolute_url()}meld-ut/"
    assert outsider.get(path).status_code == 200
    response = outsider.post(path)
    assert response["Location"] == "/nettverket/medlemskap/avsluttet/"
    assert list(Membership.objects.all()) == [other]
    assert ConsentRecord.objects.get().withdrawn_at is not None
    kinds = list(Mail.objects.order_by("pk").values_list("kind", "state"))
    assert kinds == [
        ("membership_confirm", "queued"),
        ("membership_welcome", "cancelled"),
        ("membership_ended", "queued"),
    ]
    assert outsider.get(member.get_absolute_url()).status_code == 404


def test_only_those_who_agreed_are_named(outsider: Client) -> None:
    factories.make_membership(name="Åpen Person", is_named=True)
    factories.make_membership(name="Stille Person", is_named=False)
    factories.make_membership(name="Ventende Person", is_named=True, admitted_at=None)
    listed = factories.make_organisation("Synlig forening", is_listed=True, slug="synlig")
    hidden = factories.make_organisation("Usynlig forening")
    for organisation in (listed, hidden):
        factories.make_membership(kind="organisation", organisation=organisation)
    response = outsider.get("/nettverket/medlemmer/")
    assert (response.context["people"], response.context["organisations"]) == (
        ["Åpen Person"],
        [listed],
    )
    assert "Stille Person" not in response.content.decode()


def test_what_is_past_its_time_goes(outsider: Client) -> None:
    fresh, old = factories.make_join_request(), factories.make_join_request()
    member = join(outsider)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        outsider.post(f"{member.get_absolute_url()}meld-ut/")
    JoinRequest.objects.filter(pk=old.pk).update(asked_at=timezone.now() - timedelta(days=8))
    now = timezone.now()
    assert purge(now, dry_run=True).removed == {"wishes to join": 1, "consents taken back": 0}
    purge(now, dry_run=False)
    assert list(JoinRequest.objects.all()) == [fresh]
    assert ConsentRecord.objects.count() == 1
    purge(now + timedelta(days=367), dry_run=False)
    assert (JoinRequest.objects.count(), ConsentRecord.objects.count()) == (0, 0)
