"""Packages of figures that others counted, in the real shapes, with invented numbers."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from canut.core.portrait.deposits.descriptor import DESCRIPTOR, SCHEMA, TABLE

TODAY = date(2026, 11, 29)
COLUMNS = (
    "concept", "place", "place_kind", "sex", "period", "measure", "unit", "value", "n", "weighted",
)  # fmt: skip
YEAR = "2025-01-01/2025-12-31"


def row(sex: str = "all", value: str = "4200", n: str = "412", **changes: str) -> dict[str, str]:
    """Return one line of observations.csv."""
    cells = {
        "concept": "microwork",
        "place": "CA-QC",
        "place_kind": "residence",
        "sex": sex,
        "period": YEAR,
        "measure": "people",
        "unit": "people",
        "value": value,
        "n": n,
        "weighted": "true",
    }
    return cells | changes


ROWS = (row(), row("woman", "2400", "230"), row("man", "1800", "182"))


def table(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Write lines as CSV; a column stands as soon as one line has it."""
    columns = dict.fromkeys([*COLUMNS, *(name for cells in rows for name in cells)])
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def describe(files: Mapping[str, bytes], **changes: Any) -> dict[str, Any]:
    """Return a description of files; ``changes`` replace fields under ``canut``, None removes."""
    own: dict[str, Any] = {
        "title": {"en": "Microwork in Québec", "fr": "Le microtravail au Québec"},
        "publisher": "Institut d’essai",
        "contact": "https://example.org/contact/portrait",
        "method": "survey",
        "sampling": "open",
        "frame": "none",
        "collected": {"from": "2025-02-01", "until": "2025-12-31"},
        "response": "unknown",
        "weights": "Post-stratified by sex and age",
        "questionnaire": "https://example.org/survey/questionnaire.pdf",
        "definitions": "People paid for tasks of minutes done online",
    }
    own |= changes
    return {
        "$schema": SCHEMA,
        "name": "essai",
        "licenses": [{"name": "CC-BY-4.0"}],
        "sources": [{"title": "Survey of 2025", "path": "https://example.org/survey/2025"}],
        "resources": [
            {
                "name": f"resource-{number}",
                "path": name,
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
            }
            for number, (name, content) in enumerate(files.items())
        ],
        "canut": {name: value for name, value in own.items() if value is not None},
    }


