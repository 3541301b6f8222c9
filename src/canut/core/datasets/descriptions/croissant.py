"""Describe a dataset to machines: Croissant 1.1, its RAI vocabulary, Data Package 2.0.

The record sets read the Parquet files, whose columns have types: in a CSV the label ``0`` and a
missing one are told apart by no reader. The data package describes the CSV files, with the type of
each column, so that digits which are labels stay text. Neither has words for pay, hours or
intermediaries; these stay in the card, to which both link. The figures are defined in ``card``.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from canut.core.datasets.card import CardFigure
from canut.core.datasets.card_material import MATERIAL, SOURCES
from canut.core.datasets.file_tree import File
from canut.core.datasets.verdict_texts import value_in
from canut.core.formats.tables.columns import FileColumn, Kind
from canut.core.messages import message

CONFORMS = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")
NAMESPACE = "urn:canut:labour-card:v1#"
CONTEXT: Mapping[str, object] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "canut": NAMESPACE,
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "prov": "http://www.w3.org/ns/prov#",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
SHOW = "Simulated (simulé): nobody of this exists. "
MEDIA = {
    "csv": "text/csv",
    "jsonl": "application/jsonlines",
    "parquet": "application/x-parquet",  # as the specification spells it, and its readers know it
    "json": "application/json",
}
UNDECLARED = "not declared"
_USERS, _TRACES = "User-Generated Content Data", "Passive Data Collection"
_CUSTOMERS, _OTHERS = "Customer Feedback Data", "Others"
COLLECTED = {
    **dict.fromkeys(("like", "share", "follow", "comment", "post", "message", "upload"), _USERS),
    **dict.fromkeys(("review", "star"), _CUSTOMERS),
    **dict.fromkeys(("search", "click_log", "location"), _TRACES),
    **dict.fromkeys(("captcha_image", "captcha_box", "captcha_text", "game", "made"), _OTHERS),
    "volunteer": "Manual Human Curator",
    "work": "Manual Human Curator",
    "record": "Document Analysis",
}
"""Types of collection in the RAI vocabulary, by gesture."""
TYPES: Mapping[Kind, str] = {
    "text": "sc:Text",
    "whole": "cr:Int64",
    "number": "cr:Float64",
    "yes-no": "sc:Boolean",
}


UNSAFE = re.compile(r"[^\w.-]+")  # spaces and slashes among others: no reader takes them in an id

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FIELD_TYPES: Mapping[Kind, str] = {
    "text": "string",
    "whole": "integer",
    "number": "number",
    "yes-no": "boolean",
}
KEY, KEYED_BY_TASK = "task", "labels"


class DatasetAbout(NamedTuple):
    """The operator's description of a dataset: name, purpose, creator, version, date."""

    name: str
    title: str
    description: str
    creator: str
    url: str
    date: str
    version: str
    licence: str = ""


class DatasetTable(NamedTuple):
    """One table of the dataset: its Parquet file, its typed columns, and which is its key."""

    name: str
    path: str
    columns: Sequence[FileColumn]
    key: str = ""


def croissant_of(
    about: DatasetAbout,
    tables: Sequence[DatasetTable],
    files: Sequence[File],
    figures: Mapping[str, CardFigure],
    *,
    is_simulated: bool,
) -> bytes:
    """Write ``croissant.json``.

    Args:
        about: description of the dataset.
        tables: tables a machine can read.
        files: every file of the dataset.
        figures: figures of the card; unknown ones are left out.
        is_simulated: stated in every sentence about people.

    Source:
        MLCommons Croissant 1.1 and its Responsible AI vocabulary 1.0.
    """
    document: dict[str, object] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": list(CONFORMS),
        "name": about.name,
        "description": (SHOW if is_simulated else "") + (about.description or about.title),
        "url": about.url,
        "version": about.version,
        "datePublished": about.date,
        "creator": {"@type": "Organization", "name": about.creator},
        **({"license": about.licence} if about.licence else {}),
        "citeAs": f"{about.creator}: {about.title}, {about.version}. {about.url}",
        "isLiveDataset": False,
        "canut:simulated": is_simulated,
        "canut:labourCard": {"@id": "labour-card.json"},
        **_rai(figures, is_simulated=is_simulated),
        "distribution": [_file(item) for item in sorted(files)],
        "recordSet": [_record_set(item) for item in tables],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _rai(figures: Mapping[str, CardFigure], *, is_simulated: bool) -> dict[str, object]:
    mark = SHOW if is_simulated else ""
    values = {name: item.value for name, item in figures.items() if item.value is not None}
    share = values.get("answers_per_item")
    rai: dict[str, object] = {
        "rai:dataCollectionType": ["Manual Human Curator", *_collection_types(values)],
        **_collection(values, mark),
        "rai:dataAnnotationProtocol": mark
        + "Instructions are fixed by their hashes in the labour card. "
        + f"Annotation workforce type: {values.get('workforce', 'unknown')}.",
        "rai:dataAnnotationPlatform": str(values.get("platform", "Canut")),
        "rai:dataSocialImpact": mark
        + "Pay, floor, contributions, who is paid between and what cannot be proved are in "
        + "labour-card.json; each figure says how it is known.",
    }
    if isinstance(share, int):
        rai["rai:annotationsPerItem"] = f"{share // 1000}.{share % 1000:03}"
    if "people" in values:
        places = json.dumps(values.get("places", "unknown"), ensure_ascii=False)
        demographics = f"{mark}{values['people']} people; places, as they said: {places}"
        rai["rai:annotatorDemographics"] = demographics
    if "agreement" in values:
        rai["rai:dataAnnotationAnalysis"] = (
            f"{mark}Krippendorff's alpha {values['agreement']} thousandths; "
            f"{values.get('rejections', 'unknown')} answers rejected, "
            f"{values.get('appeals', 'unknown')} appeals."
        )
    machines = values.get("machines")
    if isinstance(machines, list) and machines:
        rai["rai:machineAnnotationTools"] = [str(item) for item in machines]
    period = values.get("period")
    if isinstance(period, list):
        rai["rai:dataCollectionTimeframe"] = [str(item) for item in period]
    return rai


