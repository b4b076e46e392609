"""The one style sheet; its address changes with its content, so that it can be kept for good."""

from __future__ import annotations

import hashlib
from importlib.resources import files

CONTENT = b"".join(
    files("api.pages").joinpath(f"assets/{name}.css").read_bytes() for name in ("pages", "team")
)
ADDRESS = f"/assets/{hashlib.sha256(CONTENT).hexdigest()[:16]}.css"
