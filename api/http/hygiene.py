"""Headers that every answer carries, whoever makes it."""

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
