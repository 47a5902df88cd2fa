"""What people send in when they register, checked by the form and read by the verbs."""

from dataclasses import dataclass
from uuid import UUID

from network.models import Organisation


@dataclass(frozen=True)
class NewOrganisation:
    """An organisation that nobody has named before; `number` is checked already, or empty."""

    name: str
    number: str = ""


@dataclass(frozen=True)
class NeedReport:
    kind: str
    note: str = ""


@dataclass(frozen=True)
class Choice:
    """What one person wants in one block, by the keys of block and workshop.

    `second` is what they take while they wait for the first; naming one, or `wait`, says yes to waiting.
    """

    block: str
    session: str
    second: str = ""
    wait: bool = False


@dataclass(frozen=True)
class PersonApplication:
    """One of those who want to come. Without an `email` they are reached through the contact person.

    Without a `name` it is a place for someone whom the contact person names later: then only `tier` counts.
    `companion` is the name of whoever accompanies them, which may be empty; None means nobody.
    """

    tier: str
    name: str
    email: str = ""
    badge_name: str = ""
    needs: tuple[NeedReport, ...] = ()
    companion: str | None = None
    workshops: tuple[Choice, ...] = ()
    accept_waiting: bool = False

    @property
    def is_unnamed(self) -> bool:
        return not self.name


@dataclass(frozen=True)
class Application:
    """What one contact person sends in for one or more people.

    `submission` is the idempotency key of the form. `together` means all or none. `invitation` is the key
    of the link that they came by, if it was one for those invited.
    """

    submission: UUID
    contact_name: str
    contact_email: str
    people: tuple[PersonApplication, ...]
    organisation: Organisation | NewOrganisation | None = None
    invoice_reference: str = ""
    language: str = "nb"
    together: bool = False
    invitation: str = ""

    @property
    def is_own(self) -> bool:
        """One person who registers themselves."""
        contact = (self.contact_name, self.contact_email)
        return [(each.name, each.email) for each in self.people] == [contact]
