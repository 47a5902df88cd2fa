"""Two members became one: those who contribute are known by their address too."""

from collections.abc import Mapping

from django.utils.translation import ngettext

from membership.actions.merging import OnePerson
from programme.models import Speaker


def foresee(person: OnePerson) -> list[str]:
    found = len(speakers_of(person))
    if not found:
        return []
    said = ngettext(
        "%(n)d entry among those who contribute gets the address that stays.",
        "%(n)d entries among those who contribute get the address that stays.",
        found,
    )
    return [said % {"n": found}]


def follow(person: OnePerson) -> Mapping[str, int]:
    found = speakers_of(person)
    for each in found:
        each.email = person.new
        each.save(update_fields=["email"])
    return {"contributors": len(found)}


def speakers_of(person: OnePerson) -> list[Speaker]:
    found = Speaker.objects.filter(person.leaves("email")).order_by("pk")
    return [each for each in found if person.is_called(each.name)]
