class ProgrammeError(Exception):
    """A refusal that organisers are shown: a translated sentence, and a code.

    Codes: nothing_changed, changed_meanwhile, unknown_version, chosen, doubles; of contributors: no_address,
    over, past, no_link, nothing_missing, not_now, not_theirs, too_many, unknown_status.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code