def write_package(
    folder: Path,
    rows: Sequence[Mapping[str, str]] = ROWS,
    files: Mapping[str, bytes] | None = None,
    **changes: Any,
) -> Path:
    """Write a package into a new folder, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {TABLE: table(rows)} if files is None else dict(files)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    description = describe(contents, **changes)
    (folder / DESCRIPTOR).write_text(json.dumps(description, ensure_ascii=False))
    return folder


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


ENGLISH = (
    '\ufeff"REF_DATE","GEO","DGUID","Digital platform work","Gender","UOM","UOM_ID",'
    '"SCALAR_FACTOR","SCALAR_ID","VECTOR","COORDINATE","VALUE","STATUS","SYMBOL","TERMINATED",'
    '"DECIMALS"\r\n'
    '"2024","Canada","2021A000011124","Any digital platform work","Total - Gender","Persons",'
    '"249","thousands","3","v91","1.1.1","512.3","A","","","1"\r\n'
    '"2024","Canada","2021A000011124","Any digital platform work","Men+","Persons",'
    '"249","thousands","3","v92","1.1.2","300.1","A","","","1"\r\n'
    '"2024","Canada","2021A000011124","Any digital platform work","Women+","Persons",'
    '"249","thousands","3","v93","1.1.3","212.2","B","","","1"\r\n'
    '"2024","Quebec","2021A000224","Any digital platform work","Total - Gender","Persons",'
    '"249","thousands","3","v94","2.1.1","98.4","E","","","1"\r\n'
    '"2024","Nunavut","2021A000262","Any digital platform work","Total - Gender","Persons",'
    '"249","thousands","3","v95","3.1.1","","F","","","1"\r\n'
    '"2024","Canada","2021A000011124","Ride service","Total - Gender","Persons",'
    '"249","thousands","3","v96","1.2.1","71.0","A","","","1"\r\n'
)
FRENCH = (
    '\ufeff"PÉRIODE DE RÉFÉRENCE";"GÉO";"DGUID";"Travail sur plateforme numérique";"Genre";'
    '"UNITÉ DE MESURE";"IDENTIFICATEUR D\'UNITÉ DE MESURE";"FACTEUR SCALAIRE";'
    '"IDENTIFICATEUR SCALAIRE";"VECTEUR";"COORDONNÉES";"VALEUR";"STATUT";"SYMBOLE";"TERMINÉ";'
    '"DÉCIMALES"\r\n'
    '"2024";"Québec";"2021A000224";"Tout travail";"Total - Genre";"Personnes";"249";"milliers";'
    '"3";"v94";"2.1.1";"98,4";"E";"";"";"1"\r\n'
)
STATCAN_SETTINGS: dict[str, Any] = {
    "kind": "statcan",
    "file": "13109999-eng.zip",
    "concept": "platform",
    "place_kind": "residence",
    "measure": "people",
    "where": {"Digital platform work": "Any digital platform work"},
    "fields": {
        "sex": {
            "column": "Gender",
            "values": {"Total - Gender": "all", "Men+": "man", "Women+": "woman"},
        }
    },
}
STATCAN_RULE = "https://example.org/statcan/guide-symbol"


def statcan(folder: Path, text: str = ENGLISH, **changes: Any) -> Path:
    """Write a full table of Statistics Canada with its description."""
    files = {
        "13109999-eng.zip": zipped(
            {"13109999.csv": text.encode(), "13109999_MetaData.csv": b"Cube Title\nInvented\n"}
        )
    }
    own: dict[str, Any] = {
        "sampling": "probability",
        "frame": "Address register, published",
        "small_groups": STATCAN_RULE,
        "adapter": STATCAN_SETTINGS,
    }
    return write_package(folder, files=files, **(own | changes))


ILOSTAT = (
    "ref_area,source,indicator,sex,classif1,time,obs_value,obs_status,note_classif,"
    "note_indicator,note_source\n"
    "CAN,BA:1,EMP_TEMP_SEX_OCU_NB,SEX_T,OCU_ISCO08_TOTAL,2024,20100.5,,,,R1:2\n"
    "CAN,BA:1,EMP_TEMP_SEX_OCU_NB,SEX_T,OCU_ISCO08_4,2024,1810.2,U,,,R1:2\n"
    "CAN,BA:1,EMP_TEMP_SEX_OCU_NB,SEX_F,OCU_ISCO08_4,2024,1100.1,,,,R1:2\n"
    "KEN,XA:2,EMP_TEMP_SEX_OCU_NB,SEX_T,OCU_ISCO08_4,2024,610,B,,,R1:2\n"
)


def ilostat(folder: Path, **changes: Any) -> Path:
    """Write a file of ILOSTAT with its description."""
    settings = {
        "kind": "ilostat",
        "file": "EMP_TEMP_SEX_OCU_NB_A.csv",
        "concept": "occupation",
        "place_kind": "residence",
        "measure": "people",
        "multiplier": "1000",
        "scheme": "isco",
        "fields": {
            "occupation": {
                "column": "classif1",
                "values": {"OCU_ISCO08_TOTAL": "all", "OCU_ISCO08_4": "4"},
            }
        },
    }
    own: dict[str, Any] = {"small_groups": STATCAN_RULE, "adapter": settings}
    return write_package(
        folder, files={"EMP_TEMP_SEX_OCU_NB_A.csv": ILOSTAT.encode()}, **(own | changes)
    )


OLI = "date,occupation,status,count\n" + "".join(
    f"{day},{occupation},{status},{count}\n"
    for day, count in (("2016-05-01", 40), ("2016-05-31", 60), ("2016-06-01", 75))
    for occupation in ("Clerical and data entry", "Multimedia")
    for status in ("new", "filled")
)


def online_labour_index(folder: Path, **changes: Any) -> Path:
    """Write a daily file of the Online Labour Index with its description."""
    settings = {
        "kind": "online_labour_index",
        "file": "OLIdata.csv",
        "concept": "online_freelance",
        "place_kind": "client",
        "place": "WORLD",
        "measure": "index",
        "base": "2016-05",
        "where": {"status": "new", "occupation": "Clerical and data entry"},
    }
    own: dict[str, Any] = {"method": "web_scrape", "sampling": "none", "adapter": settings}
    return write_package(folder, files={"OLIdata.csv": OLI.encode()}, **(own | changes))


CODEBOOK = (
    "column,code,field,value\n"
    "Q1,F,sex,woman\nQ1,M,sex,man\nQ1,X,sex,other\n"
    "Q2,1,age,18-34\nQ2,2,age,35+\n"
    "W,,weight,\nQ9,,,\n"
)


def responses(women: int = 30, men: int = 25, others: int = 0) -> bytes:
    """Write answers of a survey as LimeSurvey exports them."""
    lines = ["id,submitdate,lastpage,startlanguage,seed,Q1,Q2,Q9,W"]
    sexes = ["F"] * women + ["M"] * men + ["X"] * others
    lines += [
        f"{number},2026-03-01 10:00:00,4,fr,12{number},{sex},{1 + number % 2},yes,10.5"
        for number, sex in enumerate(sexes)
    ]
    lines.append("9999,,1,fr,1,F,1,,10.5")
    return ("\n".join(lines) + "\n").encode()


def survey(folder: Path, answers: bytes | None = None, **changes: Any) -> Path:
    """Write a survey with its codebook and description."""
    settings = {
        "kind": "survey",
        "responses": "responses.csv",
        "codebook": "codebook.csv",
        "concept": "microwork",
        "place": "CA-QC",
        "place_kind": "residence",
        "period": "2026-01-01/2026-03-31",
        "by": ["sex", "age"],
    }
    files = {"responses.csv": answers or responses(), "codebook.csv": CODEBOOK.encode()}
    return write_package(folder, files=files, **({"adapter": settings} | changes))


AUDIT: dict[str, Any] = {
    "file": "batch.csv",
    "platform": None,
    "rows": 900,
    "people": 64,
    "assignments": 900,
    "pay": {
        "currency": "USD",
        "hours": 51.25,
        "paid": "210.5",
        "people": 60,
        "by_person": {"p10": "1.2", "p50": "3.85", "p90": "9"},
        "by_hour": {"p10": "1", "p50": "3.1", "p90": "8"},
        "by_person_overlaps_once": None,
        "under_floor": {
            "floor": "7.25",
            "people": 51,
            "people_share": 0.85,
            "hours": 49.0,
            "hours_share": 0.95,
            "missing": "120",
        },
        "rejected_unpaid": {"assignments": 9, "people": 4, "hours": 0.5, "price": "3"},
        "each": [{"person": "A1B2", "assignments": 3, "hours": 0.1, "paid": "1", "hourly": "9"}],
    },
    "questions": [],
}


def audit(folder: Path, content: Mapping[str, Any] = AUDIT, **changes: Any) -> Path:
    """Write what ``canut audit --json`` says, with its description."""
    settings = {
        "kind": "audit",
        "file": "audit.json",
        "concept": "click",
        "place": "US",
        "place_kind": "residence",
        "period": "2019-01-01/2019-06-30",
    }
    own: dict[str, Any] = {"method": "audit", "sampling": "none", "adapter": settings}
    files = {"audit.json": json.dumps(content).encode()}
    return write_package(folder, files=files, **(own | changes))
