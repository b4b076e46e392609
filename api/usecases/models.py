"""The models that were trained: listed, and another one put in use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from api import settings
from api.usecases.row_errors import NotThere, Unusable

if TYPE_CHECKING:
    from api.store import Store


def listed() -> dict[str, object]:
    """Every stored model, oldest first, and which one answers.

    Returns
    -------
    dict
        ``active`` as a list says of its model; ``models``, each with ``id``, ``trained_as_of``,
        ``cut`` and ``usable``.
    """
    from models import artefact, published

    root = settings.model_folder()
    told: list[dict[str, object]] = []
    for model_id in artefact.stored(root):
        try:
            model = published.read(root, model_id)
        except artefact.ArtefactError as error:
            told.append({"id": model_id, "usable": False, "why": error.text})
            continue
        about: dict[str, object] = {"id": model_id, "usable": True}
        for name, day in (("trained_as_of", model.trained_as_of), ("cut", model.cut)):
            about[name] = None if day is None else day.isoformat()
        told.append(about)
    return {"active": published.load(root).about, "models": told}


def publish(
    model_id: str, *, first: Callable[[str], None] = lambda model_id: None
) -> dict[str, object]:
    """Put a stored model in use, in one step; who is computing with another one ends with it.

    Parameters
    ----------
    first : callable
        Done with the model before that, once it is known to be whole.

    Raises
    ------
    NotThere
        If no stored model is called so.
    Unusable
        If it cannot be read; the one in use stays.
    """
    from models import artefact, published

    root = settings.model_folder()
    if model_id not in artefact.stored(root):
        raise NotThere("models.no_such_model", id=model_id[:40])
    try:
        published.read(root, model_id)
        first(model_id)
        artefact.publish(root, model_id)
    except artefact.ArtefactError as error:
        raise Unusable("models.unusable", id=model_id, why=error.text) from error
    return {"active": published.load(root).about}


def put_in_use(store: Store, model_id: str) -> dict[str, object]:
    """As :func:`publish`, noted in the audit as done by whoever runs this process."""
    from api.store import audit

    told = publish(model_id)
    with store.connection(writer=True) as connection:
        audit.note(connection, audit.command_line(), "publish", f"models/{model_id}")
    return told
