"""People come to the form and go from it again before it is sent, with everything typed kept."""

from collections.abc import Sequence

from django.forms import Form
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conferences.models import Conference
from registrations.forms.choosing import WORKSHOPS
from registrations.forms.pasting import Pasted, read_list
from registrations.forms.registering import ASKED, PERSON, RegistrationForm, prefixes
from registrations.models import Booking
from registrations.needs import OfferedNeed
from registrations.queries import TierPlaces
from registrations.workshops import BlockOffer

CHANGES = ("add", "remove", "fill", "more")
CONTACT = "contact"
LATER = "later"  # what is ticked of those who are named later, and the button that adds such places
# What stands without a prefix as long as one person registers themselves.
ALONE = (
    "name",
    "email",
    "badge_name",
    "tier",
    "beyond",
    "needs",
    "needs_note",
    "brings_companion",
    "companion_name",
)


def changes_party(data: QueryDict) -> bool:
    """Whether a button was pressed that sends nothing in, but changes who is in the form."""
    return any(name in data for name in CHANGES)


def changed(
    data: QueryDict,
    *,
    kind: type[RegistrationForm] = RegistrationForm,
    conference: Conference,
    rows: list[TierPlaces],
    kinds: Sequence[OfferedNeed] = (),
    blocks: Sequence[BlockOffer] = (),
) -> RegistrationForm:
    """The form, of the class `kind`, after such a button, with the focus where one goes on."""
    typed = data.copy()
    notice, focus = "", ""
    mistakes: list[str] = []
    if not prefixes(typed):
        focus = make_party(typed)
    elif "remove" in data:
        notice = remove(typed, str(data["remove"]))
    elif "more" in data:
        focus = str(data["more"])
        typed.appendlist(ASKED, focus)
    elif "fill" in data:
        notice, mistakes = fill_in(typed, rows)
    else:
        later = data["add"] == LATER
        focus = add(typed, number_of(data.get("how_many", "")), later=later)
    form = kind.as_typed(typed, conference=conference, rows=rows, kinds=kinds, blocks=blocks)
    form.notice, form.row_mistakes = notice, mistakes
    for part in (form, *form.people):
        field = part.fields.get(first_field(part, data))
        if (part.prefix or CONTACT) == focus and field is not None:
            field.widget.attrs["autofocus"] = True
    return form


def first_field(part: Form, data: QueryDict) -> str:
    """Where one goes on in the part that was added or opened."""
    if "more" in data:
        return "badge_name"
    return "tier" if part.initial.get(LATER) else "name"


def make_party(typed: QueryDict) -> str:
    """Whoever had begun to register themselves becomes the first of two. Returns who is new."""
    chosen = [name for name in typed if name.startswith(WORKSHOPS)]
    for name in (*ALONE, *chosen):
        typed.setlist(f"1-{name}", typed.getlist(name))
    typed.setlist(PERSON, ["1", "2"])
    return "2" if typed.get("name") else CONTACT


def add(typed: QueryDict, how_many: int, *, later: bool = False) -> str:
    """Returns the first that is new; `later` where nobody is to be named for them yet."""
    there = prefixes(typed)
    new = next_prefixes(there, how_many)
    typed.setlist(PERSON, there + new)
    for prefix in new if later else []:
        typed[f"{prefix}-{LATER}"] = "on"
    return new[0] if new else ""


def next_prefixes(there: list[str], how_many: int) -> list[str]:
    last = max((int(each) for each in there), default=0)
    room = Booking.MOST_PEOPLE - len(there)
    return [str(last + step) for step in range(1, min(how_many, room) + 1)]


def number_of(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 3 else 1


def remove(typed: QueryDict, prefix: str) -> str:
    """Returns what to say about it."""
    there = prefixes(typed)
    left = [each for each in there if each != prefix]
    typed.setlist(PERSON, left or there[:1])
    if not left:
        for name in ALONE:
            typed.pop(f"{prefix}-{name}", None)
    name = typed.get(f"{prefix}-name", "").strip() or _("The person")
    count = ngettext("One person is left.", "%(n)s people are left.", len(left)) % {"n": len(left)}
    return _("%(name)s is taken out.") % {"name": name} + " " + count


def fill_in(typed: QueryDict, rows: list[TierPlaces]) -> tuple[str, list[str]]:
    """Puts each row that can be read in a part of its own; the others stay in the field.

    Returns what to say about it, and a sentence for each row with a mistake.
    """
    read = read_list(typed.get("pasted", ""), [row.tier for row in rows])
    there = [each for each in prefixes(typed) if not is_empty(typed, each)]
    new = next_prefixes(there, len(read.people))
    for prefix, person in zip(new, read.people, strict=False):
        for name, value in person.items():
            typed[f"{prefix}-{name}"] = value
    typed.setlist(PERSON, (there + new) or prefixes(typed))
    beyond = read.people[len(new) :]
    if beyond:
        most = _("There is room for %(most)s people. %(n)s of the list are left out.")
        read.mistakes.append(most % {"most": Booking.MOST_PEOPLE, "n": len(beyond)})
    typed["pasted"] = "\n".join(read.unread)
    return told(read, len(new)), read.mistakes


def told(read: Pasted, filled: int) -> str:
    if not read.people and not read.mistakes:
        return _("The list was empty.")
    return ngettext(
        "One person was filled in from the list. Look through it before you send.",
        "%(n)s people were filled in from the list. Look through them before you send.",
        filled,
    ) % {"n": filled}


def is_empty(typed: QueryDict, prefix: str) -> bool:
    asked = (LATER, *(name for name in ALONE if name != "tier"))
    return not any(typed.get(f"{prefix}-{name}", "").strip() for name in asked)
