"""A fitted model as data: what is stored, and how it becomes a model again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.language import Text
from models import artefact
from models.amounts import AmountModel
from models.effects import EFFECTS
from models.latent import LatentTerm
from models.stages import STAGES, Effect, StageModel

#: Id of the expert rule, which answers where no model was ever trained.
RULE_ID = "rule"


@dataclass(frozen=True)
class Published:
    """The model in use.

    Attributes
    ----------
    model_id : str
        :data:`RULE_ID` where nothing was ever trained, or nothing stored can be used.
    stages : StageModel or None
        None = the rule answers.
    amounts : AmountModel or None
    trained_as_of : date or None
    why_degraded : Text or None
        Why a published model could not be used.
    """

    model_id: str = RULE_ID
    stages: StageModel | None = None
    amounts: AmountModel | None = None
    trained_as_of: date | None = None
    why_degraded: Text | None = None
    cut: date | None = None

    @property
    def about(self) -> dict[str, object]:
        """What a list says of the model it was made with."""
        said: dict[str, object] = {
            "id": self.model_id,
            "trained_as_of": self.trained_as_of.isoformat() if self.trained_as_of else None,
            "degraded": self.why_degraded is not None,
        }
        if self.why_degraded is not None:
            said["why"] = self.why_degraded
        return said


def store(root: Path, stages: StageModel, amounts: AmountModel, *, as_of: date, cut: date) -> str:
    """Store a fitted model; returns its id. It is not published by that."""
    parameters: dict[str, Any] = {
        "features": list(stages.names),
        "stages": list(STAGES),
        "effects": [{"name": e.name, "levels": list(e.levels)} for e in stages.effects],
        "latent": stages.latent is not None,
        "trained_as_of": as_of.isoformat(),
        "cut": cut.isoformat(),
    }
    arrays: dict[str, NDArray[Any]] = {
        "weights": stages.weights,
        "neutral": stages.neutral,
        "intercepts": stages.intercepts,
        "doubt": stages.doubt,
        "per_budget": amounts.per_budget,
        # A kind without history has no figure; the artefact holds finite numbers only.
        "flat": np.where(np.isnan(amounts.flat), -1.0, amounts.flat),
    }
    if stages.covariance is not None:
        arrays["covariance"] = stages.covariance
    for effect in stages.effects:
        arrays[f"effect_{effect.name}"] = effect.weights
    if stages.latent is not None:
        arrays |= {
            "latent_left": stages.latent.left, "latent_right": stages.latent.right,
            "latent_weights": stages.latent.weights,
        }  # fmt: skip
    return artefact.write(root, parameters, arrays, dated=as_of)


def load(root: Path) -> Published:
    """The published model; the rule where there is none, with the reason where one is unusable."""
    try:
        found = artefact.load(root)
        if found is None:
            return Published()
        model_id, parameters, arrays = found
        return _rebuilt(model_id, parameters, arrays)
    except artefact.ArtefactError as error:
        return Published(why_degraded=error.text)


def read(root: Path, model_id: str) -> Published:
    """A stored model, published or not.

    Raises
    ------
    models.artefact.ArtefactError
    """
    return _rebuilt(model_id, *artefact.read(root / model_id))


def _rebuilt(
    model_id: str, parameters: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> Published:
    try:
        names = tuple(str(n) for n in parameters["features"])
        f, s = len(names), len(STAGES)
        effects = tuple(_effect(e, arrays) for e in parameters["effects"] if e["name"] in EFFECTS)
        stages = StageModel(
            names=names,
            weights=artefact.require_shape(arrays, "weights", s, f),
            neutral=artefact.require_shape(arrays, "neutral", f),
            intercepts=artefact.require_shape(arrays, "intercepts", s),
            doubt=artefact.require_shape(arrays, "doubt", s),
            effects=effects,
            latent=_latent(arrays) if parameters["latent"] else None,
            covariance=(
                artefact.require_shape(arrays, "covariance", f + 1, f + 1)
                if "covariance" in arrays
                else None
            ),
        )
        flat = artefact.require_shape(arrays, "flat", -1)
        amounts = AmountModel(
            artefact.require_shape(arrays, "per_budget", -1), np.where(flat < 0, np.nan, flat)
        )
        return Published(
            model_id, stages, amounts,
            date.fromisoformat(parameters["trained_as_of"]),
            cut=date.fromisoformat(parameters["cut"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise artefact.ArtefactError("unreadable", model_id, reason=str(error)) from error


def _effect(said: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Effect:
    name, levels = str(said["name"]), tuple(str(level) for level in said["levels"])
    return Effect(
        name, levels, artefact.require_shape(arrays, f"effect_{name}", len(STAGES), len(levels))
    )


def _latent(arrays: Mapping[str, NDArray[Any]]) -> LatentTerm:
    left = artefact.require_shape(arrays, "latent_left", -1, -1)
    right = artefact.require_shape(arrays, "latent_right", -1, -1)
    weights = artefact.require_shape(
        arrays, "latent_weights", len(STAGES), left.shape[1], right.shape[1]
    )
    return LatentTerm(left, right, weights)
