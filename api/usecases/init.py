"""Make the store, or bring an older one up to date."""

from __future__ import annotations

from dataclasses import dataclass

from api.store import Store


@dataclass(frozen=True)
class InitReport:
    """What was done.

    Attributes
    ----------
    place : str
        The store's file, or its address without password.
    before : str or None
        Revision of the layout before; None: there was no store.
    after : str
        Revision now.
    """

    place: str
    before: str | None
    after: str

    def as_dict(self) -> dict[str, object]:
        """The report as a JSON object."""
        return {"place": self.place, "before": self.before, "after": self.after}


def run(url: str | None = None) -> InitReport:
    """Create or migrate the store at ``url`` (default: that of the settings)."""
    store = Store.at(url)
    before, after = store.migrate()
    return InitReport(store.address.place, before, after)
