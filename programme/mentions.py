"""Who contributes, as organisers write it in one line: "Kari Innleder, professor, UiS; Ola Vert (vert)". Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.translation import override

from programme.models import Contribution

Role = Contribution.Role
IN_BRACKETS = re.compile(r"(?P<name>[^()]*)\((?P<role>[^()]*)\)\s*")
# How programmes abbreviate or vary what the roles are called.
OTHER_WORDS = {
    "vert": Role.HOST,
    "vertskap": Role.HOST,
    "programleder": Role.HOST,
    "konferansier": Role.HOST,
    "konferencier": Role.HOST,
    "ordstyrer": Role.HOST,
    "møteleder": Role.HOST,
    "host": Role.HOST,
    "panel": Role.PANELLIST,
    "samtale": Role.CONVERSATION_PARTNER,
    "workshopholder": Role.FACILITATOR,
    "fasilitator": Role.FACILITATOR,
    "facilitator": Role.FACILITATOR,
}


@dataclass(frozen=True)
class Mention:
    """Someone as they were written; `presentation` is title and affiliation with commas between."""

    name: str
    presentation: str = ""
    role: str = Role.SPEAKER

    @property
    def title(self) -> str:
        return self.presentation.partition(",")[0].strip()

    @property
    def affiliation(self) -> str:
        return self.presentation.partition(",")[2].strip()


@cache
def roles() -> dict[str, str]:
    """Each role by its name in each of our languages, in small letters."""
    found: dict[str, str] = dict(OTHER_WORDS)
    for code, _name in settings.LANGUAGES:
        with override(code):
            found |= {str(role.label).casefold(): role.value for role in Role}
    return found


def read(text: str) -> list[Mention]:
    """The people in `text`, in order; one who is named twice in one role is there once."""
    found = [mention_of(part) for part in re.split(r"[;\n]", text) if part.strip(" ,")]
    return list({(each.name.casefold(), each.role): each for each in reversed(found)}.values())[
        ::-1
    ]


def mention_of(part: str) -> Mention:
    name, _comma, rest = part.partition(",")
    role: str = Role.SPEAKER
    if bracketed := IN_BRACKETS.fullmatch(name):
        known = roles().get(bracketed["role"].strip().casefold())
        if known:
            name, role = bracketed["name"], known
    presentation = ", ".join(" ".join(bit.split()) for bit in rest.split(",") if bit.strip())
    return Mention(" ".join(name.split()), presentation, role)


def written(contributions: Iterable[Contribution]) -> str:
    """As read() understands it, in the active language."""
    return "; ".join(
        ", ".join(part for part in (name_of(each), each.presentation()) if part)
        for each in contributions
    )


def name_of(contribution: Contribution) -> str:
    name = contribution.speaker.name
    if contribution.role == Role.SPEAKER:
        return name
    return f"{name} ({contribution.get_role_display()})"
