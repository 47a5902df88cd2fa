from celery import shared_task
from django.utils import timezone

from recovery_network.privacy import retention


@shared_task(name="privacy.retention", ignore_result=True)
def delete_what_is_past_its_time() -> None:
    retention.run(timezone.now())
