from datetime import datetime

from django.utils.translation import gettext_lazy as _

from recovery_network.privacy.fields import Clock, PersonalField, Receipt
from recovery_network.search.actions import remove_unused_words
from recovery_network.search.models import Word

FIND = _("To let people find what stands on the site, which may name who wrote or said it.")
EVERYONE = _("Everyone: it is on the website.")

PERSONAL = tuple(
    PersonalField(f"search.{path}", FIND, EVERYONE, Clock.CONTENT, what)
    for path, what in (
        ("Entry.title", _("Titles of public pages, and names of contributors")),
        ("Entry.text", _("The text of public pages")),
        ("Entry.path", _("The addresses of public pages")),
        ("Word.text", _("Words that stand on public pages")),
        ("Word.stem", _("Words that stand on public pages, without their endings")),
        ("Word.shown", _("Words that stand on public pages, as they were written")),
        ("MisspellingKey.key", _("Words that stand on public pages, with letters left out")),
    )
)
NOT_PERSONAL = {
    "search.Entry": (
        *("kind", "object_id", "belongs_to", "fingerprint", "context", "language"),
        *("dated_on", "shown_from"),
    ),
    "search.Word": ("head", "tail"),
    "search.Posting": "*",
    "search.MisspellingKey": ("word",),
}
# What the pages themselves say is erased or kept there; the copies follow.
COPIES = _("Copies of what stands on public pages. They change and go with the pages.")
NO_ROAD = dict.fromkeys(("search.Entry", "search.Word", "search.MisspellingKey"), COPIES)


def purge(now: datetime, *, dry_run: bool) -> Receipt:
    """Words go when the last page that held them has gone."""
    unused = Word.objects.filter(postings=None).count()
    if not dry_run:
        remove_unused_words()
    return Receipt("search", {"words": unused})
