import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from network.actions import find_or_add_organisation
from network.models import Organisation, OrganisationAlias, User
from recovery_network.audit.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db
USERS = "admin:network_user_changelist"
ORGANISATIONS = "admin:network_organisation_changelist"


@pytest.fixture
def superuser() -> User:
    return User.objects.create_superuser("sjef@example.no", name="Sjef Sjefsen")


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestUsers:
    def test_second_factor_is_shown_and_filtered(self, superuser: User, organiser: User) -> None:
        TOTP.activate(organiser, generate_totp_secret())
        browser = browser_of(superuser)
        with_one = browser.get(reverse(USERS), {"factor": "yes"}).context["cl"].result_list
        without = browser.get(reverse(USERS), {"factor": "no"}).context["cl"].result_list
        assert (list(with_one), list(without)) == ([organiser], [superuser])

    def test_staff_is_added_by_address_and_signs_in_without_password(self, superuser: User) -> None:
        editors = Group.objects.get(name="editor")
        response = browser_of(superuser).post(
            reverse("admin:network_user_add"),
            {
                "email": "Ny.Redaktor@Example.NO",
                "name": "Nina Ny",
                "language": "nb",
                "is_staff": "on",
                "is_active": "on",
                "groups": [editors.pk],
            },
        )
        assert response.status_code == 302
        added = User.objects.get(email="ny.redaktor@example.no")
        assert (added.is_staff, added.has_usable_password(), list(added.groups.all())) == (
            True,
            False,
            [editors],
        )

    def test_former_address_lets_nobody_in(self, superuser: User, organiser: User) -> None:
        EmailAddress.objects.create(user=organiser, email=organiser.email, verified=True)
        browser_of(superuser).post(
            reverse("admin:network_user_change", args=[organiser.pk]),
            {"email": "ny@example.no", "language": "nb", "is_staff": "on", "is_active": "on"},
        )
        organiser.refresh_from_db()
        assert organiser.email == "ny@example.no"
        assert not EmailAddress.objects.filter(user=organiser).exists()

    def test_same_address_in_other_letters_is_refused(self, superuser: User) -> None:
        response = browser_of(superuser).post(
            reverse("admin:network_user_add"),
            {"email": "SJEF@example.no", "language": "nb", "is_active": "on"},
        )
        assert response.status_code == 200
        assert "email" in response.context["adminform"].form.errors

    def test_nobody_takes_their_own_rights_or_account(self, superuser: User) -> None:
        browser = browser_of(superuser)
        own = {"email": superuser.email, "name": "Nytt navn", "language": "nb"}
        browser.post(reverse("admin:network_user_change", args=[superuser.pk]), own)
        superuser.refresh_from_db()
        assert (superuser.name, superuser.is_superuser, superuser.is_active) == (
            "Nytt navn",
            True,
            True,
        )
        delete = reverse("admin:network_user_delete", args=[superuser.pk])
        assert browser.post(delete, {"post": "yes"}).status_code == 403

    def test_lost_factor_is_removed_and_that_is_logged(
        self, superuser: User, organiser: User
    ) -> None:
        TOTP.activate(organiser, generate_totp_secret())
        page = reverse("admin:network_user_second_factor", args=[organiser.pk])
        browser = browser_of(superuser)
        browser.get(page)
        assert Authenticator.objects.filter(user=organiser).count() == 1
        browser.post(page)
        assert Authenticator.objects.filter(user=organiser).count() == 0
        event = AuditEvent.objects.get(action="user.second_factor_removed")
        assert (event.actor_id, event.object_label) == (
            superuser.pk,
            f"network.user:{organiser.pk}",
        )

    def test_organiser_may_not_remove_it(self, organiser: User, editor: User) -> None:
        TOTP.activate(editor, generate_totp_secret())
        page = reverse("admin:network_user_second_factor", args=[editor.pk])
        assert browser_of(organiser).post(page).status_code == 403
        assert Authenticator.objects.filter(user=editor).count() == 1

    @pytest.mark.parametrize("rows", [1, 3])
    def test_list_costs_the_same_for_one_and_three(
        self, rows: int, superuser: User, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _number in range(rows):
            factories.make_user(role="editor")
        browser = browser_of(superuser)
        browser.get(reverse(USERS))
        with django_assert_num_queries(6):
            browser.get(reverse(USERS))


def test_keys_of_others_are_in_no_admin() -> None:
    labels = {model._meta.label for model in admin.site._registry}
    assert "mfa.Authenticator" not in labels
    assert "account.EmailAddress" not in labels


def test_every_model_of_ours_is_shown_or_hidden_for_a_reason() -> None:
    """The hidden ones are rows of a page of another: inlines, consents and needs of a registration."""
    ours = {
        *("network", "membership", "conferences", "newsletter", "programme", "registrations"),
        *("surveys", "mail", "audit"),
    }
    hidden = {
        model._meta.label_lower
        for model in apps.get_models()
        if model._meta.app_label in ours and model not in admin.site._registry
    }
    assert hidden == {
        "conferences.conferenceorganiser",
        "conferences.joindetails",
        "conferences.ontheday",
        "conferences.publication",
        "conferences.room",
        "membership.joinrequest",
        "network.hubmember",
        "network.milestone",
        "network.organisationalias",
        "network.signin",
        "newsletter.lettertext",
        "newsletter.subscriberequest",
        "programme.choiceblock",
        "programme.contribution",
        "programme.importedsession",
        "programme.importedspeaker",
        "programme.material",
        "programme.programmeversion",
        "programme.speakerinvitation",
        "programme.speakerneed",
        "programme.talkproposal",
        "programme.track",
        "registrations.bulkchange",
        "registrations.cancellationrule",
        "registrations.consent",
        "registrations.limitoverride",
        "registrations.messagetext",
        "registrations.handover",
        "registrations.move",
        "registrations.need",
        "registrations.needkind",
        "registrations.sessionseat",
        "registrations.submission",
        "registrations.tier",
        # The builder's pages show the first four; the others are nobody's to look at one by one.
        "surveys.section",
        "surveys.question",
        "surveys.questionversion",
        "surveys.option",
        "surveys.envelope",
        "surveys.response",
        "surveys.answer",
        "surveys.signature",
        "surveys.invitation",
        "surveys.tally",
        "surveys.tallycell",
        "surveys.theme",
        "surveys.draft",
        "surveys.optout",
    }


def test_groups_are_explained(superuser: User) -> None:
    group = Group.objects.get(name="doorkeeper")
    page = browser_of(superuser).get(reverse("admin:auth_group_change", args=[group.pk]))
    assert "Can view registration" in page.content.decode()
    assert browser_of(superuser).post(page.request["PATH_INFO"], {}).status_code == 403


class TestOrganisations:
    def found(self, user: User, **query: str) -> list[str]:
        response = browser_of(user).get(reverse(ORGANISATIONS), query)
        return [organisation.name for organisation in response.context["cl"].result_list]

    def test_found_by_name_alias_and_number(self, organiser: User) -> None:
        wanted = factories.make_organisation("Hå kommune", number="974560828")
        OrganisationAlias.objects.create(organisation=wanted, name="Varhaug kommune")
        factories.make_organisation("Time kommune")
        for text in ("haa", "HÅ", "varhaug", "974 560 828", "NO974560828MVA"):
            assert self.found(organiser, q=text) == ["Hå kommune"]
        assert self.found(organiser, q="finnes ikke") == []

    def test_merged_ones_are_hidden_until_asked_for(self, organiser: User) -> None:
        target = factories.make_organisation("Sandnes kommune")
        merged = factories.make_organisation("Sannes kommune")
        Organisation.objects.filter(pk=merged.pk).update(merged_into=target)
        assert self.found(organiser) == ["Sandnes kommune"]
        assert self.found(organiser, merged="yes") == ["Sannes kommune"]
        listed = browser_of(organiser).get(reverse(ORGANISATIONS), {"merged": "yes"})
        target_page = reverse("admin:network_organisation_change", args=[target.pk])
        assert target_page in listed.content.decode()

    def test_those_that_participants_added_are_found_until_looked_at(self, organiser: User) -> None:
        factories.make_organisation("Lagt inn av oss")
        added = find_or_add_organisation(name="Ny forening")
        assert self.found(organiser, added="participants") == ["Ny forening"]
        change = reverse("admin:network_organisation_change", args=[added.pk])
        browser_of(organiser).post(
            change, {"name": "Ny forening", "kind": "voluntary", "country": "NO", **NO_ALIASES}
        )
        assert self.found(organiser, added="participants") == []

    def test_change_is_audited_by_names_of_fields(self, organiser: User) -> None:
        organisation = factories.make_organisation("Gammelt navn")
        change = reverse("admin:network_organisation_change", args=[organisation.pk])
        data = {"name": "Nytt navn", "kind": "voluntary", "country": "NO", **NO_ALIASES}
        browser_of(organiser).post(
            change, {**data, "aliases-0-name": "Kortnavn", "aliases-TOTAL_FORMS": "1"}
        )
        event = AuditEvent.objects.get(action="organisation.changed")
        assert event.details == {
            "changes": {"fields": ["name", "kind"], "organisationalias": {"added": 1}}
        }
        assert LogEntry.objects.count() == 0

    def test_name_of_another_is_refused_in_words(self, organiser: User) -> None:
        factories.make_organisation("Hå kommune")
        data = {"name": "HAA KOMMUNE", "kind": "other", "country": "NO", **NO_ALIASES}
        response = browser_of(organiser).post(reverse("admin:network_organisation_add"), data)
        assert response.status_code == 200
        assert response.context["errors"]
        assert Organisation.objects.count() == 1

    def test_number_of_another_is_refused_in_words(self, organiser: User) -> None:
        factories.make_organisation("Hå kommune", number="974560828")
        data = {"name": "En annen", "kind": "other", "country": "NO", **NO_ALIASES}
        response = browser_of(organiser).post(
            reverse("admin:network_organisation_add"), {**data, "number": "974 560 828"}
        )
        assert list(response.context["adminform"].form.errors) == ["number"]

    def test_alias_twice_or_of_another_is_refused_in_words(self, organiser: User) -> None:
        other = factories.make_organisation("Time kommune")
        OrganisationAlias.objects.create(organisation=other, name="Bryne")
        organisation = factories.make_organisation("Hå kommune")
        names = {
            "aliases-0-name": "BRYNE",
            "aliases-1-name": "Varhaug",
            "aliases-2-name": "varhaug",
        }
        response = browser_of(organiser).post(
            reverse("admin:network_organisation_change", args=[organisation.pk]),
            {
                "name": "Hå kommune",
                "kind": "other",
                "country": "NO",
                **NO_ALIASES,
                "aliases-TOTAL_FORMS": "3",
                **names,
            },
        )
        (formset,) = response.context["inline_admin_formsets"]
        assert [list(errors) for errors in formset.formset.errors] == [["name"], [], ["name"]]
        assert organisation.aliases.count() == 0

    def test_treasurer_corrects_the_number_and_sees_no_aliases(self, treasurer: User) -> None:
        organisation = factories.make_organisation("Hå kommune")
        change = reverse("admin:network_organisation_change", args=[organisation.pk])
        browser = browser_of(treasurer)
        assert browser.get(change).context["inline_admin_formsets"] == []
        browser.post(
            change,
            {"name": "Hå kommune", "kind": "municipality", "country": "NO", "number": "974560828"},
        )
        organisation.refresh_from_db()
        assert organisation.number == "974560828"

    @pytest.mark.parametrize("rows", [1, 3])
    def test_list_costs_the_same_for_one_and_three(
        self, rows: int, organiser: User, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _number in range(rows):
            factories.make_organisation()
        browser = browser_of(organiser)
        browser.get(reverse(ORGANISATIONS))
        with django_assert_num_queries(6):
            browser.get(reverse(ORGANISATIONS))


NO_ALIASES = {
    "aliases-TOTAL_FORMS": "0",
    "aliases-INITIAL_FORMS": "0",
    "aliases-MIN_NUM_FORMS": "0",
    "aliases-MAX_NUM_FORMS": "1000",
}
