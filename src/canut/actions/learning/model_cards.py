"""Write the card of a model: training data, accuracy, and the people's work inside it.

A model whose labour cannot be named is not exported. One on a foreign base states that its labour
is unknown, in both languages. Each export is an entry in the ledger.
"""

import io
import json
import zipfile
from typing import Any

from django.db import transaction

from canut.actions.learning.loop import is_suspect
from canut.actions.learning.provenance_report import inside_models
from canut.actions.learning.training import ENDPOINT
from canut.actions.ledger.entries import fresh_nonce, record_entry
from canut.core.errors import Conflict, Missing
from canut.core.learning.measure import wilson
from canut.store.learning.manifests import withdrawn_in
from canut.store.models import Project, Trained

UNKNOWN = {"en": "labour unknown", "fr": "travail inconnu"}
PLACES = 4


def model_card(trained: Trained) -> dict[str, Any]:
    """Return the facts of a version: numbers, and texts that need no translation.

    ``labour``: the milliseconds of the answers it learnt from; on a foreign base ``unknown`` says
    so. ``seconds_by_decision``: of people's work in each decision it made; None before the first,
    or where labour is unknown. ``proven_from``: how sure it must be for what it has proven; None
    where that is nothing. ``fell_behind``: it did since, and takes over nothing more.
    """
    inside = {model.name: model for model in inside_models([trained.project_id])}
    name = f"{trained.author.name} {trained.author.version}".strip()
    own_labour = inside.get(name)
    inside_each = own_labour.embodied if own_labour else None
    share = wilson(trained.right, trained.held_out) if trained.held_out else None
    return {
        "v": 1,
        "model": trained.author.name,
        "version": trained.author.version,
        "project": trained.project.slug,
        "form": trained.form,
        "classes": list(trained.labels),
        "base": trained.base,
        "made_ms": trained.made_ms,
        "labour": {
            "answers": trained.answers,
            "tasks": trained.tasks,
            "ms": trained.labels_ms,
            "simulated_ms": trained.simulated_ms,
            "unknown": UNKNOWN if trained.base else None,
        },
        "held_out": {
            "tasks": trained.held_out,
            "right": trained.right,
            "accuracy": share and round(share.value, PLACES),
            "low": share and round(share.low, PLACES),
            "high": share and round(share.high, PLACES),
            "by_people": round(trained.by_people, PLACES),
            "ece": trained.ece if trained.ece is None else round(trained.ece, PLACES),
        },
        "curve": trained.curve,
        "bands": trained.bands,
        "proven_from": next((low for low, *_, is_proven in trained.bands if is_proven), None),
        "fell_behind": is_suspect(trained),
        "temperature": trained.temperature,
        "decisions": own_labour.decisions if own_labour else 0,
        "seconds_by_decision": None if inside_each is None else float(inside_each),
        "milliseconds_by_decision": None if inside_each is None else round(inside_each * 1000),
        "upkeep_seconds": float(own_labour.upkeep)
        if own_labour and own_labour.upkeep is not None
        else None,
    }


def trained_of(project: Project, number: int) -> Trained:
    """Return a version of a project's models.

    Raises:
        Missing: ``model-none``: there is none of that number.
    """
    versions = Trained.objects.filter(project=project, pk=number).select_related(
        "author", "project"
    )
    trained = versions.first()
    if trained is None:
        raise Missing(f"the project has no model {number}", code="model-none")
    return trained


def export_model(trained: Trained, now_ms: int) -> bytes:
    """Return a version with its card as a zip, and record the export in the ledger.

    Raises:
        Conflict: ``model-lineage``: nobody's work is known in it, and it does not say so;
            ``model-outside``: the model itself is not kept here; ``model-withdrawn``: it learnt
            from an item that was withdrawn since.
    """
    if not trained.base and (trained.labels_ms <= 0 or trained.answers <= 0):
        raise Conflict(
            "whose work is in this model is not known, so it does not leave; teach it from answers"
            " given here, or name the base it stands on",
            code="model-lineage",
        )
    if trained.weights is None or trained.form == ENDPOINT:
        raise Conflict(
            "this model is kept where it runs; its card can be taken from here",
            code="model-outside",
        )
    if (withdrawn := withdrawn_in(trained)) > 0:
        raise Conflict(
            f"{withdrawn} items that this version learnt from were withdrawn; train a new version,"
            " which learns without them, and take that one out",
            code="model-withdrawn",
            count=withdrawn,
        )
    card = model_card(trained)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("card.json", json.dumps(card, ensure_ascii=False, indent=1))
        parts.writestr("weights.npz", bytes(trained.weights))
    payload = {
        "v": 1,
        "t": "model.export",
        "p": card["project"],
        "model": card["model"],
        "version": card["version"],
        "base": trained.base,
        "ms": trained.labels_ms,
        "decisions": card["decisions"],
        "at": now_ms,
    }
    with transaction.atomic():
        trained.exported_ms = now_ms
        trained.save(update_fields=["exported_ms"])
        record_entry(trained.project_id, "model.export", payload, now_ms, fresh_nonce())
    return file.getvalue()
