"""The models that were trained: listed, and another one put in use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api import settings
from api.usecases.row_errors import NotThere, Unusable

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from api.store import Store


def listed(answers: Mapping[str, object] | None = None) -> dict[str, object]:
    """Every stored model, oldest first, and which one answers.

    Parameters
    ----------
    answers : mapping, optional
        What lists say of the model that answers, where a service knows: a model that is whole
        may yet not go with the rows. Default: what the model in use says of itself.

    Returns
    -------
    dict
        ``active`` as a list says of its model; ``models``, each with ``id``, ``trained_as_of``,
        ``cut``, ``tested`` (whether a test is on record), ``learned_from`` (``oldest``, ``newest``;
        None: it does not say) and ``usable``.
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
        span = model.learned_from
        about["tested"] = model.proven is not None
        about["learned_from"] = None if span is None else span.as_dict()
        told.append(about)
    chosen = published.load(root)
    if answers is not None and answers["degraded"] and chosen.why_degraded is None:
        for about in told:
            if about["id"] == chosen.model_id:
                about |= {"usable": False, "why": answers["why"]}
    return {"active": chosen.about if answers is None else dict(answers), "models": told}


def put_in_use(
    store: Store,
    model_id: str,
    *,
    by: str | None = None,
    first: Callable[[str], None] = lambda model_id: None,
) -> dict[str, object]:
    """Put a model in use, in one step; who is computing with another one ends with it.

    Parameters
    ----------
    model_id : str
        Of a stored model, or ``rule``: the expert rule answers again.
    by : str, optional
        Who does it, for the audit; default: who runs this process.
    first : callable
        Done with the model before that, once it is known to be whole.

    Raises
    ------
    NotThere
        If no stored model is called so.
    Unusable
        If it cannot be read; the one in use stays, as it does where the audit cannot be written.
    """
    from api.store import audit
    from models import artefact, published

    root = settings.model_folder()
    rule = model_id == published.RULE_ID
    if not rule and model_id not in artefact.stored(root):
        raise NotThere("models.no_such_model", id=model_id[:40])
    try:
        if not rule:
            published.read(root, model_id)
            first(model_id)
        with switching(store) as connection:
            audit.note(connection, by or audit.command_line(), "publish", f"models/{model_id}")
            if rule:
                artefact.publish_none(root)
            else:
                artefact.publish(root, model_id)
    except artefact.ArtefactError as error:
        raise Unusable("models.unusable", id=model_id, why=error.text) from error
    return {"active": published.load(root).about}


@contextmanager
def switching(store: Store) -> Iterator[Connection]:
    """A transaction that may put another model in use: that stands if it is committed.

    Its last step should be :func:`models.artefact.publish`. A process that is killed between that
    and the commit leaves the new model in use.
    """
    from models import artefact

    # One writer at a time: nobody else switches between the reading of what was and the end.
    with store.connection(writer=True) as made, artefact.published_within(settings.model_folder()):
        yield made
        made.commit()
