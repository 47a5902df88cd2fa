from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from recovery_network.privacy import retention


class Command(BaseCommand):
    help = "Deletes or blanks personal data that is past its time. It runs every night by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count only, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        outcomes = retention.run(timezone.now(), dry_run=options["dry_run"])
        verb = "would go" if options["dry_run"] else "gone"
        for outcome in outcomes:
            for what, count in outcome.receipt.removed.items() if outcome.receipt else ():
                self.stdout.write(f"{outcome.app}: {count} {what} {verb}")
        failed = [outcome.app for outcome in outcomes if outcome.failed]
        if failed:
            raise CommandError(
                f"This failed and was undone: {', '.join(failed)}. The log says why."
            )
