"""Read a whole deposit: its description, its table or the file an adapter reads, every check.

What is returned may be stored and shown; the files themselves are not needed any more.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from canut.core.errors import BadFile
from canut.core.formats.tables.zip_stream import stream_zip
from canut.core.json_depth import load_json
from canut.core.portrait.deposits.adapters.audit import read_audit
from canut.core.portrait.deposits.adapters.ilostat import read_ilostat
from canut.core.portrait.deposits.adapters.online_labour_index import read_online_labour_index
from canut.core.portrait.deposits.adapters.release import read_portrait_release
from canut.core.portrait.deposits.adapters.settings import AT
from canut.core.portrait.deposits.adapters.statcan import read_statcan
from canut.core.portrait.deposits.adapters.survey import read_survey
from canut.core.portrait.deposits.checks import CheckRules, check_observations
from canut.core.portrait.deposits.descriptor import (
    DESCRIPTOR,
    TABLE,
    DepositDescription,
    fields_named,
    read_description,
)
from canut.core.portrait.deposits.files import check_hashes, package_files, read_descriptor_bytes
from canut.core.portrait.deposits.grades import DepositGrade, GradeReason, MethodFacts, grade_of
from canut.core.portrait.deposits.observations import Measure, Observation
from canut.core.portrait.deposits.table import file_named, read_table, write_table

FLAGGED = frozenset({"statcan"})
"""Adapters of publishers whose sign of quality is part of every figure, also where it is blank."""
SURVEY = "survey"

type TableReader = Callable[[Mapping[str, Path], Mapping[str, object], date], list[Observation]]

READERS: Mapping[str, TableReader] = {
    "statcan": read_statcan,
    "ilostat": read_ilostat,
    "online_labour_index": read_online_labour_index,
    "audit": read_audit,
    "release": read_portrait_release,
}
"""The adapters but for that of surveys, which is told the smallest group too."""


@dataclass(frozen=True, slots=True)
class ReadDeposit:
    """A deposit that may be stored: description, figures, grade and why."""

    description: DepositDescription
    observations: tuple[Observation, ...]
    grade: DepositGrade
    reason: GradeReason


def read_deposit(paths: Sequence[Path], today: date) -> ReadDeposit:
    """Read a deposit and check all of it.

    Args:
        paths: a folder, a zip, or the files.
        today: no figure may be of a day after it.

    Raises:
        BadFile, BadInput, BadRow: the package or a line of it cannot be taken; the refusal says
            where.
        NotProven: a signature does not hold.
        TooLarge: there is more of it than is read.
    """
    with package_files(paths) as files:
        description = read_description(read_descriptor_bytes(files[DESCRIPTOR]), today)
        check_hashes(files, description.files)
        with fields_named():
            figures = _read_figures(files, description, today)
    if not figures:
        raise BadFile(
            "the package gives no figure; look at where and fields of its description",
            code="deposit-empty",
        )
    rules = CheckRules(
        file=str(description.settings.get("file", TABLE))[:80],
        minimum=description.minimum,
        has_own_rule=bool(description.small_groups),
        has_all_parts=not description.adapter and not description.is_partial,
    )
    observations = check_observations(figures, rules)
    grade, reason = grade_of(_facts_of(description, observations))
    return ReadDeposit(description, observations, grade, reason)


def _read_figures(
    files: Mapping[str, Path], description: DepositDescription, today: date
) -> list[Observation]:
    if not description.adapter:
        return read_table(file_named(files, TABLE), TABLE, today)
    if description.adapter == SURVEY:
        return read_survey(files, description.settings, today, description.minimum)
    reader = READERS.get(description.adapter)
    if reader is None:
        AT.refuse("kind", description.adapter, f"one of {', '.join((*READERS, SURVEY))}")
        return []
    return reader(files, description.settings, today)


def _facts_of(description: DepositDescription, observations: Sequence[Observation]) -> MethodFacts:
    counted = [item for item in observations if item.measure is not Measure.INDEX]
    is_flagged = description.adapter in FLAGGED or all(
        item.has_spread for item in counted if item.value is not None
    )
    return MethodFacts(
        method=description.method,
        sampling=description.sampling,
        has_frame=bool(description.frame),
        has_spread=bool(counted) and is_flagged,
        has_weights=bool(description.weights),
        has_questionnaire=bool(description.questionnaire),
        is_deduplicated=description.is_deduplicated,
        has_code=bool(description.code),
    )


def pack_deposit(description: str, observations: Iterable[Observation]) -> bytes:
    """Write a stored deposit as a zip: its description and the table of its figures.

    Args:
        description: the depositor's, as it was stored.
        observations: the figures.
    """
    table = write_table(observations)
    document = cast("dict[str, Any]", load_json(description))
    own = {name: value for name, value in document["canut"].items() if name != "adapter"}
    if "adapter" in document["canut"]:
        own["partial"] = True
    changed = {name: value for name, value in document.items() if name != "proof"} | {
        "resources": [
            {
                "name": "observations",
                "path": TABLE,
                "mediatype": "text/csv",
                "bytes": len(table),
                "hash": f"sha256:{hashlib.sha256(table).hexdigest()}",
            }
        ],
        "canut": own,
    }
    text = json.dumps(changed, ensure_ascii=False, indent=1, sort_keys=True)
    return b"".join(stream_zip([(DESCRIPTOR, f"{text}\n".encode()), (TABLE, table)]))
