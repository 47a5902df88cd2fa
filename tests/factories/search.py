from recovery_network.search import actions


def index() -> None:
    """Lets search know all that was made without a verb."""
    actions.rebuild()
