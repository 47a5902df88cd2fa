"""Who may open what in the admin: every page with the whole cast, the answers written out."""

from datetime import date

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from conferences.models import Series
from membership.models import JoiningRules
from network.models import Hub, Organisation, ResourceSeries, SteeringSeat, Topic, User
from newsletter.models import Suppression
from programme.models import Contribution
from recovery_network.audit.actions import record
from registrations.actions.writing import write_message
from registrations.models import Registration, Submission
from registrations.segments import Segment
from tests import factories

pytestmark = pytest.mark.django_db

CAST = ("superuser", "organiser", "editor", "treasurer", "doorkeeper", "member", "outsider")

# Signing in is asked of outsiders (302); a member is told "no" by the page after it, see below.
PAGES = {
    "admin:index": (200, 200, 200, 200, 200, 302, 302),
    "admin:app_list/network": (200, 200, 200, 200, 404, 302, 302),
    "conferences_conference_changelist": (200, 200, 200, 200, 200, 302, 302),
    "conferences_conference_add": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_change": (200, 200, 200, 200, 200, 302, 302),
    "conferences_conference_delete": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_history": (200, 200, 200, 200, 200, 302, 302),
    "conferences_conference_overview": (200, 200, 403, 200, 403, 302, 302),
    "conferences_conference_door": (200, 200, 403, 403, 200, 302, 302),
    "conferences_conference_workshops": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_workshop_lists": (405, 405, 405, 405, 405, 302, 302),
    "conferences_conference_register": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_registered": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_import": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_import_template": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_board": (200, 200, 403, 200, 403, 302, 302),
    "conferences_conference_raise_limit": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_invitation_links": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_export": (200, 200, 403, 200, 403, 302, 302),
    "conferences_conference_call_off": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_copy": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_programme": (200, 200, 200, 403, 403, 302, 302),
    "conferences_conference_programme_shift": (200, 200, 200, 403, 403, 302, 302),
    "conferences_conference_programme_paste": (200, 200, 200, 403, 403, 302, 302),
    "conferences_conference_programme_publish": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_programme_versions": (200, 200, 200, 403, 403, 302, 302),
    "conferences_conference_contributors": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_contributor": (404, 404, 403, 403, 403, 302, 302),
    "conferences_conference_programme_import": (200, 200, 200, 403, 403, 302, 302),
    "conferences_conference_needs": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_interpreters_by_session": (200, 200, 403, 403, 403, 302, 302),
    "conferences_conference_needs_sheet": (200, 200, 403, 403, 403, 302, 302),
    # Nothing is to be told, so the page leads back.
    "conferences_conference_tell_move": (302, 302, 403, 403, 403, 302, 302),
    "conferences_venue_changelist": (200, 200, 200, 403, 403, 302, 302),
    "conferences_venue_add": (200, 200, 403, 403, 403, 302, 302),
    "conferences_venue_change": (200, 200, 200, 403, 403, 302, 302),
    "conferences_series_changelist": (200, 200, 200, 403, 403, 302, 302),
    "conferences_series_add": (200, 200, 403, 403, 403, 302, 302),
    "conferences_series_change": (200, 200, 200, 403, 403, 302, 302),
    "programme_session_changelist": (200, 200, 200, 403, 403, 302, 302),
    "programme_session_add": (200, 200, 200, 403, 403, 302, 302),
    "programme_session_change": (200, 200, 200, 403, 403, 302, 302),
    "programme_session_people": (200, 200, 403, 403, 403, 302, 302),
    "programme_session_call_off": (200, 200, 403, 403, 403, 302, 302),
    "programme_speaker_changelist": (200, 200, 200, 403, 403, 302, 302),
    "programme_speaker_change": (200, 200, 200, 403, 403, 302, 302),
    "registrations_registration_changelist": (200, 200, 403, 200, 200, 302, 302),
    "registrations_registration_add": (403, 403, 403, 403, 403, 302, 302),
    "registrations_registration_change": (200, 200, 403, 200, 200, 302, 302),
    "registrations_registration_delete": (403, 403, 403, 403, 403, 302, 302),
    "registrations_registration_history": (200, 200, 403, 200, 200, 302, 302),
    "registrations_registration_needs": (200, 200, 403, 403, 403, 302, 302),
    "registrations_registration_move": (200, 200, 403, 403, 403, 302, 302),
    "registrations_registration_put_first": (200, 200, 403, 403, 403, 302, 302),
    "registrations_registration_undo": (405, 405, 405, 405, 405, 302, 302),
    "registrations_registration_correct": (200, 200, 403, 403, 403, 302, 302),
    "registrations_message_changelist": (200, 200, 403, 403, 403, 302, 302),
    "registrations_message_add": (200, 200, 403, 403, 403, 302, 302),
    "registrations_message_change": (200, 200, 403, 403, 403, 302, 302),
    "registrations_message_edit": (200, 200, 403, 403, 403, 302, 302),
    "registrations_message_send": (200, 200, 403, 403, 403, 302, 302),
    "registrations_message_test": (405, 405, 405, 405, 405, 302, 302),
    "registrations_message_discard": (405, 405, 405, 405, 405, 302, 302),
    "registrations_message_html": (200, 200, 403, 403, 403, 302, 302),
    "registrations_booking_changelist": (200, 200, 403, 200, 403, 302, 302),
    "registrations_booking_add": (403, 403, 403, 403, 403, 302, 302),
    "registrations_booking_change": (200, 200, 403, 200, 403, 302, 302),
    "registrations_booking_delete": (403, 403, 403, 403, 403, 302, 302),
    "surveys_survey_changelist": (200, 200, 403, 403, 403, 302, 302),
    "surveys_survey_add": (200, 200, 403, 403, 403, 302, 302),
    "surveys_survey_change": (200, 200, 403, 403, 403, 302, 302),
    "surveys_survey_questions": (200, 200, 403, 403, 403, 302, 302),
    "surveys_survey_question": (404, 404, 403, 403, 403, 302, 302),  # it needs to be told which
    "surveys_survey_section": (200, 200, 403, 403, 403, 302, 302),
    "surveys_survey_preview": (200, 200, 403, 403, 403, 302, 302),
    "surveys_survey_file": (200, 200, 403, 403, 403, 302, 302),
    "surveys_survey_results": (200, 200, 403, 403, 403, 302, 302),
    # They need to be told of which question, and which file.
    "surveys_survey_comments": (404, 404, 403, 403, 403, 302, 302),
    "surveys_survey_export": (404, 404, 403, 403, 403, 302, 302),
    "surveys_survey_compare": (200, 200, 403, 403, 403, 302, 302),
    "surveys_survey_people": (200, 200, 403, 403, 403, 302, 302),
    "network_organisation_changelist": (200, 200, 403, 200, 403, 302, 302),
    "network_organisation_add": (200, 200, 403, 403, 403, 302, 302),
    "network_organisation_change": (200, 200, 403, 200, 403, 302, 302),
    "network_organisation_delete": (200, 200, 403, 403, 403, 302, 302),
    "network_organisation_merge": (200, 200, 403, 403, 403, 302, 302),
    "network_article_changelist": (200, 200, 200, 403, 403, 302, 302),
    "network_article_add": (200, 200, 200, 403, 403, 302, 302),
    "network_article_change": (200, 200, 200, 403, 403, 302, 302),
    "network_resource_changelist": (200, 200, 200, 403, 403, 302, 302),
    "network_resource_add": (200, 200, 200, 403, 403, 302, 302),
    "network_resource_change": (200, 200, 200, 403, 403, 302, 302),
    "network_resource_file": (404, 404, 404, 403, 403, 302, 302),
    "network_resourceseries_changelist": (200, 200, 200, 403, 403, 302, 302),
    "network_resourceseries_add": (200, 200, 200, 403, 403, 302, 302),
    "network_resourceseries_change": (200, 200, 200, 403, 403, 302, 302),
    "network_topic_changelist": (200, 200, 200, 403, 403, 302, 302),
    "network_topic_add": (200, 200, 200, 403, 403, 302, 302),
    "network_topic_change": (200, 200, 200, 403, 403, 302, 302),
    "network_hub_changelist": (200, 200, 200, 403, 403, 302, 302),
    "network_hub_add": (200, 200, 200, 403, 403, 302, 302),
    "network_hub_change": (200, 200, 200, 403, 403, 302, 302),
    "network_steeringseat_changelist": (200, 200, 403, 403, 403, 302, 302),
    "network_steeringseat_add": (200, 200, 403, 403, 403, 302, 302),
    "network_steeringseat_change": (200, 200, 403, 403, 403, 302, 302),
    "membership_membership_changelist": (200, 200, 403, 403, 403, 302, 302),
    "membership_membership_add": (403, 403, 403, 403, 403, 302, 302),
    "membership_membership_change": (200, 200, 403, 403, 403, 302, 302),
    "membership_membership_doubles": (200, 200, 403, 403, 403, 302, 302),
    # It needs to be told which.
    "membership_membership_doubles_merge": (404, 404, 403, 403, 403, 302, 302),
    "membership_joiningrules_changelist": (302, 302, 403, 403, 403, 302, 302),
    "membership_joiningrules_add": (403, 403, 403, 403, 403, 302, 302),
    "membership_joiningrules_change": (200, 200, 403, 403, 403, 302, 302),
    "membership_consentrecord_changelist": (200, 200, 403, 403, 403, 302, 302),
    "membership_consentrecord_add": (403, 403, 403, 403, 403, 302, 302),
    "membership_consentrecord_change": (200, 200, 403, 403, 403, 302, 302),
    "newsletter_letter_changelist": (200, 200, 200, 403, 403, 302, 302),
    "newsletter_letter_add": (200, 200, 200, 403, 403, 302, 302),
    "newsletter_letter_change": (200, 200, 200, 403, 403, 302, 302),
    "newsletter_letter_edit": (200, 200, 200, 403, 403, 302, 302),
    "newsletter_letter_send": (200, 200, 200, 403, 403, 302, 302),
    "newsletter_letter_test": (405, 405, 405, 405, 405, 302, 302),
    "newsletter_letter_take_back": (405, 405, 405, 405, 405, 302, 302),
    "newsletter_letter_discard": (405, 405, 405, 405, 405, 302, 302),
    "newsletter_letter_html": (200, 200, 200, 403, 403, 302, 302),
    "newsletter_subscription_changelist": (200, 200, 403, 403, 403, 302, 302),
    "newsletter_subscription_add": (403, 403, 403, 403, 403, 302, 302),
    "newsletter_subscription_change": (200, 200, 403, 403, 403, 302, 302),
    "newsletter_suppression_changelist": (200, 200, 403, 403, 403, 302, 302),
    "newsletter_suppression_add": (403, 403, 403, 403, 403, 302, 302),
    "newsletter_suppression_change": (200, 200, 403, 403, 403, 302, 302),
    "network_user_changelist": (200, 403, 403, 403, 403, 302, 302),
    "network_user_add": (200, 403, 403, 403, 403, 302, 302),
    "network_user_change": (200, 403, 403, 403, 403, 302, 302),
    "network_user_second_factor": (200, 403, 403, 403, 403, 302, 302),
    "auth_group_changelist": (200, 403, 403, 403, 403, 302, 302),
    "auth_group_add": (403, 403, 403, 403, 403, 302, 302),
    "auth_group_change": (200, 403, 403, 403, 403, 302, 302),
    "mail_mail_changelist": (200, 200, 403, 403, 403, 302, 302),
    "mail_wording_changelist": (200, 200, 403, 403, 403, 302, 302),
    "audit_auditevent_changelist": (200, 200, 403, 403, 403, 302, 302),
}


