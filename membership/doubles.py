"""Who may be the same: members of the same name, and organisations whose names are nearly alike."""

from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import combinations

from membership.models import Membership
from network.models import Organisation
from network.validators import fold

ALIKE = 0.86
# Names that begin alike are compared with each other, and no others: the work grows with a list, not with its square.
BEGINNING = 4
MOST_SHOWN = 100


def members_alike() -> list[list[Membership]]:
    """People of one name in any order of its words, and organisations that joined twice; most recent last."""
    groups: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    rows = Membership.objects.order_by("pk").values_list("pk", "kind", "name", "organisation")
    for pk, kind, name, organisation in rows.iterator(chunk_size=2000):
        if kind == Membership.Kind.ORGANISATION:
            groups[kind, organisation].append(pk)
        else:
            groups[kind, *sorted(fold(name).split())].append(pk)
    alike = [numbers for numbers in groups.values() if len(numbers) > 1][:MOST_SHOWN]
    found = Membership.objects.select_related("organisation").in_bulk(
        [pk for numbers in alike for pk in numbers]
    )
    return [[found[pk] for pk in numbers] for numbers in alike]


def organisations_alike() -> list[tuple[Organisation, Organisation]]:
    """Pairs of current organisations that may be one under two spellings."""
    by_beginning: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    rows = Organisation.objects.current().order_by("name_key", "pk")
    for pk, key in rows.values_list("pk", "name_key"):
        by_beginning[key[:BEGINNING]].append((pk, key))
    pairs = list(pairs_alike(by_beginning.values()))[:MOST_SHOWN]
    found = Organisation.objects.in_bulk([pk for pair in pairs for pk in pair])
    return [(found[first], found[second]) for first, second in pairs]


def is_one_name(one: str, other: str) -> bool:
    """The same words in any order, or the same with a middle name; a single word is too little to go by."""
    words, others = set(fold(one).split()), set(fold(other).split())
    if words == others:
        return bool(words)
    return min(len(words), len(others)) > 1 and (words < others or others < words)


def pairs_alike(groups: Iterable[list[tuple[int, str]]]) -> Iterable[tuple[int, int]]:
    for group in groups:
        for (first, one), (second, other) in combinations(group, 2):
            if are_alike(one, other):
                yield first, second


def are_alike(one: str, other: str) -> bool:
    """Nearly the same letters, or one is the other with words added."""
    words, others = set(one.split()), set(other.split())
    if words < others or others < words:
        return True
    matcher = SequenceMatcher(None, one, other)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE
