"""Accounts, organisations, news, library, steering group and hubs in the admin."""

from network.admin import accounts, hubs, library, news

__all__ = ["accounts", "hubs", "library", "news"]
