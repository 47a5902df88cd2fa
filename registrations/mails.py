def declare() -> None:
    pass
