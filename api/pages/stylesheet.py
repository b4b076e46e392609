"""The one style sheet; its address changes with its content, so that it can be kept for good."""

from __future__ import annotations

import hashlib
from importlib.resources import files

CONTENT = b"".join(
    file.read_bytes()
    for file in sorted(files("api.pages").joinpath("assets").iterdir(), key=lambda f: f.name)
    if file.name.endswith(".css")
)
"""All parts, in the order of their names: ``pages.css`` holds what is common."""
ADDRESS = f"/assets/{hashlib.sha256(CONTENT).hexdigest()[:16]}.css"
