import pytest
from django.contrib.auth.models import Group

from network.models import User
from recovery_network import roles
from tests import factories

pytestmark = pytest.mark.django_db

SECRETS = {
    "registrations.see_needs": {"organiser"},
    "registrations.change_registration": {"organiser"},
    "registrations.view_booking": {"organiser", "treasurer"},
    "registrations.view_need": {"organiser"},
    "membership.view_membership": {"organiser"},
    "membership.view_consentrecord": {"organiser"},
    "newsletter.view_subscription": {"organiser"},
    "newsletter.change_letter": {"organiser", "editor"},
    "mail.view_mail": {"organiser"},
    "audit.view_auditevent": {"organiser"},
    "network.view_user": set(),
    "network.change_user": set(),
    "auth.change_group": set(),
    "conferences.add_conference": {"organiser"},
    "conferences.change_conference": {"organiser", "editor"},
    "network.delete_organisation": {"organiser"},
    "programme.change_session": {"organiser", "editor"},
    "programme.add_programmeversion": {"organiser"},
}


@pytest.mark.parametrize("right", sorted(SECRETS))
def test_only_these_roles_have(right: str) -> None:
    holders = {role for role in roles.ROLES if factories.make_user(role=role).has_perm(right)}
    assert holders == SECRETS[right]


def test_every_right_that_is_named_exists() -> None:
    for name, role in roles.ROLES.items():
        granted = Group.objects.get(name=name).permissions.count()
        assert granted == sum(len(verbs) for verbs in role.rights.values())


def test_syncing_takes_away_what_was_given_by_hand() -> None:
    doorkeepers, editors = Group.objects.get(name="doorkeeper"), Group.objects.get(name="editor")
    doorkeepers.permissions.set(editors.permissions.all())
    roles.sync()
    held = set(doorkeepers.permissions.values_list("codename", flat=True))
    assert held == {"view_conference", "view_registration", "check_in"}


def test_right_given_to_one_person_stays(organiser: User) -> None:
    door = factories.make_user(role="doorkeeper")
    right = Group.objects.get(name="organiser").permissions.get(codename="see_needs")
    door.user_permissions.add(right)
    roles.sync()
    assert User.objects.get(pk=door.pk).has_perm("registrations.see_needs")
