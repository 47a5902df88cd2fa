"""Envelopes: what nobody reads without the keys, all of one size and without a time.

A Fernet token tells when it was made and how long its content is. Here the time is always zero, and every
envelope of a survey is padded to the same length, so that neither can be matched to a text or a log.
"""

import base64
import zlib

from django.conf import settings

from recovery_network.encryption import keyring

NO_TIME = 0
HEAD = 4
STEP = 1024


class TooLong(Exception):
    """The content doesn't fit in an envelope of this size."""


def seal(content: bytes, *, size: int) -> bytes:
    """An envelope of `size` bytes inside. Raises TooLong where even the compressed content is larger."""
    packed = zlib.compress(content)
    if len(packed) + HEAD > size:
        raise TooLong
    padded = (len(packed).to_bytes(HEAD, "big") + packed).ljust(size, b"\0")
    token = keyring(tuple(settings.FIELD_KEYS)).encrypt_at_time(padded, NO_TIME)
    return base64.urlsafe_b64decode(token)


def unseal(envelope: bytes | memoryview) -> bytes:
    token = base64.urlsafe_b64encode(bytes(envelope))
    padded = keyring(tuple(settings.FIELD_KEYS)).decrypt(token)
    length = int.from_bytes(padded[:HEAD], "big")
    return zlib.decompress(padded[HEAD : HEAD + length])
