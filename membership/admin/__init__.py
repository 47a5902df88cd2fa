"""Members, the rules of joining and the consent register in the admin."""

from membership.admin import consents, members

__all__ = ["consents", "members"]
