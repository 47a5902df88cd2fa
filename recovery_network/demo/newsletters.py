"""One letter that was sent and stands in the archive, one that is being written, and invented readers."""

from datetime import UTC, datetime

from conferences.models import Conference
from membership import consents
from membership.models import ConsentRecord
from network.models import Article, Topic, User
from newsletter import letters
from newsletter.actions.writing import Content, write_letter
from newsletter.models import Letter, Subscription
from recovery_network.demo.accounts import SIGN_INS
from recovery_network.slugs import free_slug

SENT_AT = datetime(2024, 9, 12, 7, 0, tzinfo=UTC)
READERS = (
    ("leser.alma@example.org", "nb", ()),
    ("leser.bjarte@example.org", "nn", ("recovery",)),
    ("leser.clara@example.org", "da", ("ledelse",)),
    ("leser.fatima@example.org", "en", ()),
)
SENT = {
    "nb": (
        "Høsten i nettverket",
        (
            "Hei!\n\nKnutepunktet for recovery har fått sin egen side hos oss, og biblioteket har fått **fire nye ting** å "
            "låne ideer fra.\n\nHar du noe som andre burde lese? [Skriv til oss](/kontakt/)."
        ),
    ),
    "nn": (
        "Hausten i nettverket",
        (
            "Hei!\n\nKnutepunktet for recovery har fått si eiga side hos oss, og biblioteket har fått **fire nye ting** å "
            "låne idear frå.\n\nHar du noko som andre burde lese? [Skriv til oss](/kontakt/)."
        ),
    ),
    "da": (
        "Efteråret i netværket",
        (
            "Hej!\n\nKnudepunktet for recovery har fået sin egen side hos os, og biblioteket har fået **fire nye ting** at "
            "låne idéer fra.\n\nHar du noget, andre burde læse? [Skriv til os](/da/kontakt/)."
        ),
    ),
}
DRAFT = {
    "nb": (
        "Vi møtes snart",
        "Hei!\n\nNå kan du melde deg på det neste vi gjør sammen. Ta med en kollega, og en som vet hvordan det kjennes.",
    )
}


def load() -> None:
    """Adds what is missing, and leaves what somebody changed."""
    if Letter.objects.exists() or Subscription.objects.exists():
        return
    editor = User.objects.get(email=next(each.email for each in SIGN_INS if each.role == "editor"))
    for email, language, topics in READERS:
        add_reader(email, language, topics)
    articles = Article.objects.filter(slug__in=["fem-sentre-ett-knutepunkt"])
    sent = write_letter(content=Content(texts=SENT, articles=list(articles)), by=editor)
    sent.state, sent.send_at, sent.sent_at = Letter.State.SENT, SENT_AT, SENT_AT
    sent.addresses = sent.written = len(READERS)
    sent.slug = free_slug(SENT["nb"][0], Letter.objects.all())
    sent.created_at = SENT_AT
    sent.save()
    coming = list(Conference.objects.public().upcoming()[:2])
    write_letter(content=Content(texts=DRAFT, gatherings=coming), by=editor)


def add_reader(email: str, language: str, topics: tuple[str, ...]) -> None:
    reader = Subscription.objects.create(email=email, language=language, subscribed_at=SENT_AT)
    reader.topics.set(Topic.objects.filter(key__in=topics))
    consents.keep(
        consents.as_agreed([ConsentRecord.Purpose.NEWSLETTER], language),
        email=email,
        about=letters.about(reader.pk),
        language=language,
        agreed_at=SENT_AT,
    )
    ConsentRecord.objects.filter(about=letters.about(reader.pk)).update(confirmed_at=SENT_AT)
