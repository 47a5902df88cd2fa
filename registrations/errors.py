class RegistrationError(Exception):
    """A refusal that people are shown: a translated sentence, the form field it belongs to, and a code.

    Codes: closed, tier_closed, unknown_tier, organisation_required, organisation_limit, no_organisation_full,
    party_size, person_twice, never_together, already_registered, too_early, too_late, wrong_state,
    cost_changed, unknown_workshop, must_choose, overlap, same_workshop, own_workshop, workshop_full,
    second_needed, second_full, chosen_already, taken, expired, busy, handed_over, no_organisation,
    same_person, other_person, name_missing, named, unnamed, too_many, unknown_link, same_tier, full, no_limit,
    not_raised, reason_missing.
    `people` are the positions, in the application, of those whom it concerns.
    """

    def __init__(
        self, message: str, *, code: str, field: str = "", people: tuple[int, ...] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.people = people