@pytest.fixture
def rows(participant: Registration) -> dict[str, object]:
    """One row of each kind, so that a forbidden page would have something to show."""
    block = factories.make_block(participant.conference)
    contribution: Contribution = factories.make_contribution(factories.make_workshop(block))
    return {
        "conferences_conference": participant.conference.pk,
        "conferences_series": Series.objects.create(title="Rekken").pk,
        "conferences_venue": participant.conference.venue_id,
        "programme_session": contribution.session_id,
        "programme_speaker": contribution.speaker_id,
        "registrations_registration": participant.pk,
        "registrations_booking": participant.booking_id,
        "registrations_message": write_message(
            conference=participant.conference,
            segment=Segment(),
            texts={"nb": ("Praktisk", "Hei {name}")},
            by=factories.make_user(role="organiser"),
        ).pk,
        "surveys_survey": factories.make_survey().pk,
        "submission": Submission.objects.get().pk,
        "tier": factories.make_free_tier(participant.conference).pk,
        "network_organisation": participant.booking.organisation_id,
        "network_article": factories.make_article().pk,
        "network_resource": factories.make_resource().pk,
        "network_resourceseries": ResourceSeries.objects.create(slug="rekke", title="Rekke").pk,
        "network_topic": Topic.objects.create(key="tema", name_nb="Tema").pk,
        "network_hub": Hub.objects.create(slug="knute", name="Knute", lead="Sammen.").pk,
        "network_steeringseat": SteeringSeat.objects.create(
            organisation=factories.make_organisation(), starts_on=date(2024, 1, 1)
        ).pk,
        "membership_membership": factories.make_membership().pk,
        "membership_joiningrules": JoiningRules.ONLY,
        "membership_consentrecord": factories.make_consent().pk,
        "newsletter_letter": factories.make_letter().pk,
        "newsletter_subscription": factories.make_subscription().pk,
        "newsletter_suppression": Suppression.objects.create(
            email="borte@example.no", reason=Suppression.Reason.BOUNCED
        ).pk,
        "network_user": factories.make_user("konto@example.no").pk,
        "auth_group": Group.objects.get(name="editor").pk,
    }


