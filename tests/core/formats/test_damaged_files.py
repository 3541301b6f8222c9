"""Files that are damaged, or made to do harm: every reader refuses in words, in little memory.

Each reader is given valid files with seeded damage, and files made by hand for what readers of
their kind have fallen for. A reader may read what is left, set rows aside or refuse; it may raise
nothing but a refusal with a code.
"""

import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from canut.core.errors import BadFile, BadInput, Refusal, TooLarge
from canut.core.formats import read, sniff
from canut.core.formats.platforms import label_studio, label_studio_config
from canut.core.formats.platforms.mturk_form import read_form
from canut.core.formats.platforms.platform_work import Cells
from canut.core.formats.platforms.register import platform_of
from canut.core.formats.tables import images, sound
from canut.core.formats.training import coco, conll, huggingface, masks, spacy, yolo
from canut.core.formats.training.labelled_items import DocumentPath, Notes
from tests.core.formats.hostile_examples import HOSTILE, MIB, parquet, zipped
from tests.core.formats.test_battery import peak
from tests.support import sounds
from tests.support.mutations import damage_bytes, damage_text, pick

HERE = Path(__file__).parent / "readers"
IS_LONG = bool(os.environ.get("CANUT_SOAK"))
ROUNDS = 3_000 if IS_LONG else 60
SEEDS = range(5) if IS_LONG else range(1)

CONFIG = (HERE / "label_studio/config.xml").read_bytes()
FORM = b"""<crowd-form><short-instructions>Look & decide</short-instructions><p>Which is it?</p>
<img src="${image}"/><input type="radio" name="q" value="a" id="x"/><label for="x">A</label>
<input type="radio" name="q" value="b"/>B &amp; &#233; ${text}<!-- no --></crowd-form>"""
BATCH = b"""HITId,AssignmentId,WorkerId,AssignmentStatus,AcceptTime,SubmitTime,\
WorkTimeInSeconds,Reward,Answer.taskAnswers,Answer.q.label
h,a,w,Approved,Wed Jul 08 12:00:00 PDT 2015,2015-07-08,60,$0.05,"[{""x"":{""y"":true}}]",k
"""
CONLL_U = b"# newdoc id = d\n1-2\tdu\t_\tNER=B-A|SpaceAfter=No\n1\tde\t_\t_\n2\tle\t_\t_\n"
CONLL_U = b"# global.columns = ID FORM FEATS MISC\n" + CONLL_U
DATA = b"names: {0: cat, 1: dog}\nkpt_shape: [2, 3]\nkpt_names: [a, b]\nskeleton: [[a, b]]\nnc: 2\n"


def read_table(content: bytes) -> int:
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(content)
        path = Path(file.name)
        platform = platform_of(path)
        if platform is not None:
            return sum(len(b.pieces) for b in platform.read(path, platform.reading_of(path)))
        reading = sniff(path)
        if reading.format == "images":
            return len(list(images.pictures(path, images.names_of(path))))
        return sum(len(batch.rows) for batch in read(path, reading))


def read_tasks(content: bytes) -> int:
    config = label_studio_config.read(CONFIG, "config.xml", Notes())
    return len(list(label_studio.read([content[:99], content[99:]], "t.json", config, Notes())))


def read_hub(content: bytes) -> int:
    with tempfile.NamedTemporaryFile() as file:
        path = Path(file.name)
        path.write_bytes(content)
        return sum(len(rows) for rows in huggingface.read(path, huggingface.questions_in(path)))


def read_yolo(content: bytes) -> int:
    data = yolo.read_data(DATA, "data.yaml", Notes())
    pictures = [yolo.Labelled("a.png", 100, 50, content)]
    tasks = ("detect", "segment", "pose", "obb")
    return sum(len(list(yolo.read(pictures, data, task, Notes()))) for task in tasks[:1])


def read_coco(content: bytes) -> int:
    for kind in coco.KINDS[1:]:
        coco.read([content], "c.json", kind, Notes())
    return len(coco.read([content[:50], content[50:]], "c.json", "boxes", Notes()).pictures)


