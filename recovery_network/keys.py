"""Random public keys: what stands in addresses and on tickets instead of running numbers."""

import secrets

# No 0/O, 1/I/L, 5/S, 2/Z, 8/B: codes are read aloud and typed from paper.
READABLE = "34679ACDEFGHJKMNPQRTUVWXY"


def secret_key() -> str:
    """32 URL-safe characters, 192 bits: whoever has it may act, and nobody can guess it."""
    return secrets.token_urlsafe(24)


def public_key() -> str:
    """12 lower-case characters: names a thing without telling how many there are."""
    return secrets.token_hex(6)


def readable_code() -> str:
    """Eight characters that can be said on the phone, about 37 bits."""
    return "".join(secrets.choice(READABLE) for _ in range(8))
