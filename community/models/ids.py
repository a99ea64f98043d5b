"""Ids that may stand in a URL: opaque, and easy to read out on the phone."""

import secrets

# No 0/o, 1/i/l, u/v: they are confused in handwriting and in speech.
ALPHABET = "23456789abcdefghjkmnpqrstwxyz"


def random_id(length: int) -> str:
    """``length`` characters of 4.86 bits each, from the system's random source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_public_id() -> str:
    """16 characters, 77 bits: cannot be guessed, but is never the only permission."""
    return random_id(16)


def new_handle() -> str:
    """A first handle, which the member changes when she likes."""
    return f"m{random_id(9)}"


def new_invitation_code() -> str:
    """12 characters, 58 bits: too many to try at the rate that sign-in allows."""
    return random_id(12)
