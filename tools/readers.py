"""Check the files that models are trained from with the readers of others, each in its own place.

Each reader gets an environment under ``.readers/`` with the pinned versions of its ``.lock``, reads
what Canut wrote of a few invented answers, says what it saw, and writes files of its own, which
Canut reads back. ``--write`` keeps those under ``tests/core/formats/readers/``, where the tests
read them; ``--lock`` chooses new versions. Names as arguments choose among the readers.
"""

import base64
import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

from canut.core.bilingual import Bilingual
from canut.core.datasets.card import CardFigure
from canut.core.datasets.descriptions import croissant, readme
from canut.core.datasets.manifest import file_of
from canut.core.formats import FileColumn
from canut.core.formats.platforms import label_studio
from canut.core.formats.platforms import label_studio_config as configs
from canut.core.formats.platforms.label_studio_tasks import write_tasks
from canut.core.formats.platforms.label_studio_writing import write_config
from canut.core.formats.tables.writing import stream_parquet, stream_rows
from canut.core.formats.training import coco, conll, huggingface, spacy, yolo
from canut.core.formats.training.coco_writing import write as write_coco
from canut.core.formats.training.conll_writing import write as write_conll
from canut.core.formats.training.labelled_items import LabelledImage, LabelledText, Notes
from canut.core.formats.training.splits import SPLITS, split_of
from canut.core.formats.training.yolo_writing import write as write_yolo
from canut.core.passport.baking import bake_png, bake_svg
from canut.core.passport.credentials import (
    CredentialOrder,
    Issuer,
    StatusEntry,
    WorkShown,
    email_holder,
    key_holder,
    skill_credential,
    work_credential,
)
from canut.core.passport.learner_records import learner_record
from canut.core.passport.lesson_credentials import (
    acts_credential,
    course_credential,
    lesson_credential,
    role_credential,
)
from canut.core.passport.lesson_skills import COURSE, LessonPassed, skills_by_acts
from canut.core.passport.skills import SkillShown, shipped_skills
from canut.core.proofs.data_integrity import sign_credential
from canut.core.proofs.did_key import did_of
from canut.core.proofs.signing import public_of
from canut.core.proofs.webhooks import encode_secret, signature
from tools.programs.environments import SCRIPTS, WANTED, lock, node_place, place

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "tests/core/formats/readers"
KEPT_ELSEWHERE = {"openbadgeslib": ROOT / "tests/core/passport/readers"}
IN_JAVASCRIPT = {
    "openbadgeslib": "vc/read_badges.mjs",
    "openapi": "typescript/read_openapi.mjs",
    "webhooks": "webhooks_js/read_webhooks.mjs",
}
"""A second reader of the same files, of the packages beside it."""
DESCRIBED = ROOT / "docs/en/developers/openapi.json"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>Canut</title></svg>'
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
WIDTH, HEIGHT = 64, 48
NEAR = 0.1  # of a pixel
LABELS = ["chat", "chien"]
POINTS = ["nez", "queue"]


def listed(values: list[str]) -> list[dict[str, str]]:
    return [{"value": each, "label": each} for each in values]


def question(kind: str, **more: object) -> dict[str, object]:
    return {
        "id": kind,
        "kind": kind,
        "ask": f"Que dire : {kind} ?",
        "labels": listed(LABELS),
        **more,
    }


