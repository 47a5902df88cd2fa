"""Letters, those who subscribe, and addresses that are stopped in the admin."""

from newsletter.admin import letters, subscribers

__all__ = ["letters", "subscribers"]
