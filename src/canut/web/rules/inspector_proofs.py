"""The documents of an inspector's file whose hash stands in the platform log, with the proofs.

``proof/index.json`` names each document, its SHA-256 and its proof; a document that is in no log
yet has none. ``canut-verify inspect`` reads them without this instance.
"""

from collections.abc import Mapping
from typing import Any

from canut.core.ledger.representative_statements import StatementAbout
from canut.core.participation.inspector_file import InspectionScope, proof_index, proof_path
from canut.core.proofs.canonical import canonical
from canut.store.participation.impact_assessments import assessment_in_force
from canut.store.participation.inspections import platform_checkpoint
from canut.store.participation.logged_hashes import proofs_of
from canut.store.participation.policies import terms_in_force, terms_texts
from canut.store.participation.representative_statements import scope_subject, statements_beside

CHECKPOINT, INDEX = "proof/checkpoint", "proof/index.json"


def proof_files(scope: InspectionScope, notice: Mapping[str, Any], end_ms: int) -> dict[str, bytes]:
    """Return documents, their proofs, the index of both, and the log's last checkpoint.

    Args:
        scope: days, place and language.
        notice: the text about the automated systems.
        end_ms: end of the last day, which decides which terms were in force.
    """
    documents = logged_documents(scope, notice, end_ms)
    checkpoint = platform_checkpoint()
    proofs = {proof_path(name): proof for name, proof in proofs_of(documents, checkpoint).items()}
    return {
        **documents,
        **proofs,
        INDEX: canonical(proof_index(documents, proofs)),
        **({CHECKPOINT: checkpoint.encode()} if checkpoint else {}),
    }


def logged_documents(
    scope: InspectionScope, notice: Mapping[str, Any], end_ms: int
) -> dict[str, bytes]:
    """Return the documents that the log names by their hash, each to the byte."""
    assessment = assessment_in_force()
    texts = terms_texts(terms_in_force(end_ms - 1)) or {}
    subject = scope_subject(scope.first.isoformat(), scope.last.isoformat(), scope.place)
    spoken = [row.spoken() for row in statements_beside(StatementAbout.FILE, subject)]
    return {
        "systems-notice.json": canonical(dict(notice)),
        **({"dpia.json": canonical(dict(assessment.content))} if assessment else {}),
        **{f"terms-{language}.txt": text.encode() for language, text in sorted(texts.items())},
        **{
            f"representatives-{number}.json": canonical(statement.content())
            for number, statement in enumerate(spoken, 1)
        },
    }
