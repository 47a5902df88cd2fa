from celery import shared_task

from programme.actions import inviting


@shared_task(name="programme.remind_contributors")
def remind_contributors() -> None:
    inviting.send_due_reminders()
