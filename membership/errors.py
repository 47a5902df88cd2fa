class MembershipError(Exception):
    """A refusal that people are shown; its text is a translated sentence."""