def account(who: str) -> User:
    if who == "superuser":
        return User.objects.create_superuser("sjef@example.no")
    return factories.make_user("en@example.no", role="" if who == "member" else who)


def address(page: str, rows: dict[str, object]) -> str:
    if page == "admin:index":
        return reverse(page)
    if page.startswith("admin:app_list"):
        return reverse("admin:app_list", args=[page.rpartition("/")[2]])
    model = "_".join(page.split("_")[:2])
    listing = page.endswith(("_changelist", "_add", "_doubles", "_doubles_merge"))
    if page.endswith("_html"):
        return reverse(f"admin:{page}", args=[rows[model], "nb"])
    if page.endswith("_needs_sheet"):
        return reverse(f"admin:{page}", args=[rows[model], "kitchen"])
    if page.endswith("_registered"):
        return reverse(f"admin:{page}", args=[rows[model], rows["submission"]])
    if page.endswith("_raise_limit"):
        query = f"?tier={rows['tier']}&organisation={rows['network_organisation']}"
        return reverse(f"admin:{page}", args=[rows[model]]) + query
    return reverse(f"admin:{page}", args=[] if listing else [rows[model]])


@pytest.mark.parametrize("who", CAST)
def test_answers(who: str, rows: dict[str, object], client: Client) -> None:
    if who != "outsider":
        client.force_login(account(who))
    answers = {page: client.get(address(page, rows)).status_code for page in PAGES}
    assert answers == {page: told[CAST.index(who)] for page, told in PAGES.items()}


