from typing import Any

from django.core.management.base import BaseCommand

from recovery_network.search import actions


class Command(BaseCommand):
    help = "Makes the search index as the pages are; running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        done = actions.rebuild()
        unused = actions.remove_unused_words()
        self.stdout.write(
            f"{done.written} pages written, {done.removed} removed; {unused} words forgotten"
        )
