import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["files"] = "recovery_network.file_broker:Transport"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recovery_network.settings")

app = Celery("recovery_network")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
