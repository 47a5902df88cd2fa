"""Settings of every way to run: the demo, the tests and production differ only in the environment.

The values an operator gives are listed in docs/operations.md.
"""

import os
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from recovery_network.environment import Environment

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ, base=BASE_DIR)

DEMO = env.demo
DATA_DIR = env.data_dir
DATA_DIR.mkdir(parents=True, exist_ok=True)
SECRET_KEY = env.secret_key()
FIELD_KEYS = env.field_keys()
SITE_URL = env.site_url()
ALLOWED_HOSTS = env.allowed_hosts()
CSRF_TRUSTED_ORIGINS = [SITE_URL]
DEBUG = env.flag("DEBUG")
if DEBUG and not DEMO:
    raise ImproperlyConfigured("DEBUG=1 shows secrets to visitors. It is for DEMO=1 only.")

INSTALLED_APPS = [
    "modeltranslation",
    "recovery_network.apps.RecoveryAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "recovery_network.apps.RecoveryNetworkConfig",
    "recovery_network.mail",
    "recovery_network.audit",
    "recovery_network.privacy",
    "recovery_network.search",
    "network",
    "membership",
    "conferences",
    "newsletter",
    "programme",
    "registrations",
    "surveys",
]

MIDDLEWARE = [
    "recovery_network.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "recovery_network.maintenance.MaintenanceMiddleware",
    "recovery_network.pages.KeptPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "recovery_network.middleware.StaffSecondFactorMiddleware",
]

ROOT_URLCONF = "recovery_network.urls"
WSGI_APPLICATION = "recovery_network.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "recovery_network.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "recovery_network.templatetags.recovery",
            ],
        },
    }
]

# --- Database, cache, jobs -------------------------------------------------------------------

LOCK_TIMEOUT_SECONDS = 5

try:
    database = dj_database_url.parse(
        env.text("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")
    )
except ValueError as error:
    raise ImproperlyConfigured(
        "DATABASE_URL is not an address such as postgres://user:password@host:5432/name"
    ) from error
if database["ENGINE"] == "django.db.backends.sqlite3":
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
elif database["ENGINE"] == "django.db.backends.postgresql":
    pool = {
        "min_size": 1,
        "max_size": env.whole_number("DATABASE_POOL_SIZE", default=10, least=1),
        "timeout": 20,
    }
    # Who waits longer than this for a lock is asked to try again, not kept waiting.
    patience = f"-c lock_timeout={LOCK_TIMEOUT_SECONDS}s"
    database["OPTIONS"] = {"options": patience, **database.get("OPTIONS", {}), "pool": pool}
else:
    raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or sqlite:///")
DATABASES = {"default": database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis_url()
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "rn",
        }
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": DATA_DIR / "cache",
        }
    ),
    # Finished pages are kept in each web process: a look-up there costs no round trip.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

BROKER_DIR = DATA_DIR / "broker"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Europe/Oslo"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # Longer than any task may last, else a slow task would be delivered twice.
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": 1800,
        "unacked_restore_limit": 1,
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "max_retries": 0,
    }
