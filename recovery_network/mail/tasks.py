from celery import shared_task

from recovery_network.mail import broker, delivery, sweeping


@shared_task(name=broker.DELIVER, acks_late=True, ignore_result=True)
def deliver_mail(pk: int) -> None:
    delivery.deliver(pk)


@shared_task(name="mail.sweep", acks_late=True, ignore_result=True)
def sweep(lease_seconds: float | None = None) -> int:
    return sweeping.sweep(lease_seconds)