PLAIN_TABLE = pa.table(
    {"a": [f"é{n}" for n in range(90)], "b": range(90), "c": [{"x": [n]} for n in range(90)]}
)
type Reader = Callable[[bytes], object]
SAMPLES: dict[str, tuple[Reader, list[bytes]]] = {
    "table": (
        read_table,
        [
            'a;b\n«é»;1\n"x\n";2\n'.encode(),
            "a,b\né,1\nü,2\n".encode("utf-16"),
            "sep=;\na;b\né;2\n".encode("cp1252"),
            b'{"a": "b", "c": [1, {"d": null}]}\n{"a": 2}\n',
            BATCH,
            b"INPUT:t\tOUTPUT:q\tASSIGNMENT:worker_id\tASSIGNMENT:started\nx\ta\tw\t2020-01-01\n",
        ],
    ),
    "zip": (
        read_table,
        [
            zipped(("a.csv", b"a,b\nx.png,1\n" * 30), ("x.png", b"\x89PNG\r\n\x1a\n" + bytes(90))),
            zipped(("é/1.png", os.urandom(300)), ("é/2.png", os.urandom(300))),
        ],
    ),
    "parquet": (read_table, [parquet(PLAIN_TABLE), parquet(PLAIN_TABLE, compression="none")]),
    "hub": (read_hub, [(HERE / "datasets/all.parquet").read_bytes()]),
    "sound": (
        sound.read_sound,
        [sounds.wav(), sounds.mp3(9), sounds.flac(), sounds.opus(), sounds.m4a(), sounds.webm()],
    ),
    "coco": (
        read_coco,
        [
            (HERE / "supervision/boxes.coco.json").read_bytes(),
            (HERE / "pycocotools/masks.json").read_bytes(),
        ],
    ),
    "conll": (
        lambda content: list(conll.read([content], "c", Notes())),
        [(HERE / "label_studio/spans.conll").read_bytes(), CONLL_U],
    ),
    "spacy json": (
        lambda content: list(spacy.read_json([content], "s", Notes())),
        [(HERE / "spacy/spans.spacy.json").read_bytes()],
    ),
    "spacy jsonl": (
        lambda content: list(spacy.read_jsonl([content], "s", Notes())),
        [b'["du pain", {"entities": [[0, 2, "A"]], "spans": {"sc": [[3, 7, "B"]]}}]\n'],
    ),
    "yolo labels": (read_yolo, [b"0 0.5 0.5 0.2 0.2\n1 0.1 0.1 0.1 0.1\n"]),
    "yolo data": (lambda content: yolo.read_data(content, "d", Notes()), [DATA]),
    "label studio config": (
        lambda content: label_studio_config.read(content, "c.xml", Notes()),
        [CONFIG],
    ),
    "label studio tasks": (read_tasks, [(HERE / "label_studio/tasks.json").read_bytes()]),
    "mturk form": (
        lambda content: read_form(content.decode("utf-8", "replace"), ["image", "text"]),
        [FORM],
    ),
}


def chance_of(name: str, seed: int, number: int) -> np.random.Generator:
    return np.random.default_rng([zlib.crc32(name.encode()), seed, number])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in {"parquet", "hub"}])
def test_damaged_file_is_read_or_refused_in_words(name: str, seed: int) -> None:
    reader, samples = SAMPLES[name]
    for number in range(ROUNDS):
        chance = chance_of(name, seed, number)
        sample = pick(chance, samples)
        damage = damage_bytes if name in {"zip", "sound"} else damage_text
        content = damage(sample, chance)
        try:
            reader(content)
        except Refusal:
            continue
        except Exception as failure:
            raise AssertionError(f"{name}/{seed}/{number}: {failure!r}") from failure


PROBE = """
import sys
from canut.core.errors import Refusal
from tests.core.formats.test_damaged_files import SAMPLES, chance_of
from tests.support.mutations import damage_bytes, pick
name, seed, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
reader, samples = SAMPLES[name]
for number in range(rounds):
    print(number, flush=True)
    chance = chance_of(name, int(seed), number)
    try:
        reader(damage_bytes(pick(chance, samples), chance))
    except Refusal as refusal:
        assert refusal.case
"""


