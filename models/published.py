"""A fitted model as data: what is stored, and how it becomes a model again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.curves import base_name
from features.language import Text
from features.market import Market
from models import artefact, history_span
from models.amounts import AmountModel
from models.effects import EFFECTS, is_effect
from models.history_span import HistorySpan
from models.interactions import Interaction, Trait, is_trait
from models.latent import LatentTerm
from models.stages import STAGES, Effect, StageModel

#: Id of the expert rule, which answers where no model was ever trained.
RULE_ID = "rule"

#: How the features of a user's own columns begin.
OWN_COLUMN = "x_"


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
    cut : date or None
        The model as it was judged saw nothing after it.
    judged : StageModel or None
        The model as it was judged: what a later one is compared with, on rows that neither saw.
    proven : bool or None
        Whether it told later introductions that signed from others better than chance would; None
        = not known.
    learned_from : HistorySpan or None
        Its oldest and newest outcome; None = it learned from none, or does not say.
    medians : dict of str to float
        Those of the market that it was trained on, to which values are compared: else what other
        rows are imported later would move every score. Empty = it does not say.
    by_choice : bool
        Whether the rule answers though models are stored: it was put in use.
    """

    model_id: str = RULE_ID
    stages: StageModel | None = None
    amounts: AmountModel | None = None
    trained_as_of: date | None = None
    why_degraded: Text | None = None
    cut: date | None = None
    judged: StageModel | None = None
    proven: bool | None = None
    learned_from: HistorySpan | None = None
    medians: dict[str, float] = field(default_factory=dict)
    by_choice: bool = False

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
        if self.by_choice:
            said["by_choice"] = True
        return said

    def about_on(self, as_of: date) -> dict[str, object]:
        """What a list of a day says of the model: also if it has seen what came later."""
        seen = self.learned_from.newest if self.learned_from else self.trained_as_of
        later = None if seen is None else history_span.saw_later(seen, as_of)
        return self.about if later is None else {**self.about, "saw_later": later}


def store(
    root: Path,
    stages: StageModel,
    amounts: AmountModel,
    *,
    as_of: date,
    cut: date,
    judged: StageModel | None = None,
    proven: bool | None = None,
    learned_from: HistorySpan | None = None,
    medians: Mapping[str, float] | None = None,
) -> str:
    """Store a fitted model; returns its id. It is not published by that.

    Parameters
    ----------
    cut : date
        Nothing after it was seen by the model that was judged.
    judged : StageModel, optional
        The model as it was judged, where it was fitted again afterwards.
    proven : bool, optional
        Whether it told later introductions that signed from others better than chance would;
        without it: not known.
    learned_from : HistorySpan, optional
        The oldest and the newest outcome that it learned from.
    medians : mapping of str to float, optional
        :attr:`features.market.Market.medians` of the market that it was trained on.
    """
    parameters: dict[str, Any] = {
        "stages": list(STAGES),
        "trained_as_of": as_of.isoformat(),
        "cut": cut.isoformat(),
        "model": _parameters(stages),
        "judged": None if judged is None else _parameters(judged),
        "proven": proven,
        "learned_from": None if learned_from is None else learned_from.as_dict(),
        "medians": dict(medians or {}),
    }
    arrays: dict[str, NDArray[Any]] = {
        "per_budget": amounts.per_budget,
        # A kind without history has no figure; the artefact holds finite numbers only.
        "flat": np.where(np.isnan(amounts.flat), -1.0, amounts.flat),
        **_arrays("model", stages),
        **({} if judged is None else _arrays("judged", judged)),
    }
    return artefact.write(root, parameters, arrays, dated=as_of)


def load(root: Path) -> Published:
    """The published model; the rule where there is none, with the reason where one is unusable."""
    try:
        found = artefact.load(root)
        if found is None:
            return Published(by_choice=bool(artefact.stored(root)))
        model_id, parameters, arrays = found
        return _rebuilt(model_id, parameters, arrays)
    except artefact.ArtefactError as error:
        return Published(why_degraded=error.text)


def on(found: Published, market: Market) -> Published:
    """The model, if it can be used on a market; else the rule, with the reason.

    What a model learned of texts and trades holds for the encoder and the table of industries
    that it was learned with, and its weights for the features that it was learned on; a column of
    the user's own may be gone.
    """
    parts = [part for part in (found.stages, found.judged) if part is not None]
    if all(_has_its_features(part, market) and _fits(part, market) for part in parts):
        return found
    return Published(why_degraded=artefact.ArtefactError("other_features", found.model_id).text)


def _has_its_features(part: StageModel, market: Market) -> bool:
    bases = {base_name(name) for name in part.names}
    return all(name in market.features or name.startswith(OWN_COLUMN) for name in bases)


