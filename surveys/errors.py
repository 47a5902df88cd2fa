class SurveyError(Exception):
    """A refusal that people are shown: a translated sentence and a code.

    Codes: closed, answered, changed, too_long, too_many, wrong_state, in_use, order, file, early, too_few,
    unfit.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code