@pytest.mark.process
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["parquet", "hub"])
def test_damaged_parquet_neither_ends_the_process_nor_raises_anything_else(
    name: str, seed: int
) -> None:
    command = [sys.executable, "-c", PROBE, name, str(seed), str(4 * ROUNDS)]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)

    assert done.returncode == 0, f"{done.stdout[-10:]}: {done.stderr[-900:]}"


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [(name, make, code) for name, _what, make, code in HOSTILE],
    ids=[f"{name}: {what}" for name, what, _make, _code in HOSTILE],
)
def test_file_made_to_do_harm_is_refused_with_its_code(
    name: str, make: Callable[[], bytes], code: str
) -> None:
    reader, _samples = SAMPLES[name]
    cases = [""]
    try:
        reader(make())
    except Refusal as refusal:
        cases.append(refusal.case)

    assert cases[-1] == code or not code


def test_zip_of_another_method_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(("a.png", bytes(64 * MIB)), method=zipfile.ZIP_BZIP2))
    names = images.names_of(path)

    problems = list[object]()
    memory = peak(lambda: problems.extend(images.pictures(path, names)))

    assert [getattr(problem, "code", "") for problem in problems] == ["zip-method"]
    assert memory < 4 * MIB


def test_directory_of_a_zip_is_counted_before_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "ENTRY_LIMIT", 20)
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(*((f"{n}.png", b"") for n in range(30))))
    loaded = list[object]()
    monkeypatch.setattr(zipfile, "ZipFile", loaded.append)

    with pytest.raises(TooLarge) as refused:
        images.open_zip(path)

    assert refused.value.case == "files-too-many"
    assert loaded == []


def test_text_that_repeats_in_a_parquet_takes_memory_once(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 300, pa.int32()), ["x" * MIB])
    path.write_bytes(parquet(pa.table({"a": texts}), compression="zstd", store_schema=False))
    assert path.stat().st_size < 4_096
    rows = list[int]()

    def count() -> None:
        rows.extend(len(batch.rows) for batch in read(path, sniff(path)))

    assert peak(count) < 64 * MIB
    assert sum(rows) == 300


def test_rough_mask_is_refused_before_its_outline_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(masks, "MOST_EDGES", 1_000)
    side = 200

    with pytest.raises(BadFile) as refused:
        masks.polygons_of({"size": [side, side], "counts": [side] * side}, DocumentPath("f", "x"))

    assert refused.value.case == "mask-rough"


def test_packed_run_without_end_is_no_long_number() -> None:
    assert all(abs(run) < 2**70 for run in masks.unpacked("P" * 1_000)[:1])


def cells(text: str) -> Cells:
    return Cells({"x": text}, 1, [])


@pytest.mark.parametrize("text", ["1e999999", "1e-9999999999", "9" * 5_000, "NaN", "Infinity"])
def test_pay_that_is_no_amount_is_a_problem(text: str) -> None:
    row = cells(text)

    assert row.pay("x") in {None, 0}
    assert len(row.problems) <= 1


@pytest.mark.parametrize("text", [":".join(["1"] * 300), "1:2:3:4", "nan", "1e400"])
def test_seconds_that_are_no_duration_are_a_problem(text: str) -> None:
    row = cells(text)

    assert row.seconds("x") is None
    assert [problem.code for problem in row.problems] == ["bad-seconds"]


def test_ogg_of_millions_of_pages_takes_no_memory_for_them() -> None:
    content = sounds.opus()
    end = content.rfind(b"OggS")
    many = content[:end] + content[end:] * 20_000 + b"OggS" + bytes(20)

    def hear() -> None:
        with pytest.raises(BadInput):
            sound.read_sound(many)

    assert peak(hear) < MIB


def unclosed() -> Iterator[bytes]:
    yield b'a,b\n"'
    for _ in range(40):
        yield b"x" * MIB


def test_cell_without_end_is_found_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.writelines(unclosed())
    codes = list[str]()

    def collect() -> None:
        for batch in read(path, sniff(path)):
            codes.extend(problem.code for problem in batch.problems)

    assert peak(collect) < 24 * MIB
    assert codes[0] in {"row-too-large", "quote-unclosed"}