else:
    CELERY_BROKER_URL = "files://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "processed_folder": str(BROKER_DIR / "processed"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.25,
    }
    for folder in ("queue", "processed", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
CELERY_BEAT_SCHEDULE = {
    "sweep the outbox": {"task": "mail.sweep", "schedule": 30.0},
    "let offers lapse and fill freed places": {
        "task": "registrations.settle_places",
        "schedule": 60.0,
    },
    "write the organisers' messages": {
        "task": "registrations.send_messages",
        "schedule": 10.0,
    },
    "send reminders": {"task": "registrations.send_reminders", "schedule": 300.0},
    "remind of places without a name and give them up": {
        "task": "registrations.settle_names",
        "schedule": 300.0,
    },
    "remind contributors": {"task": "programme.remind_contributors", "schedule": 3600.0},
    "tell how to join": {"task": "registrations.send_join_details", "schedule": 60.0},
    "send newsletters": {"task": "newsletter.send", "schedule": 30.0},
    "invite to surveys and remind": {"task": "surveys.send_mails", "schedule": 300.0},
    "open the boxes of sealed answers": {"task": "surveys.open_boxes", "schedule": 600.0},
    "mend the search index": {"task": "search.rebuild", "schedule": 3600.0},
    "delete what is past its time": {
        "task": "privacy.retention",
        "schedule": 24 * 3600.0,
    },
}

# --- Mail ------------------------------------------------------------------------------------

globals().update(env.email())
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL",
    default="Nettverk for sosial recovery <post@example.no>" if DEMO else None,
    mend="It is the sender of every mail, for instance Nettverk <post@example.org>",
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Newsletters leave at this pace, so that a confirmation or a sign-in code never waits behind them.
NEWSLETTER_MAILS_PER_MINUTE = env.whole_number("NEWSLETTER_MAILS_PER_MINUTE", default=600, least=1)
# A mail provider that tells of bounces; without one, only what the mail server refuses is known.
MAIL_PROVIDER = env.mail_provider()
ANYMAIL = env.anymail()
# Where letters from the contact page go.
CONTACT_EMAIL = env.text("CONTACT_EMAIL", default=parseaddr(DEFAULT_FROM_EMAIL)[1])

# --- Languages and time ----------------------------------------------------------------------

USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Oslo"
LANGUAGE_CODE = "nb"
LANGUAGES = [
    ("nb", _("Norwegian Bokmål")),
    ("nn", _("Norwegian Nynorsk")),
    ("da", _("Danish")),
    ("en", _("English")),
]
LANGUAGE_NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "da": "Dansk", "en": "English"}
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "nb"
MODELTRANSLATION_FALLBACK_LANGUAGES = {
    "default": ("nb", "da", "en", "nn"),
    "nn": ("nb",),
}

# --- Accounts --------------------------------------------------------------------------------

AUTH_USER_MODEL = "network.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_page"
SESSION_ENGINE = "network.sessions"
ACCOUNT_ADAPTER = "network.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_FORMS = {
    "request_login_code": "network.forms.SignInForm",
    "add_email": "network.forms.NewAddressForm",
}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
# A whole conference room may share one address, so limits per address are generous.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "10/5m/key,300/5m/ip",
    "request_login_code": "300/m/ip,3/m/key",
}
# X-Forwarded-For counts for as many proxies as the operator vouches for; more of it anyone can write themselves.
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole_number("TRUSTED_PROXIES", default=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Whoever has a passkey may change the address of the account; it counts once it is confirmed.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Browsers allow passkeys without https on localhost alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE_URL.startswith("https://")
MFA_TOTP_ISSUER = "Nettverk for sosial recovery"

# --- Files -----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Files that only some may have: no web server hands them out, views do after a check.
    "private": {
        "BACKEND": "recovery_network.uploads.PrivateStorage",
        "OPTIONS": {"location": DATA_DIR / "private", "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if env.flag("PLAIN_STATIC_NAMES")
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_MAX_AGE = 3600

# --- The site ---------------------------------------------------------------------------------

MAINTENANCE = env.flag("MAINTENANCE")
# The statement that the law on universal design asks for, on the authority's own site.
ACCESSIBILITY_STATEMENT = env.optional("ACCESSIBILITY_STATEMENT")

# --- Security --------------------------------------------------------------------------------

HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
BEHIND_PROXY = env.flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# Addresses of single registrations are secrets: no other site may learn them.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "recovery_network.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = [
    "recovery_network.uploads.CappedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# --- Forms, logs -----------------------------------------------------------------------------

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "recovery_network.logs.JsonFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
        # Not an empty list: a logger without a handler writes to stderr after all.
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"handlers": ["nowhere"], "propagate": False},
        # Its messages hold the whole path, and paths hold the secret keys of registrations.
        "django.request": {"handlers": ["nowhere"], "propagate": False},
        "django.security": {"level": "ERROR"},
        "celery": {"level": "WARNING"},
    },
}
