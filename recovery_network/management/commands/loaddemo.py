import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from recovery_network.demo import loading
from recovery_network.demo.accounts import SIGN_INS


class Command(BaseCommand):
    help = "Loads the demo's gatherings, people and sign-ins; running it again adds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the sign-ins as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "The demo's passwords are public: loaddemo runs only with DEMO=1, on data of its own."
            )
        loading.load()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(sign_in) for sign_in in SIGN_INS]))
            return
        self.stdout.write("Sign in at /konto/login/ with one of these:")
        for sign_in in SIGN_INS:
            self.stdout.write(f"  {sign_in.label:<11} {sign_in.email:<24} {sign_in.password}")
