from celery import shared_task

from recovery_network.search import actions


@shared_task(name="search.rebuild", acks_late=True, ignore_result=True)
def rebuild() -> None:
    """Mends what no change told of, and forgets words that stand nowhere any more."""
    actions.rebuild()
    actions.remove_unused_words()
