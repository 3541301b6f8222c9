"""Statements of the first release come out the same, to the byte, by their own rules."""

import json
import lzma
import sqlite3
from contextlib import closing
from pathlib import Path

from canut.core.pay.statement import PayDesk, text_of
from canut.core.places.parameters import Places
from canut.core.places.reader import read_place

STORED = Path(__file__).parents[2] / "upgrade/0003_guards.sqlite3.xz"


def test_statement_of_the_first_rules_comes_out_the_same(tmp_path: Path) -> None:
    database = tmp_path / "stored.sqlite3"
    database.write_bytes(lzma.decompress(STORED.read_bytes()))
    with closing(sqlite3.connect(database)) as connection:
        files = connection.execute("SELECT name, content FROM store_placefile").fetchall()
        rows = connection.execute("SELECT content FROM store_statement").fetchall()
    read = [read_place(name, content.encode()) for name, content in files]
    desk = PayDesk(Places({place.code: place for place in read}))

    contents = [content for (content,) in rows]

    assert {json.loads(content)["schema"] for content in contents} == {"canut-statement-1"}
    assert [text_of(desk.again(json.loads(content))) for content in contents] == contents
