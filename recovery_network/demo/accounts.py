"""Who can sign in to the demo. The passwords are public, so they exist in the demo only."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from network.models import User

ORGANISER = "organiser@example.no"


@dataclass(frozen=True)
class SignIn:
    """One demo account; without a role it is no staff account."""

    label: str
    email: str
    password: str
    name: str
    role: str = ""


SIGN_INS = (
    SignIn("organiser", ORGANISER, "demo-organiser-1", "Oda Arrangør", "organiser"),
    SignIn("treasurer", "treasurer@example.no", "demo-treasurer-1", "Tor Kasserer", "treasurer"),
    SignIn("doorkeeper", "doorkeeper@example.no", "demo-doorkeeper-1", "Dina Dør", "doorkeeper"),
    SignIn("editor", "editor@example.no", "demo-editor-1", "Rita Redaktør", "editor"),
    SignIn("member", "member@example.no", "demo-member-1", "Mons Medlem"),
)


def load() -> None:
    for sign_in in SIGN_INS:
        user = User.objects.filter(email=sign_in.email).first() or add(sign_in)
        EmailAddress.objects.get_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )


def add(sign_in: SignIn) -> User:
    user = User.objects.create_user(
        sign_in.email, sign_in.password, name=sign_in.name, is_staff=bool(sign_in.role)
    )
    if sign_in.role:
        user.groups.add(Group.objects.get(name=sign_in.role))
    return user