def test_every_page_of_the_admin_stands_in_the_table() -> None:
    """A new page is decided upon for everybody, or it fails here."""
    ours = {
        *("network", "membership", "conferences", "newsletter", "programme", "registrations"),
        *("surveys", "auth"),
    }
    names = {
        url.name
        for model, model_admin in admin.site._registry.items()
        if model._meta.app_label in ours
        for url in model_admin.urls
        if url.name and not url.name.endswith("_delete") and not url.name.endswith("_history")
    }
    told = {page for page in PAGES if not page.startswith("admin:")}
    twins = {"conferences_venue", "programme_session", "programme_speaker", "registrations_booking"}
    unsaid = {name for name in names - told if "_".join(name.split("_")[:2]) not in twins}
    assert unsaid == set()


@pytest.mark.parametrize("path", ["/admin/", "/nn/admin/", "/da/admin/", "/en/admin/"])
def test_member_is_told_no_in_words(path: str, member: User, client: Client) -> None:
    client.force_login(member)
    response = client.get(path, follow=True)
    assert response.status_code == 403
    assert [status for _url, status in response.redirect_chain] == [302]
    assert "403.html" in [template.name for template in response.templates]


def test_outsider_signs_in_where_everyone_does(outsider: Client) -> None:
    response = outsider.get("/admin/registrations/registration/", follow=True)
    last, _status = response.redirect_chain[-1]
    assert last.startswith(reverse("account_login"))
    assert "next=%2Fadmin%2Fregistrations%2Fregistration%2F" in last


def test_nobody_changes_a_password_in_the_admin(organiser: User, client: Client) -> None:
    client.force_login(organiser)
    response = client.get(reverse("admin:password_change"))
    assert response.headers["Location"] == reverse("account_change_password")


