from celery import shared_task

from surveys.actions import inviting, opening, tallying


@shared_task(name="surveys.open_boxes")
def open_boxes() -> None:
    opening.open_boxes()
    tallying.tally_closed()


@shared_task(name="surveys.send_mails")
def send_mails() -> None:
    inviting.send_due_mails()