def _collection(values: Mapping[str, object], mark: str) -> dict[str, object]:
    """Describe how the material came about, as far as anybody declared it."""
    material = cast("Mapping[str, Any] | None", values.get(MATERIAL))
    if material is None:
        return {
            "rai:dataCollection": f"{mark}Unknown: the origin of the material is not declared.",
            "rai:personalSensitiveInformation": [UNDECLARED],
        }
    text = f"{mark}As declared: {value_in('en', MATERIAL, material, '', '')}."
    sources = cast("list[dict[str, str]]", values.get(SOURCES) or [])
    if sources:
        text += f" Datasets: {value_in('en', SOURCES, sources, '', '')}."
    return {
        "rai:dataCollection": text,
        "rai:personalSensitiveInformation": [_personal(part) for part in material["parts"]],
    }


def _personal(part: Mapping[str, str]) -> str:
    gesture = message("en", f"gesture.{part['gesture']}")
    personal = part.get("personal")
    said = UNDECLARED if personal is None else message("en", f"personal.{personal}")
    return f"{gesture}: {said}"


def _collection_types(values: Mapping[str, object]) -> list[str]:
    """List the vocabulary's types of what is declared; nothing for what nobody knows."""
    material = cast("Mapping[str, Any]", values.get(MATERIAL) or {"parts": ()})
    types = [
        COLLECTED[part["gesture"]] for part in material["parts"] if part["gesture"] in COLLECTED
    ]
    types += ["Secondary Data Analysis"] if values.get(SOURCES) else []
    return [kind for kind in dict.fromkeys(types) if kind != "Manual Human Curator"]


def _file(file: File) -> dict[str, object]:
    suffix = file.path.rsplit(".", 1)[-1]
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.size} B",
        "encodingFormat": MEDIA.get(suffix, "application/octet-stream"),
        "sha256": file.sha256,
    }


def _ids(table: DatasetTable) -> dict[str, str]:
    """Return the id of each column: its name, without what an ``@id`` cannot hold, and unique."""
    ids = dict[str, str]()
    for column in table.columns:
        base = unique = f"{table.name}/{UNSAFE.sub('_', column.name)}"
        number = 2
        while unique in ids.values():
            unique, number = f"{base}_{number}", number + 1
        ids[column.name] = unique
    return ids


def _record_set(table: DatasetTable) -> dict[str, object]:
    ids = _ids(table)
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        **({"key": {"@id": ids[table.key]}} if table.key else {}),
        "field": [
            {
                "@type": "cr:Field",
                "@id": ids[column.name],
                "name": column.name,
                "dataType": TYPES[column.kind],
                "source": {"fileObject": {"@id": table.path}, "extract": {"column": column.name}},
            }
            for column in table.columns
        ],
    }


def datapackage_of(
    about: DatasetAbout,
    tables: Mapping[str, Sequence[FileColumn]],
    files: Sequence[File],
    *,
    is_simulated: bool,
) -> bytes:
    """Write ``datapackage.json``.

    Args:
        about: description of the dataset.
        tables: typed columns of each table; its file is ``data/TABLE.csv``.
        files: every file of the dataset, with hash and length in bytes.
        is_simulated: stated first in the description.

    Raises:
        KeyError: a table has no file.

    Source:
        Data Package 2.0, Table Schema 2.0.
    """
    by_path = {file.path: file for file in files}
    document: dict[str, object] = {
        "$schema": PROFILE,
        "name": about.name,
        "title": about.title,
        "description": (SHOW if is_simulated else "") + (about.description or about.title),
        "homepage": about.url,
        "version": about.version,
        "created": f"{about.date}T00:00:00Z",
        "contributors": [{"title": about.creator, "roles": ["creator"]}],
        **({"licenses": [{"name": about.licence}]} if about.licence else {}),
        "simulated": is_simulated,
        "labourCard": "labour-card.json",
        "resources": [
            _resource(name, columns, by_path[f"data/{name}.csv"], has_keys=KEYED_BY_TASK in tables)
            for name, columns in tables.items()
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _resource(
    name: str, columns: Sequence[FileColumn], file: File, *, has_keys: bool
) -> dict[str, object]:
    schema: dict[str, object] = {
        "fields": [{"name": column.name, "type": FIELD_TYPES[column.kind]} for column in columns],
        "missingValues": [""],
    }
    has_task = any(column.name == KEY for column in columns)
    if has_task and name == KEYED_BY_TASK:
        schema["primaryKey"] = [KEY]
    elif has_task and has_keys:
        reference = {"resource": KEYED_BY_TASK, "fields": [KEY]}
        schema["foreignKeys"] = [{"fields": [KEY], "reference": reference}]
    return {
        "name": name,
        "type": "table",
        "path": file.path,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "schema": schema,
    }