def _fits(part: StageModel, market: Market) -> bool:
    return part.latent is None or part.latent.fits(market)


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
        stages = _stage_model("model", parameters["model"], arrays)
        judged = parameters["judged"]
        flat = artefact.require_shape(arrays, "flat", -1)
        amounts = AmountModel(
            artefact.require_shape(arrays, "per_budget", -1), np.where(flat < 0, np.nan, flat)
        )
        return Published(
            model_id,
            stages,
            amounts,
            date.fromisoformat(parameters["trained_as_of"]),
            cut=date.fromisoformat(parameters["cut"]),
            judged=stages if judged is None else _stage_model("judged", judged, arrays),
            proven=_word(parameters.get("proven")),
            learned_from=HistorySpan.read(parameters.get("learned_from")),
            medians=_medians(parameters.get("medians", {})),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise artefact.ArtefactError("unreadable", model_id, reason=str(error)) from error


def _word(written: object) -> bool | None:
    """What was written of a model, or nothing: models of before do not say it."""
    if written is None or isinstance(written, bool):
        return written
    raise ValueError(f"proven: {written!r}")


def _medians(written: object) -> dict[str, float]:
    """Medians as written: values are divided by them."""
    if not isinstance(written, Mapping):
        raise ValueError(f"medians: {written!r}")
    found = {str(column): float(value) for column, value in written.items()}
    if any(value <= 0 for value in found.values()):
        raise ValueError(f"medians: {found}")
    return found


def _parameters(stages: StageModel) -> dict[str, Any]:
    return {
        "features": list(stages.names),
        "effects": [{"name": e.name, "levels": list(e.levels)} for e in stages.effects],
        "latent": stages.latent is not None,
        "interactions": [
            {"left": asdict(one.left), "right": asdict(one.right)} for one in stages.interactions
        ],
        "half_life_days": stages.half_life_days,
    }


def _arrays(part: str, stages: StageModel) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {
        "weights": stages.weights,
        "neutral": stages.neutral,
        "intercepts": stages.intercepts,
        "doubt": stages.doubt,
        **{_effect_array(k, e.name): e.weights for k, e in enumerate(stages.effects)},
    }
    for k, one in enumerate(stages.interactions):
        found[f"interaction_{k}"] = one.weights
    if stages.covariance is not None:
        found["covariance"] = stages.covariance
    if stages.latent is not None:
        found["latent_left"], found["latent_right"] = stages.latent.left, stages.latent.right
        found["latent_weights"] = stages.latent.weights
    return {f"{part}_{name}": array for name, array in found.items()}


def _effect_array(k: int, name: str) -> str:
    """Name of the k-th effect's array: a user's own column may bear any name, a file may not."""
    return f"effect_{name}" if name in EFFECTS else f"effect_own_{k}"


def _stage_model(
    part: str, said: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> StageModel:
    names = tuple(str(n) for n in said["features"])
    f, s = len(names), len(STAGES)

    def array(name: str, *shape: int) -> NDArray[Any]:
        return artefact.require_shape(arrays, f"{part}_{name}", *shape)

    effects = []
    for k, one in enumerate(said["effects"]):
        if is_effect(one["name"]):
            levels = tuple(str(level) for level in one["levels"])
            weights = array(_effect_array(k, one["name"]), s, len(levels))
            effects.append(Effect(str(one["name"]), levels, weights))
    latent = None
    if said["latent"]:
        left, right = array("latent_left", -1, -1), array("latent_right", -1, -1)
        weights = array("latent_weights", s, left.shape[1], right.shape[1])
        latent = LatentTerm(left, right, weights)
    met = []
    for k, one in enumerate(said.get("interactions", [])):
        e_trait, r_trait = _trait(one["left"]), _trait(one["right"])
        weights = array(f"interaction_{k}", s, len(e_trait.levels), len(r_trait.levels))
        met.append(Interaction(e_trait, r_trait, weights))
    there = f"{part}_covariance" in arrays
    half_life = said.get("half_life_days")
    return StageModel(
        names=names,
        weights=array("weights", s, f),
        neutral=array("neutral", f),
        intercepts=array("intercepts", s),
        doubt=array("doubt", s),
        effects=tuple(effects),
        latent=latent,
        interactions=tuple(met),
        covariance=array("covariance", f + 1, f + 1) if there else None,
        half_life_days=None if half_life is None else float(half_life),
    )


def _trait(said: Mapping[str, Any]) -> Trait:
    name = str(said["name"])
    if not is_trait(name):
        raise ValueError(name)
    levels = tuple(str(level) for level in said["levels"])
    return Trait(name, levels, float(said["centre"]), float(said["spread"]))
