"""Files made by hand to do harm, each with its reader and the code it is refused with."""

import io
import os
import struct
import warnings
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.core.column_files.making import Page, long_text, parquet_of, zstd

type Arrow = Any  # pyarrow has no types

MIB = 2**20


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as archive:
        warnings.simplefilter("ignore")  # of a name twice
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def parquet(table: Arrow, **options: object) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def webm(seconds: float) -> bytes:
    """Make a WebM whose head states a duration."""
    duration = b"\x44\x89\x88" + struct.pack(">d", seconds)
    rate = b"\xb5\x88" + struct.pack(">d", 8_000.0)
    tracks = b"\x16\x54\xae\x6b\xff\xae\xff\xe1\xff" + rate + b"\x9f\x81\x01"
    return b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff\x15\x49\xa9\x66\xff" + duration + tracks


def damaged_zip() -> bytes:
    content = bytearray(zipped(("a.png", os.urandom(50) * 200)))
    content[60:70] = b"\xff" * 10
    return bytes(content)


def zip_entry_with(at: int, value: bytes, name: str = "a.csv") -> bytes:
    """Change the entry of a zip's directory at a position."""
    content = bytearray(zipped((name, b"a,b\n1,2\n" * 9)))
    entry = content.rfind(b"PK\x01\x02")
    content[entry + at : entry + at + len(value)] = value
    return bytes(content)


def bytes_as_text(content: bytes) -> Arrow:
    return pa.array([content]).view(pa.string())


def metadata(name: str, text: str) -> bytes:
    return parquet(pa.table({"a": ["x"]}).replace_schema_metadata({name: text}))


def asks(question: str) -> bytes:
    return metadata("canut", f'{{"questions": [{question}]}}')


def features(text: str) -> bytes:
    return metadata("huggingface", f'{{"info": {{"features": {text}}}}}')


def encoded_as(name: str) -> bytes:
    return f'<?xml version="1.0" encoding="{name}"?><View/>'.encode()


def number_beyond_floats() -> bytes:
    category = b'"categories": [{"id": 1, "name": "a"}]'
    box = b'{"image_id": 1, "category_id": 1, "bbox": [1' + b"0" * 400 + b", 1, 1, 1]}"
    image = b'"images": [{"id": 1, "file_name": "a", "width": 9, "height": 9}], '
    return b"{" + image + category + b', "annotations": [' + box + b"]}"


def config(xml: str) -> bytes:
    return xml.encode()


