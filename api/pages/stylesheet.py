"""The one style sheet; its address changes with its content, so that it can be kept for good."""

from __future__ import annotations

import hashlib
from importlib.resources import files

CONTENT = files("api.pages").joinpath("assets/pages.css").read_bytes()
ADDRESS = f"/assets/{hashlib.sha256(CONTENT).hexdigest()[:16]}.css"
