from django.db.models import Q

from network.models import Organisation
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


def organisations_like(text: str, *, limit: int = 8) -> list[Organisation]:
    """Current organisations with every word of `text` in their name or an alias, the shortest name first."""
    words = fold(text).split()
    if not words:
        return []
    in_name, in_alias = Q(), Q()
    for word in words:
        in_name &= Q(name_key__contains=word)
        in_alias &= Q(aliases__name_key__contains=word)
    found = Organisation.objects.current().filter(in_name | in_alias).distinct()
    return sorted(
        found[:100],
        key=lambda organisation: (len(organisation.name), organisation.name),
    )[:limit]