LONG_NUMBER = b"9" * 5_000
HOSTILE: list[tuple[str, str, Callable[[], bytes], str]] = [
    ("table", "half a character", lambda: "a,b\n1,2\n".encode("utf-16") + b"1", ""),
    ("table", "lone surrogate", lambda: "a,b\n1,2\n".encode("utf-16") + b"\0\xdc1\0", ""),
    ("table", "quote in the first line", lambda: b'"a"x,b\n1,2\n', "header-quote"),
    ("table", "JSON in UTF-16", lambda: '{"a":1}\n'.encode("utf-16"), "jsonl-no-object"),
    ("table", "long number", lambda: b'{"a": ' + LONG_NUMBER + b"}", ""),
    ("table", "deep", lambda: b'{"a": ' + b"[" * 200_000, "jsonl-no-object"),
    ("zip", "deflated bytes", damaged_zip, ""),
    ("zip", "name of another encoding", lambda: zip_entry_with(9, b"\x08") + b"", ""),
    ("zip", "later version", lambda: zip_entry_with(6, b"\x63\0"), "zip-damaged"),
    ("zip", "locked", lambda: zip_entry_with(8, b"\x01"), "table-zip-locked"),
    ("zip", "method", lambda: zip_entry_with(10, b"\x0e\0"), "table-zip-method"),
    ("zip", "ratio", lambda: zip_entry_with(24, b"\xff\xff\xff\x7f"), "table-zip-ratio"),
    ("zip", "way out", lambda: zipped(("../a.csv", b"a,b\n1,2\n")), "table-unsafe-name"),
    ("zip", "root", lambda: zipped(("/a.csv", b"a,b\n1,2\n")), "table-unsafe-name"),
    ("zip", "bomb", lambda: zipped(("a.png", bytes(40 * MIB))), ""),
    ("zip", "same name twice", lambda: zipped(("a.png", b"1"), ("a.png", b"2")), ""),
    ("zip", "zip in a zip", lambda: zipped(("a.png", zipped(("b.png", bytes(10 * MIB))))), ""),
    ("sound", "without end", lambda: webm(float("inf")), "sound-damaged"),
    ("sound", "of no length", lambda: webm(float("nan")), "sound-damaged"),
    (
        "sound",
        "too many parts",
        lambda: b"\x1a\x45\xdf\xa3\x80" + b"\xec\x80" * 1_100_000,
        "sound-damaged",
    ),
    (
        "parquet",
        "lists of days",
        lambda: parquet(pa.table({"a": pa.array([[2**30]], pa.list_(pa.date32()))})),
        "parquet-damaged",
    ),
    (
        "parquet",
        "bytes for text",
        lambda: parquet(pa.table({"a": bytes_as_text(b"\xff")})),
        "parquet-damaged",
    ),
    (
        "parquet",
        "name of bytes",
        lambda: parquet(pa.table({"aaaa": ["x"]})).replace(b"aaaa", b"\xff" * 4),
        "parquet-damaged",
    ),
    (
        "parquet",
        "zone",
        lambda: parquet(pa.table({"a": pa.array([1], pa.timestamp("us", "Mars/Base"))})),
        "parquet-damaged",
    ),
    (
        "parquet",
        "many columns",
        lambda: parquet(pa.table({f"c{n}": [n] for n in range(2_000)})),
        "columns-too-many",
    ),
    (
        "parquet",
        "more rows than bytes",
        lambda: parquet(pa.table({"a": pa.repeat("x", 3_000_000)})),
        "parquet-grows",
    ),
    (
        "parquet",
        "compressed",
        lambda: parquet(
            pa.table({"a": pa.repeat("x" * MIB, 70)}), compression="zstd", use_dictionary=False
        ),
        "parquet-grows",
    ),
    (
        "parquet",
        "page that inflates",
        lambda: parquet_of([Page(zstd(long_text(80 * MIB)), 80 * MIB + 4)]),
        "parquet-grows",
    ),
    (
        "hub",
        "page that inflates",
        lambda: parquet_of([Page(zstd(long_text(80 * MIB)), 80 * MIB + 4)]),
        "parquet-grows",
    ),
    ("hub", "no questions", lambda: metadata("canut", "{}"), "entry-missing"),
    ("hub", "questions of text", lambda: metadata("canut", '{"questions": "abc"}'), "entry-list"),
    ("hub", "question without a kind", lambda: asks('{"id": "q"}'), "kind-unheld"),
    (
        "hub",
        "question without its parts",
        lambda: asks('{"id": "q", "kind": "choice"}'),
        "entry-object",
    ),
    ("hub", "features in a list", lambda: features("[1]"), "entry-object"),
    (
        "hub",
        "label without names",
        lambda: features('{"a": {"_type": "ClassLabel"}}'),
        "entry-missing",
    ),
    ("coco", "long number", lambda: b'{"images": [{"id": ' + LONG_NUMBER + b"}]}", "json-broken"),
    ("coco", "number beyond floats", number_beyond_floats, "json-broken"),
    (
        "coco",
        "points that are no list",
        lambda: b'{"categories": [{"id": 1, "name": "a", "keypoints": 5}]}',
        "entry-list",
    ),
    ("spacy jsonl", "long number", lambda: b'["a", {"id": ' + LONG_NUMBER + b"}]\n", "json-broken"),
    ("yolo data", "laughs", lambda: b"a: &a [x, x]\nb: &b [*a, *a]\nnames: *b\n", "yaml-broken"),
    ("yolo data", "deep", lambda: b"[" * 100_000, "yaml-broken"),
    ("yolo data", "day", lambda: b"names: [a]\ntrain: 2001-99-99\n", "yaml-broken"),
    ("yolo data", "long number", lambda: b"names: [a]\nnc: " + LONG_NUMBER, "yaml-broken"),
    (
        "yolo data",
        "hours without end",
        lambda: b"names: [a]\nnc: 1" + b":59" * 4_000,
        "yaml-broken",
    ),
    (
        "yolo data",
        "many points",
        lambda: b"names: [a]\nkpt_shape: [99999999999, 3]\n",
        "entry-known",
    ),
    ("yolo data", "skeleton", lambda: b"names: [a]\nskeleton: 5\n", "entry-list"),
    *(
        ("label studio config", f"encoding {name}", partial(encoded_as, name), "xml-broken")
        for name in ("foo", "utf-7", "big5", "rot13", "hex")
    ),
    (
        "label studio config",
        "laughs",
        lambda: config('<!DOCTYPE a [<!ENTITY a "b">]><View>&a;</View>'),
        "xml-unsafe",
    ),
    (
        "label studio config",
        "file outside",
        lambda: config('<!DOCTYPE a SYSTEM "file:///etc/passwd"><View/>'),
        "xml-unsafe",
    ),
    ("label studio config", "deep", lambda: config("<View>" * 500), "xml-broken"),
    (
        "label studio config",
        "huge attribute",
        lambda: config(f'<View a="{"x" * MIB}"/>'),
        "xml-too-large",
    ),
    (
        "mturk form",
        "reference",
        lambda: b"<p>&#" + LONG_NUMBER + b";${text}</p>",
        "template-broken",
    ),
    ("mturk form", "spaces in a variable", lambda: b"${" + b" " * 500_000, "template-no-field"),
    ("mturk form", "variables", lambda: b"${text} " * 130_000, "template-no-field"),
]
