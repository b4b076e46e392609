"""Chromium over the pages, and what it complains of while somebody looks at them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.pages.demonstration import PASSWORD

AXE = Path(__file__).with_name("axe") / "axe.min.js"
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--mute-audio",
    "--force-color-profile=srgb",
    # Nothing but this machine can be reached, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
_SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value;
  }).observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => setTimeout(() => done(sum), 50));
})"""
_REFUSED = """document.addEventListener('securitypolicyviolation', found =>
  console.error('policy: ' + found.violatedDirective + ' ' + found.blockedURI));"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless; Playwright's own browsers are not needed."""
    path = shutil.which("chromium")
    assert path is not None, "there is no chromium: python requirements/install.py --system"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visitor:
    """Somebody with a browser of their own, signed in or not.

    Attributes
    ----------
    complaints : list of str
        Errors on the console, violations of the content security policy, scripts that failed,
        requests to another host, answers of 500 and more; empty where all is well.
    """

    context: BrowserContext
    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(60_000)
        self.page.add_init_script(_REFUSED)
        self.page.on("console", lambda said: said.type == "error" and self._heard(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.context.on("request", self._asked)
        self.page.on("response", lambda answer: answer.status >= 500 and self.complaints.append(
            f"{answer.status}: {answer.url}"))  # fmt: skip

    def _heard(self, text: str) -> None:
        # A form that is refused answers 4xx, which Chromium repeats on the console.
        if "Failed to load resource: the server responded with a status of 4" not in text:
            self.complaints.append(f"console: {text}")

    def _asked(self, request: Request) -> None:
        self.requests.append(request)
        found = urlsplit(request.url)
        if found.scheme not in ("data", "blob") and f"http://{found.netloc}" != self.url:
            self.complaints.append(f"request to elsewhere: {request.url}")

    def go(self, path: str) -> None:
        """Open a page and wait until it is there."""
        self.page.goto(self.url + path, wait_until="load")

    def click(self, selector: str) -> None:
        """Click, and wait until the page that comes of it is there."""
        self.page.click(selector)
        self.page.wait_for_load_state()

    def sign_in(self, role: str) -> None:
        """Sign in through the form."""
        self.go("/sign-in")
        self.page.fill("input[name=name]", role)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def violations(self, *, only: tuple[str, ...] = ()) -> list[str]:
        """What axe-core finds on the page once it is there: rule, element and reason."""
        self.page.wait_for_load_state()
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE.read_text("utf-8"))
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if only:
            options["runOnly"] = {"type": "rule", "values": list(only)}
        found = self.page.evaluate(f"axe.run(document, {json.dumps(options)})")
        return [
            f"{rule['id']}: {node['html'][:200]} – {node['failureSummary'][:300]}"
            for rule in found["violations"] for node in rule["nodes"]
        ]  # fmt: skip

    def layout_shift(self) -> float:
        """Cumulative layout shift since the page was opened."""
        return float(self.page.evaluate(_SHIFTS))

    def weight(self) -> int:
        """Bytes over the wire of all that was asked for since :attr:`requests` was emptied."""
        sizes = [request.sizes() for request in self.requests if request.response()]
        return sum(each["responseHeadersSize"] + each["responseBodySize"] for each in sizes)


@contextmanager
def visiting(
    browser: Browser, url: str, *, role: str | None = None, lang: str = "zh", theme: str = "light",
    width: int = 1280, script: bool = True, state: Any = None,
) -> Iterator[Visitor]:  # fmt: skip
    """A browser window of its own.

    Parameters
    ----------
    role : str, optional
        Signed in as the account of this role; default: nobody.
    theme : {'light', 'dark'}
    width : int, pixels
    state : optional
        What :meth:`BrowserContext.storage_state` gave: signed in already.
    """
    context = browser.new_context(
        locale=LANGUAGES[lang], color_scheme=theme, java_script_enabled=script,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900}, storage_state=state, accept_downloads=True,
        reduced_motion="reduce",
    )  # fmt: skip
    visitor = Visitor(context, context.new_page(), url)
    try:
        if role is not None and state is None:
            visitor.sign_in(role)
        yield visitor
    finally:
        context.close()
