from celery import shared_task

from newsletter.actions import sending


@shared_task(name="newsletter.send", acks_late=True, ignore_result=True)
def send_letters() -> int:
    return sending.send_letters()
