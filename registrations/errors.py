class RegistrationError(Exception):
    """A refusal that people are shown: a translated sentence, the form field it belongs to, and a code.

    Codes: closed, tier_closed, unknown_tier, organisation_required, organisation_limit, no_organisation_full,
    already_registered, too_early, too_late, wrong_state, cost_changed, taken, expired, busy.
    """

    def __init__(self, message: str, *, code: str, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.field = field
