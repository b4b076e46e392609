"""Signing in and out, the language switch, the way to one's home page, the style sheet."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api import accounts
from api.accounts import SignInRefused, TooManyAttempts
from api.http.routing import COOKIE, EVERYONE, SIGNED_IN, Anyone, Routes, Signed, StoreOf
from api.pages.forms import Fields, within
from api.pages.navigation import home_of
from api.pages.rendering import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, page
from api.pages.stylesheet import ADDRESS, CONTENT
from api.passwords import TooManyAtOnce

ROUTES = Routes("pages", prefix="")
_YEAR = 365 * 24 * 3600


@ROUTES.get("/", roles=SIGNED_IN, include_in_schema=False)
def home(account: Signed) -> Response:
    """The first page of one's role."""
    return RedirectResponse(home_of(account.role), 303)


@ROUTES.get("/sign-in", roles=EVERYONE, include_in_schema=False)
def ask(request: Request, store: StoreOf, caller: Anyone, back: str = "/") -> Response:
    """The form to sign in with."""
    if caller.account is not None:
        return RedirectResponse(within(back), 303)
    made_up = store.properties().get("made_up") == "true"
    return page(request, "sign_in", back=within(back), name="", refused=None, made_up=made_up)


@ROUTES.post("/sign-in", roles=EVERYONE, kind="sign_in", include_in_schema=False)
def sign_in(request: Request, store: StoreOf, caller: Anyone, sent: Fields) -> Response:
    """Sign in and go on to where one wanted to."""
    name, back = sent.get("name", ""), within(sent.get("back", "/"))
    address = request.client.host if request.client else ""
    try:
        found = accounts.sign_in(store, name, sent.get("password", ""), address=address)
    except (SignInRefused, TooManyAttempts, TooManyAtOnce) as refused:
        status = 401 if isinstance(refused, SignInRefused) else 429
        told = refused.message
        return page(request, "sign_in", status, back=back, name=name, refused=told)
    answer = RedirectResponse(home_of(found.account.role) if back == "/" else back, 303)
    answer.set_cookie(
        COOKIE, found.secret, max_age=accounts.SESSION_SECONDS, httponly=True, samesite="lax",
        secure=request.url.scheme == "https", path="/",
    )  # fmt: skip
    return answer


@ROUTES.post("/sign-out", roles=EVERYONE, include_in_schema=False)
def sign_out(request: Request, store: StoreOf, caller: Anyone) -> Response:
    """Sign out; who is not signed in is signed out already."""
    if secret := request.cookies.get(COOKIE):
        accounts.sign_out(store, secret)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@ROUTES.get("/language", roles=EVERYONE, include_in_schema=False)
def switch(caller: Anyone, to: str = "zh", back: str = "/") -> Response:
    """Keep the language chosen and go back."""
    answer = RedirectResponse(within(back), 303)
    chosen = "en" if to == "en" else "zh"
    answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_YEAR, samesite="lax", path="/")
    return answer


@ROUTES.get("/theme", roles=EVERYONE, include_in_schema=False)
def theme(caller: Anyone, to: str = "system", back: str = "/") -> Response:
    """Keep the theme chosen and go back."""
    answer = RedirectResponse(within(back), 303)
    chosen = to if to in THEMES else "system"
    answer.set_cookie(THEME_COOKIE, chosen, max_age=_YEAR, samesite="lax", path="/")
    return answer


@ROUTES.get(ADDRESS, roles=EVERYONE, include_in_schema=False)
def style(caller: Anyone) -> Response:
    """The style sheet of all pages."""
    kept = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(CONTENT, media_type="text/css", headers=kept)