BOXES = [
    {"label": "chien", "x": 4, "y": 6, "w": 20, "h": 10},
    {"label": "chat", "x": 30, "y": 20, "w": 8, "h": 16},
]
TURNED = [{"label": "chien", "x": 20, "y": 12, "w": 20, "h": 10, "angle": 30}]
POLYGONS = [{"label": "chat", "points": [[4, 4], [24, 4], [24, 20], [14, 28], [4, 20]]}]
KEYPOINTS = [{"label": "chat", "points": {"nez": [10, 12, 2], "queue": [40, 30, 1]}}]
TEXT = "Léa vit à Lyon 🙂 depuis mai.\nBob aussi."
SPANS = [
    {"id": "1", "label": "chat", "start": 0, "end": 3},
    {"id": "2", "label": "chien", "start": 10, "end": 14},
    {"id": "3", "label": "chat", "start": TEXT.index("Bob"), "end": TEXT.index("Bob") + 3},
]
PASSAGE = LabelledText(TEXT, {"spans": SPANS, "relations": []}, "t1")
REGIONS = {
    "boxes": (question("boxes"), BOXES),
    "rotated": (question("boxes", rotated=True), TURNED),
    "polygons": (question("polygons"), POLYGONS),
    "keypoints": (
        question("keypoints", points=listed(POINTS), skeleton=[POINTS]),
        KEYPOINTS,
    ),
}
BUNDLED = (
    *(("chat", 0.5, "é 🙂"), ("chien, l'autre", None, None), ("0", 1.0, "007")),
    *(("1", 0.25, "1e5"), (None, None, "=1+1"), ("-3", 0.125, "\n"), ("NA", 0.5, "nan")),
)
"""Label, confidence and another text of each row: digits, formulas and words for nothing too."""
TASKS = {"boxes": "detect", "rotated": "obb", "polygons": "segment", "keypoints": "pose"}
OTHERS = {
    "choice": ({"choices": listed(LABELS), "multiple": False}, "chien"),
    "number": ({"least": 0, "most": 9, "decimals": 1}, 2.5),
    "text": ({"mode": "short"}, "Un chat 🙂 ?"),
    "rating": ({"least": 1, "most": 5, "step": 1}, 4),
    "spans": (
        {"labels": listed(LABELS), "column": "text", "relations": []},
        PASSAGE.value,
    ),
    "audio": (
        {"labels": listed(LABELS), "column": "sound", "transcript": True},
        [{"label": "chat", "start": 0.5, "end": 2, "text": "miaou"}],
    ),
    "pair": (
        {"a": "image", "b": "other", "as": "image", "reasons": [], "tie": False},
        {"choice": "a", "reasons": []},
    ),
}


def schema() -> dict[str, object]:
    """Return one schema of every kind that Label Studio and Parquet hold."""
    questions = [
        {"id": kind, "kind": kind, "ask": f"Que dire : {kind} ?", **settings}
        for kind, (settings, _) in OTHERS.items()
    ]
    questions += [
        {**REGIONS[name][0], "id": name, "column": "image"} for name in ("boxes", "polygons")
    ]
    questions.append(
        {
            **REGIONS["keypoints"][0],
            "id": "keypoints",
            "labels": listed(["keypoints"]),
            "column": "image",
        }
    )
    shows = {"text": "text", "image": "image", "other": "image", "sound": "audio"}
    return {
        "questions": questions,
        "show": [{"column": c, "as": form} for c, form in shows.items()],
    }


def values() -> dict[str, object]:
    by_kind = {kind: value for kind, (_, value) in OTHERS.items()}
    whole = [{**each, "label": "keypoints"} for each in KEYPOINTS]
    return {**by_kind, "boxes": BOXES, "polygons": POLYGONS, "keypoints": whole}


def write_ours(folder: Path) -> None:
    """Write the invented answers in every format."""
    (folder / "expected.json").write_text(
        json.dumps(
            {
                "boxes": BOXES,
                "rotated": TURNED,
                "polygons": POLYGONS,
                "keypoints": KEYPOINTS,
                "text": TEXT,
                "spans": SPANS,
                "labels": LABELS,
                "points": POINTS,
                "values": values(),
                "size": [WIDTH, HEIGHT],
            },
            ensure_ascii=False,
        )
    )
    for name, (question, value) in REGIONS.items():
        picture = LabelledImage("a.png", WIDTH, HEIGHT, tuple(value))
        pictures = [picture]
        (folder / f"{name}.json").write_bytes(
            b"".join(write_coco(question, lambda pictures=pictures: pictures, Notes()))
        )
        for part in write_yolo(question, TASKS[name], [("train", picture)], Notes()):
            path = folder / f"yolo-{TASKS[name]}" / part.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(part.content)
    (folder / "spans.conll").write_bytes(b"".join(write_conll([PASSAGE], Notes())))
    (folder / "spans.spacy.json").write_bytes(b"".join(spacy.write_json([PASSAGE], Notes())))
    over = LabelledText(TEXT, {"spans": [*SPANS, {**SPANS[0], "end": 7}], "relations": []})
    (folder / "spans.jsonl").write_bytes(b"".join(spacy.write_jsonl([PASSAGE, over], Notes())))
    columns = [FileColumn("passage")]
    row = huggingface.TypedRow({"passage": TEXT}, values())
    empty = huggingface.TypedRow({"passage": "rien"}, {})
    asked_all = schema()["questions"]
    (folder / "all.parquet").write_bytes(
        b"".join(huggingface.write(columns, asked_all, [[row, empty]]))
    )
    bundle(folder / "bundle")
    hub(folder)
    webhook(folder)
    badges(folder / "badges")
    content = write_config(schema(), Notes())
    (folder / "config.xml").write_bytes(content)
    config = configs.read(content, "config.xml", Notes())
    data = {"text": TEXT, "image": "a.png", "other": "b.png", "sound": "a.wav"}
    answer = label_studio.Answer(values(), "17", 12.5)
    guess = label_studio.Prediction(values(), 0.5, "m1")
    sizes = {"image": (WIDTH, HEIGHT)}
    task = label_studio.Task("1", data, (answer,), (guess,), sizes)
    (folder / "tasks.json").write_bytes(
        b"".join(write_tasks([task], schema(), config, Notes(), {"17": 17}))
    )


