from datetime import date
from difflib import get_close_matches

from django.db.models import Q

from network.models import Organisation, OrganisationAlias, SteeringSeat
from network.models.organisation import OrganisationQuerySet
from network.validators import clean_number, fold, looks_like_number, name_key


def organisation_named(text: str) -> Organisation | None:
    """The one current organisation that `text` names by number, name or alias; None where there is none."""
    current = Organisation.objects.current()
    if looks_like_number(text):
        by_number = current.filter(number=clean_number(text)).first()
        if by_number is not None:
            return by_number
    key = name_key(text)
    if not key:
        return None
    return current.filter(Q(name_key=key) | Q(aliases__name_key=key)).distinct().first()


def named_like(organisations: OrganisationQuerySet, text: str) -> OrganisationQuerySet:
    """Those of `organisations` with every word of `text` in their name or in an alias."""
    in_name, in_alias = Q(), Q()
    for word in fold(text).split():
        in_name &= Q(name_key__contains=word)
        in_alias &= Q(aliases__name_key__contains=word)
    return organisations.filter(in_name | in_alias).distinct()


def steering_seats(day: date) -> list[SteeringSeat]:
    """The steering group as it is on a day, with the organisations, in its order."""
    return list(SteeringSeat.objects.on(day).select_related("organisation"))


def organisations_like(text: str, *, limit: int = 8) -> list[Organisation]:
    """Current organisations with every word of `text` in their name or an alias, the shortest name first."""
    if not fold(text):
        return []
    found = named_like(Organisation.objects.current(), text)
    return sorted(
        found[:100],
        key=lambda organisation: (len(organisation.name), organisation.name),
    )[:limit]


def listed_names(*, limit: int = 400) -> list[str]:
    """Names that a form may suggest to anyone: those the organisers have filed by kind, and no others.

    What participants add themselves has no kind yet. It may be the name of a person or a joke.
    """
    filed = Organisation.objects.current().exclude(kind=Organisation.Kind.OTHER)
    return list(filed.order_by("name").values_list("name", flat=True)[:limit])


def organisations_resembling(text: str, *, limit: int = 5) -> list[Organisation]:
    """Current organisations that `text` may be a misspelling, a department or a part of, the closest first."""
    wanted = name_key(text)
    current = Organisation.objects.current()
    known = dict(current.values_list("name_key", "pk"))
    aliases = OrganisationAlias.objects.filter(organisation__merged_into=None)
    known.update(aliases.values_list("name_key", "organisation_id"))
    keys = get_close_matches(wanted, list(known), n=limit, cutoff=0.8)
    words = set(wanted.split())
    keys += sorted((key for key in known if words > set(key.split())), key=len, reverse=True)
    found = current.in_bulk({known[key] for key in keys})
    ranked = [found[known[key]] for key in keys] + organisations_like(text, limit=limit)
    return list(dict.fromkeys(ranked))[:limit]
