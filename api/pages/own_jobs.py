"""A job of one's own, as a page needs it: of the kind that the page shows, or no such page."""

from __future__ import annotations

from api import jobs
from api.accounts import Account
from api.http.job_answers import own_job
from api.pages.errors import NoSuchPage
from api.store import Store
from api.usecases.row_errors import NotThere


def job_of_page(store: Store, account: Account, key: str, *, kind: str, missing: str) -> jobs.Job:
    """The account's job of that kind.

    Parameters
    ----------
    missing : str
        Code of the message where there is none, or it is not theirs.

    Raises
    ------
    NoSuchPage
    """
    try:
        job = own_job(store, key, account.name, account.role)
    except NotThere:
        raise NoSuchPage(missing) from None
    if job.kind != kind:
        raise NoSuchPage(missing)
    return job