def webhook(folder: Path) -> None:
    """Write one delivery of a webhook as it is sent, with the secret of its receiver."""
    secret, body = encode_secret(bytes(range(32))), '{"type": "task.closed", "data": {"task": 1}}'
    message, at_seconds = "msg_1", 1_790_000_000
    headers = {
        "webhook-id": message,
        "webhook-timestamp": str(at_seconds),
        "webhook-signature": signature(secret, message, at_seconds, body.encode()),
    }
    delivery = {"secret": secret, "body": body, "headers": headers}
    (folder / "webhook.json").write_text(json.dumps(delivery))


def badges(folder: Path) -> None:
    """Write one signed credential of each kind, and one in each kind of picture."""
    folder.mkdir()
    secret, now_ms = bytes(range(32)), 1_790_000_000_000
    issuer = Issuer(did_of(public_of(secret)), "Canut : exemple", "https://canut.example")
    status = StatusEntry("https://canut.example/passport/status/1", 94_567)
    order = CredentialOrder(
        "7b1f3c1e-0000-4000-8000-000000000001",
        email_holder("nadia@example.org", "a1b2c3d4"),
        "fr",
        status,
        now_ms,
    )
    english = dataclasses.replace(
        order, holder=key_holder(did_of(public_of(bytes(32)))), language="en"
    )
    checking = SkillShown("S08", 2, 57, 60, 887, now_ms - 10**10, now_ms)
    work = WorkShown("CAN-ANNOT", "Annotation « 🙂 »", 45 * 3_600_000, now_ms - 10**10, now_ms)
    documents = {
        "skill": skill_credential(issuer, shipped_skills()["S08"], checking, english),
        "no-esco": skill_credential(issuer, shipped_skills()["S24"], checking, order),
        "work": work_credential(issuer, work, order),
    }
    documents |= badges_of_lessons(issuer, english)
    (folder / "public.hex").write_text(public_of(secret).hex())
    created = "2026-11-28T00:00:00Z"
    members = [
        sign_credential({**document, "id": f"urn:uuid:{uuid.UUID(int=number)}"}, secret, created)
        for number, document in enumerate(documents.values(), 1)
    ]
    documents["record"] = learner_record(issuer, members, order.number, "fr", now_ms)
    for name, document in documents.items():
        signed = sign_credential(document, secret, created)
        text = json.dumps(signed, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text)
        (folder / f"{name}.svg").write_text(bake_svg(DRAWING, text))
        (folder / f"{name}.png").write_bytes(bake_png(PICTURE, text))
    (folder / "forged").mkdir()
    forged = dict(forgeries(json.loads((folder / "skill.json").read_text())))
    (folder / "forged/skill.json").write_text(json.dumps(forged))


