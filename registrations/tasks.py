from celery import shared_task

from registrations.actions import joining, naming_deadline, places, reminding, writing


@shared_task(name="registrations.settle_places")
def settle_places() -> None:
    places.settle()


@shared_task(name="registrations.send_reminders")
def send_reminders() -> None:
    reminding.send_due_reminders()


@shared_task(name="registrations.send_join_details")
def send_join_details() -> None:
    joining.send_due_join_details()


@shared_task(name="registrations.send_messages")
def send_messages() -> None:
    writing.send_messages()


@shared_task(name="registrations.settle_names")
def settle_names() -> None:
    naming_deadline.remind_of_names()
    naming_deadline.release_unnamed()
