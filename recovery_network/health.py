"""What an operator's monitor asks: can people register, and do their mails leave?"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Case, When
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from newsletter import letters
from recovery_network.celery import app
from recovery_network.mail.models import Mail

LATE = timedelta(minutes=15)


@dataclass(frozen=True)
class Health:
    database: bool
    broker: bool
    oldest_unsent_seconds: int

    @property
    def well(self) -> bool:
        """A broker that is down only delays mails: the sweep sends them. The site itself is well."""
        return self.database and self.oldest_unsent_seconds < LATE.total_seconds()


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def broker_answers() -> bool:
    if not settings.REDIS_URL:
        return True
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (BrokerError, OSError):
        return False
    return True


def examine() -> Health:
    """Copies of a newsletter are written long before their turn comes, so they wait from then on."""
    database = database_answers()
    oldest = (
        Mail.objects.due(timezone.now())
        .annotate(since=Case(When(kind=letters.KIND, then="not_before"), default="created_at"))
        .order_by("since")
        .values_list("since", flat=True)
        .first()
        if database
        else None
    )
    waited = int((timezone.now() - oldest).total_seconds()) if oldest else 0
    return Health(database=database, broker=broker_answers(), oldest_unsent_seconds=waited)