def forgeries(signed: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield a signed badge with each of its texts changed, one at a time, and with each left out.

    Types, vocabularies and the proofs stay as they are: without them nothing is read at all.
    """
    for path, text in texts_of({name: each for name, each in signed.items() if name != "proof"}):
        name = "/".join(map(str, path))
        if {"type", "@context"} & set(path):
            continue
        day_later = text.replace("-0", "-1", 1).replace("-2", "-1", 1)
        changed = day_later if text.endswith("T00:00:00Z") else f"{text}0"
        for how, value in (("changed", changed), ("left out", None)):
            forged = json.loads(json.dumps(signed))
            *above, last = path
            part = forged
            for step in above:
                part = part[step]
            if value is None:
                del part[last]
            else:
                part[last] = value
            yield f"{name} {how}", forged


def texts_of(part: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple, str]]:
    """Yield each text of a document with the way to it."""
    if isinstance(part, str):
        yield path, part
        return
    parts = part.items() if isinstance(part, dict) else enumerate(part) if part else ()
    for step, inner in parts:
        yield from texts_of(inner, (*path, step))


def badges_of_lessons(issuer: Issuer, order: CredentialOrder) -> dict[str, dict[str, object]]:
    """Return the credentials of a lesson, of the course, of a role and of a skill they show."""
    title = Bilingual("Bias & “means”", "Biais et moyennes")
    twelve = [
        LessonPassed(f"l{number}", number, 2, title, {"S24": 2}, 17, 3, order.now_ms)
        for number in COURSE
    ]
    (ethics,) = skills_by_acts(twelve, [])
    return {
        "lesson": lesson_credential(issuer, twelve[3], order),
        "course": course_credential(issuer, twelve, 10**8, order),
        "role": role_credential(issuer, "marker", order.now_ms - 10**10, None, order),
        "by-lessons": acts_credential(issuer, shipped_skills()["S24"], ethics, order),
    }


def bundle(folder: Path) -> None:
    """Write the part of a bundle that machines read: tables, description, dataset card."""
    columns = [
        *(FileColumn("task", "whole"), FileColumn("label"), FileColumn("sure", "number")),
        *(FileColumn("label.ce que/c'est"), FileColumn("simulated", "yes-no")),
    ]
    rows = [(number, *cells, True) for number, cells in enumerate(BUNDLED, 1)]
    files = []
    for form in ("csv", "jsonl", "parquet"):
        content = b"".join(
            stream_parquet(columns, [rows], {"simulated": "true"}, codec="gzip")
            if form == "parquet"
            else stream_rows(form, columns, [rows])
        )
        path = folder / f"data/labels.{form}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        files.append(file_of(f"data/labels.{form}", content))
    (folder / "labour-card.json").write_bytes(b"{}")
    files.append(file_of("labour-card.json", b"{}"))
    about = croissant.DatasetAbout(
        "chats", "Chats : qui ?", "Chats\n\nou chiens", "Les Soies",
        "http://127.0.0.1/cards/chats", "2026-01-31", "1.0.0", "CC-BY-4.0",
    )  # fmt: skip
    figures = {
        "people": CardFigure(25),
        "items": CardFigure(len(rows)),
        "answers_per_item": CardFigure(2500),
        "agreement": CardFigure(812),
        "places": CardFigure({"CA": 25}),
        "period": CardFigure(["2026-01-05", "2026-01-30"]),
        "machines": CardFigure(["m1"]),
        "chain": CardFigure(None, reason="not declared"),
    }
    (folder.parent / "bundle-rows.json").write_text(json.dumps(rows))
    table = croissant.DatasetTable("labels", "data/labels.parquet", columns, "task")
    described = croissant.croissant_of(about, [table], files, figures, is_simulated=True)
    (folder / "croissant.json").write_bytes(described)
    package = croissant.datapackage_of(about, {"labels": columns}, files, is_simulated=True)
    (folder / "datapackage.json").write_bytes(package)
    configs = {"labels": "data/labels.parquet"}
    (folder / "README.md").write_bytes(readme.readme_of(about, figures, configs, is_simulated=True))


def hub(folder: Path) -> None:
    """Write a dataset with splits and pictures, as a bundle with media has them."""
    shutil.copytree(folder / "bundle", folder / "hub")
    choice = {"id": "choice", "kind": "choice", **OTHERS["choice"][0]}
    rows, expected = dict[str, list[huggingface.TypedRow]](), dict[str, list[object]]()
    for number in range(30):
        key, label = f"t-{number}", LABELS[number % 2]
        file = huggingface.MediaFile(PICTURE, f"{number}.png")
        row = huggingface.TypedRow({"key": key}, {"choice": label}, {"photo": file})
        rows.setdefault(split := split_of(key), []).append(row)
        expected.setdefault(split, []).append([key, label, [1, 1]])
    for split, batch in rows.items():
        path = folder / f"hub/typed/{split}-00000.parquet"
        path.parent.mkdir(exist_ok=True)
        content = huggingface.write([FileColumn("key")], [choice], [batch], {"photo": "image"})
        path.write_bytes(b"".join(content))
    about = croissant.DatasetAbout(
        "chats", "Chats", "", "Les Soies", "http://127.0.0.1/", "2026-01-31", "1.0.0"
    )
    configs = {
        "typed": {split: f"typed/{split}-*.parquet" for split in SPLITS if split in rows},
        "labels": "data/labels.parquet",
    }
    text = readme.readme_of(about, {}, configs, is_simulated=True)
    (folder / "hub/README.md").write_bytes(text)
    (folder / "typed-rows.json").write_text(json.dumps(expected))


def read_in_javascript(name: str, own: Path) -> bool:
    """Return whether the second reader saw what was said; true where there is none."""
    if name not in IN_JAVASCRIPT:
        return True
    script = SCRIPTS / IN_JAVASCRIPT[name]
    node, home = node_place(script.parent)
    command = [node, str(Path(home, script.name)), str(own), str(DESCRIBED)]
    return subprocess.run(command, check=False).returncode == 0


def read_back(name: str, theirs: Path) -> Iterator[tuple[str, object, object]]:
    """Yield what Canut reads of each file a reader wrote, beside what was said."""
    for path in sorted(theirs.rglob("*.coco.json")):
        kind = path.name.split(".")[0]
        labelled = coco.read([path.read_bytes()], path.name, kind, Notes())
        yield f"{name}/{path.name}", labelled.pictures[0].value, tuple(REGIONS[kind][1])
    for path in sorted(theirs.glob("yolo-*")):
        task = path.name.removeprefix("yolo-")
        kind = next(kind for kind, each in TASKS.items() if each == task)
        data = yolo.read_data((path / "data.yaml").read_bytes(), "data.yaml", Notes())
        lines = next(path.rglob("*.txt")).read_bytes()
        picture = yolo.Labelled("a.png", WIDTH, HEIGHT, lines)
        (labelled_picture,) = yolo.read([picture], data, task, Notes())
        yield f"{name}/{path.name}", labelled_picture.value, tuple(REGIONS[kind][1])
    for path in sorted(theirs.glob("*.conll")):
        (text,) = conll.read([path.read_bytes()], path.name, Notes(), [TEXT])
        yield f"{name}/{path.name}", text.value["spans"], SPANS
    for path in sorted(theirs.glob("*.spacy.json")):
        (text,) = spacy.read_json([path.read_bytes()], path.name, Notes())
        yield f"{name}/{path.name}", text.value["spans"], SPANS
    for path in sorted(theirs.glob("*.parquet")):
        (rows,) = huggingface.read(path, schema()["questions"])
        yield f"{name}/{path.name}", rows[0].values, values()
    for path in sorted(theirs.glob("tasks*.json")):
        config = configs.read((theirs / "config.xml").read_bytes(), "config.xml", Notes())
        (task,) = label_studio.read([path.read_bytes()], path.name, config, Notes())
        yield f"{name}/{path.name}", task.answers[0].values, values()


def near(actual: object, expected: object) -> bool:
    """Say whether two answers are the same to a tenth of a pixel, in whatever order."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return all(near(actual.get(name, 0), value) for name, value in expected.items())
    if isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)):
        if expected and isinstance(expected[0], dict):
            order = sorted(actual, key=str), sorted(expected, key=str)
            return len(actual) == len(expected) and (
                all(map(near, actual, expected)) or all(map(near, *order))
            )
        return len(actual) == len(expected) and all(map(near, actual, expected))
    if isinstance(expected, (int, float)) and isinstance(actual, (int, float)):
        return abs(actual - expected) < NEAR
    return actual == expected


