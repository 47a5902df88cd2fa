from celery import shared_task

from surveys.actions import opening


@shared_task(name="surveys.open_boxes")
def open_boxes() -> None:
    opening.open_boxes()
