"""The one small script; pages are whole without it. Its address changes with its content."""

from __future__ import annotations

import hashlib
from importlib.resources import files

CONTENT = files("api.pages").joinpath("assets/planner.js").read_bytes()
ADDRESS = f"/assets/{hashlib.sha256(CONTENT).hexdigest()[:16]}.js"
