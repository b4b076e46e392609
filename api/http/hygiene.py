"""Headers that every answer carries, whoever makes it; and what no question may carry."""

from __future__ import annotations

_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "x-content-type-options": "nosniff", "x-frame-options": "DENY",
    "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin", "content-security-policy": _POLICY,
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}  # fmt: skip
"""Unless the answer says otherwise itself."""
RAW = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

UNKNOWN = "\ufffd"
"""Stands for what is no letter (Unicode, replacement character)."""


def without_nul(encoded: bytes) -> bytes:
    """A query or a form, percent-encoded, with :data:`UNKNOWN` wherever it holds NUL."""
    return encoded.replace(b"%00", b"%EF%BF%BD").replace(b"\0", b"%EF%BF%BD")