def test_bad_numbers_are_no_errors(organiser: User, client: Client) -> None:
    client.force_login(organiser)
    for name in ("conferences_conference", "registrations_registration", "network_organisation"):
        for bad in ("0", "abc", "99999999999999999999"):
            assert client.get(reverse(f"admin:{name}_change", args=[bad])).status_code == 302
    for page in ("conferences_conference_overview", "registrations_registration_needs"):
        for bad in ("0", "abc", "99999999999999999999"):
            assert client.get(reverse(f"admin:{page}", args=[bad])).status_code == 404


RUBBISH = {
    "nothing": {},
    "wrong counts": {"tiers-TOTAL_FORMS": "mange", "sessions-TOTAL_FORMS": "-1", "tiers-0-id": "x"},
    "too many": {"aliases-TOTAL_FORMS": "99999999", "aliases-INITIAL_FORMS": "7"},
    "wrong rows": {"target": "x", "action": "x", "_selected_action": "\u0000", "format": "\u0000"},
    "hidden letters": {
        "name": "a\u202eb",
        "title": "\u0000",
        "email": "\u0000@",
        "venue": "\u0000",
    },
    "popup": {"_popup": "1", "_to_field": "password", "name": "x"},
}


@pytest.mark.once
@pytest.mark.parametrize("kind", RUBBISH)
def test_rubbish_is_answered_and_never_an_error(
    kind: str, rows: dict[str, object], client: Client
) -> None:
    client.force_login(account("superuser"))
    for page in PAGES:
        if page.endswith("_second_factor"):
            continue  # asks nothing but yes
        assert client.post(address(page, rows), RUBBISH[kind]).status_code < 500


@pytest.mark.once
@pytest.mark.parametrize(
    "query", ["?q=%00&o=x&p=-1&e=1", "?conference=%00&organisation=&all=&_popup=1", "?target=%00"]
)
def test_rubbish_in_the_address_is_answered(
    query: str, rows: dict[str, object], client: Client
) -> None:
    client.force_login(account("superuser"))
    for page in PAGES:
        whole = address(page, rows).partition("?")[0] + query
        assert client.get(whole).status_code < 500


@pytest.mark.usefixtures("in_english")
def test_dashboard_tells_each_role_its_part(participant: Registration, client: Client) -> None:
    record(action="x.y", by=None, object=None)
    seen = {}
    for role in ("organiser", "editor", "treasurer", "doorkeeper"):
        client.force_login(factories.make_user(role=role))
        page = client.get(reverse("admin:index")).content.decode()
        seen[role] = [
            word
            for word in ("Places taken", "Free of charge", "Unsent mails", "Overview of")
            if word in page or (word == "Overview of" and "/overview/" in page)
        ]
    assert seen == {
        "organiser": ["Places taken", "Free of charge", "Unsent mails", "Overview of"],
        "editor": [],
        "treasurer": ["Places taken", "Free of charge", "Overview of"],
        "doorkeeper": ["Places taken"],
    }


def test_dashboard_counts(
    free_tier: object, participant: Registration, client: Client, organiser: User
) -> None:
    organisation = factories.make_organisation()
    for _number in range(6):
        factories.make_registration(free_tier, organisation=organisation, accept_waiting=True)  # type: ignore[arg-type]
    client.force_login(organiser)
    (coming,) = client.get(reverse("admin:index")).context["coming"]
    assert (coming.seats.taken, coming.seats.left, coming.seats.waiting) == (6, 294, 1)
    assert (coming.free_of_charge, coming.mails.unsent, coming.mails.failed) == (5, 7, 0)


@pytest.mark.parametrize("conferences", [1, 3])
def test_dashboard_costs_the_same_for_one_and_three(
    conferences: int, organiser: User, client: Client, django_assert_num_queries: object
) -> None:
    for _number in range(conferences):
        tier = factories.make_tier(factories.make_conference(venue=factories.make_venue()))
        factories.make_registration(tier)
    client.force_login(organiser)
    client.get(reverse("admin:index"))
    with django_assert_num_queries(8):  # type: ignore[operator]
        client.get(reverse("admin:index"))


def test_merged_organisation_is_read_only(organiser: User, client: Client) -> None:
    target = factories.make_organisation("Sandnes kommune")
    source = factories.make_organisation("Sannes kommune")
    Organisation.objects.filter(pk=source.pk).update(merged_into=target)
    client.force_login(organiser)
    change = reverse("admin:network_organisation_change", args=[source.pk])
    assert client.post(change, {"name": "Et annet navn"}).status_code == 403
    assert (
        client.get(reverse("admin:network_organisation_merge", args=[source.pk])).status_code == 404
    )
