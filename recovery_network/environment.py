"""Reads the settings' values from the environment and refuses nonsense in whole sentences."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

# Providers that tell of bounces, with the setting in which django-anymail looks for the shared secret.
MAIL_PROVIDERS = {
    "brevo": "WEBHOOK_SECRET",
    "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY",
    "mailjet": "WEBHOOK_SECRET",
    "postmark": "WEBHOOK_SECRET",
    "sendgrid": "WEBHOOK_SECRET",
    "sparkpost": "WEBHOOK_SECRET",
}
TRUE = {"1", "true", "yes", "on"}
FALSE = {"", "0", "false", "no", "off"}


class Environment:
    """One process environment, with the demo's generated secrets as defaults behind it."""

    def __init__(self, values: Mapping[str, str], *, base: Path) -> None:
        self.values = dict(values)
        self.data_dir = Path(self.values.get("DATA_DIR") or base / "var").resolve()
        self.demo = self.flag("DEMO")
        secrets = self.data_dir / "secrets.json"
        if self.demo and secrets.exists():
            self.values = {**json.loads(secrets.read_text()), **self.values}

    def text(self, name: str, *, default: str | None = None, mend: str = "") -> str:
        """The value of `name`; without a default a missing value stops the start."""
        value = self.values.get(name, "").strip() or default
        if value is None:
            raise ImproperlyConfigured(f"{name} is not set. {mend}".strip())
        return value

    def optional(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def flag(self, name: str) -> bool:
        value = self.values.get(name, "").strip().lower()
        if value not in TRUE | FALSE:
            raise ImproperlyConfigured(
                f"{name}={value!r} is neither yes nor no. Write {name}=1 or {name}=0."
            )
        return value in TRUE

    def whole_number(self, name: str, *, default: int, least: int = 0) -> int:
        value = self.values.get(name, "").strip() or str(default)
        if not value.isascii() or not value.isdigit() or int(value) < least:
            raise ImproperlyConfigured(
                f"{name}={value!r} is not a whole number of at least {least}."
            )
        return int(value)

    def secret_key(self) -> str:
        if self.demo:
            return self.text("SECRET_KEY", default="demo-only-" + "x" * 50)
        mend = "Give it at least 50 random characters: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        key = self.text("SECRET_KEY", mend=mend)
        if len(key) < 50 or len(set(key)) < 5:
            raise ImproperlyConfigured(f"SECRET_KEY is too short or too simple. {mend}")
        return key

    def field_keys(self) -> list[str]:
        """Fernet keys for encrypted fields, the newest first; older ones still decrypt."""
        mend = (
            "Make one with: python -c 'from cryptography.fernet import Fernet; "
            "print(Fernet.generate_key().decode())' and keep it as safely as the backups."
        )
        demo_key = "ZGVtby1vbmx5LWRlbW8tb25seS1kZW1vLW9ubHktMDA="
        keys = self.text("FIELD_KEYS", default=demo_key if self.demo else None, mend=mend).split(
            ","
        )
        for key in keys:
            try:
                Fernet(key.strip())
            except ValueError as error:
                raise ImproperlyConfigured(
                    f"FIELD_KEYS holds a key that is not a Fernet key. {mend}"
                ) from error
        return [key.strip() for key in keys]

    def site_url(self) -> str:
        value = self.text(
            "SITE_URL",
            default="http://127.0.0.1:8000" if self.demo else None,
            mend="It is the public address that mails link to, for instance https://conference.example.org",
        ).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
            raise ImproperlyConfigured(
                f"SITE_URL={value!r} is not an address such as https://conference.example.org"
            )
        if parts.scheme != "https" and not self.demo:
            raise ImproperlyConfigured("SITE_URL must begin with https:// outside the demo.")
        return value

    def allowed_hosts(self) -> list[str]:
        """Host names the site answers to; those of SITE_URL unless told."""
        host = urlsplit(self.site_url()).hostname or ""
        default = f"{host},127.0.0.1,localhost,[::1]" if self.demo else host
        hosts = [name.strip() for name in self.text("ALLOWED_HOSTS", default=default).split(",")]
        if "*" in hosts:
            raise ImproperlyConfigured(
                "ALLOWED_HOSTS=* would let anyone forge links in mails. Name the hosts."
            )
        return hosts

    def redis_url(self) -> str:
        value = self.text("REDIS_URL", default="")
        if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
            raise ImproperlyConfigured(
                f"REDIS_URL={value!r} is not an address such as redis://localhost:6379/0"
            )
        return value

    def email(self) -> dict[str, Any]:
        """Django's EMAIL_* settings from EMAIL_URL: smtp://, smtps:// (TLS at once) or file://folder."""
        default = (self.data_dir / "mail").as_uri() if self.demo else None
        mend = "For instance smtp://user:password@mail.example.org:587?tls=1"
        value = self.text("EMAIL_URL", default=default, mend=mend)
        parts = urlsplit(value)
        if parts.scheme == "file":
            return {
                "EMAIL_BACKEND": "recovery_network.mail.backends.FolderBackend",
                "EMAIL_FILE_PATH": unquote(parts.path),
            }
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ImproperlyConfigured(f"EMAIL_URL does not begin with smtp:// or smtps://. {mend}")
        wants_tls = parse_qs(parts.query).get("tls", ["0"])[0] in TRUE
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": wants_tls and parts.scheme == "smtp",
        }

    def mail_provider(self) -> str:
        """Who tells of bounces at /post/meldinger/; empty where nobody does."""
        value = self.text("MAIL_PROVIDER", default="").lower()
        if value and value not in MAIL_PROVIDERS:
            known = ", ".join(MAIL_PROVIDERS)
            raise ImproperlyConfigured(f"MAIL_PROVIDER={value!r} is none of {known}.")
        return value

    def anymail(self) -> dict[str, str]:
        """django-anymail's settings: the secret without which nobody may tell of bounces."""
        provider = self.mail_provider()
        if not provider:
            return {}
        mend = "It is user:password in the address that the provider calls; for Mailgun its signing key."
        secret = self.text("MAIL_WEBHOOK_SECRET", mend=mend)
        name = MAIL_PROVIDERS[provider]
        if name == "WEBHOOK_SECRET" and not all(secret.partition(":")):
            raise ImproperlyConfigured(f"MAIL_WEBHOOK_SECRET is not user:password. {mend}")
        return {name: secret}