def main() -> int:
    """Return 0 when every reader saw what was said and Canut read back what it wrote."""
    names = [each for each in sys.argv[1:] if not each.startswith("-")] or list(WANTED)
    bad = 0
    for name in names:
        if "--lock" in sys.argv:
            lock(name)
            continue
        with tempfile.TemporaryDirectory(prefix="canut-readers-") as folder:
            own, theirs = Path(folder, "ours"), Path(folder, "theirs")
            own.mkdir()
            theirs.mkdir()
            write_ours(own)
            script = [str(place(name)), str(SCRIPTS / f"read_{name}.py"), str(own), str(theirs)]
            env = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": f"{folder}/cache"}
            env["YOLO_CONFIG_DIR"] = f"{folder}/yolo"
            done = subprocess.run(script, check=False, cwd=folder, env=env)
            is_read = not done.returncode and read_in_javascript(name, own)
            bad += not is_read
            print(f"{name}: {'read what Canut wrote' if is_read else 'FAILED'}")
            for what, actual, expected in read_back(name, theirs) if not done.returncode else ():
                is_same = near(actual, expected)
                bad += not is_same
                print(
                    f"{what}: {'Canut read it back' if is_same else f'{actual} is not {expected}'}"
                )
            if "--write" in sys.argv and not done.returncode:
                folder_kept = KEPT_ELSEWHERE.get(name, KEPT / name)
                shutil.rmtree(folder_kept, ignore_errors=True)
                shutil.copytree(theirs, folder_kept)
                shutil.copy(own / "expected.json", KEPT / "expected.json")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
