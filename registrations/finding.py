"""Finding people by what is said at the door or on the phone."""

from django.db.models import Q, QuerySet

from network.models import OrganisationAlias
from network.validators import fold
from registrations.models import Registration


def matching(
    registrations: QuerySet[Registration], text: str, *, addresses: bool = False
) -> QuerySet[Registration]:
    """Every word in the name, the organisation or its aliases, or as the beginning of the code.

    `addresses` looks in e-mail addresses too: only for those who see them anyway.
    """
    for word in text.split():
        found = Q(code__istartswith=word)
        if folded := fold(word):
            known_as = OrganisationAlias.objects.filter(name_key__contains=folded)
            found |= Q(name_key__contains=folded)
            found |= Q(booking__organisation__name_key__contains=folded)
            found |= Q(booking__organisation__in=known_as.values("organisation"))
        if addresses:
            found |= Q(email__icontains=word) | Q(booking__contact_email__icontains=word)
        registrations = registrations.filter(found)
    return registrations
