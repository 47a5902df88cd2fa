"""Versions of the texts that people agree to. A changed text gets a new version (its date)."""

TERMS_VERSION = "2026-11"
NEEDS_VERSION = "2026-11"
