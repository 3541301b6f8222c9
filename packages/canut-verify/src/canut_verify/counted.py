"""What can be counted again: a project's log, and the rows beside a card."""

import json
from collections import Counter
from fractions import Fraction
from hashlib import sha256
from typing import Any

from canut_verify import RefusedError, UnreadableError
from canut_verify.bundle import read_entry
from canut_verify.confirmed import KIND
from canut_verify.documents import parse
from canut_verify.material import ENTRY
from canut_verify.notes import EMPTY

STEP, AT_FLOOR = 500_000, 5_000_000
FEWEST, FEWEST_P90 = 20, 100
TABLES = ("pay", "before", "after")
ROW = 4

type Json = dict[str, Any]
type Bins = list[list[int]]


type Counted = tuple[int, bytes, Counter[str], set[str], Json | None, dict[str, list[Json]]]


def count_log(raw: bytes, project: str) -> Counted:
    """Hash a file of entries; return how many, their root, how many of each kind, who signed.

    Then comes what the newest entry about the material says, last the facts of other open entries
    by their kinds.
    """
    hashes: list[bytes] = []
    tails: Counter[bytes] = Counter()
    kinds: Counter[str] = Counter()
    signed: set[str] = set()
    hidden: set[bytes] = set()
    material: Json | None = None
    facts: dict[str, list[Json]] = {}
    signing = f',"p":"{project}","t":"{KIND}","v":1}}'.encode()
    at = 0
    while at < len(raw):
        length = int.from_bytes(raw[at : at + 2])
        body = raw[at + 2 : at + 2 + length]
        at += 2 + length
        if at > len(raw):
            raise UnreadableError(f"the entries end within number {len(hashes)}")
        hashes.append(sha256(b"\x00" + body).digest())
        head, tail = body[:71], body[71:]
        if head in hidden:
            raise RefusedError(f"entry {len(hashes) - 1} of the project’s log stands there twice")
        if head[:6] == b'{"c":"':
            hidden.add(head)
        if tail == signing:
            signed.add(head[6:70].decode("ascii", "replace"))
        if tail in tails and head[:6] == b'{"c":"' and head[70:] == b'"' and _is_hex(head[6:70]):
            tails[tail] += 1
            continue
        entry: Json = read_entry(body)
        if entry["p"] != project:
            raise UnreadableError(f"entry {len(hashes) - 1} is of another project")
        if "c" in entry:
            tails[tail] = 1
        else:
            kinds[str(entry["t"])] += 1
            facts.setdefault(str(entry["t"]), []).append(entry["f"])
            material = entry["f"] if entry["t"] == ENTRY else material
    for tail, count in tails.items():
        kinds[str(parse(b'{"c":"' + b"0" * 64 + b'"' + tail)["t"])] += count
    return len(hashes), root_of(hashes), kinds, signed, material, facts


def root_at(raw: bytes, most: int) -> bytes:
    """Return the root of the first entries of a file."""
    hashes: list[bytes] = []
    at = 0
    while len(hashes) < most:
        begin = at + 2
        at = begin + int.from_bytes(raw[at:begin])
        if not begin < at <= len(raw):
            raise UnreadableError(f"no {most} entries")
        hashes.append(sha256(b"\x00" + raw[begin:at]).digest())
    return root_of(hashes)


def parse_rows(raw: bytes) -> Json:
    """Read the rows."""
    rows = parse(raw)
    if set(rows) != {"currency", "simulated", "v", *TABLES} or rows["v"] is True or rows["v"] != 1:
        raise UnreadableError("not the rows beside a card")
    if not isinstance(rows["currency"], str) or not isinstance(rows["simulated"], bool):
        raise UnreadableError("not the rows beside a card")
    for name in TABLES:
        _check(rows[name])
    return rows


def find_figures(rows: Json) -> Json:
    """Find the figures that rows show; those they do not show are absent."""
    found: Json = {"currency": rows["currency"]}
    pay: Bins = rows["pay"]
    people = sum(row[2] for row in pay)
    if people:
        found["people"] = people
    for name, share in (("p10", 100), ("p50", 500), ("p90", 900)):
        if people >= (FEWEST_P90 if name == "p90" else FEWEST):
            found[f"pay_people_{name}"] = _below(pay, [row[2] for row in pay], share)
            hours = [row[3] for row in pay]
            if -1 not in hours and any(hours):
                found[f"pay_hours_{name}"] = _below(pay, hours, share)
    for name, table in (("under_floor_before", "before"), ("under_floor_after", "after")):
        bins: Bins = rows[table]
        if bins and not any(low < AT_FLOOR < high for low, high, _, _ in bins):
            under = sum(row[2] for row in bins if row[0] < AT_FLOOR)
            found[name] = -(-under * 1000 // sum(row[2] for row in bins))
    if "under_floor_after" in found:
        found["floor_respected"] = "no" if found["under_floor_after"] else "yes"
    return found


def find_logged(kinds: Counter[str], facts: dict[str, list[Json]]) -> Json:
    """Find the figures that entries show: appeals, versions of the instructions, the currency."""
    found: Json = {"appeals": kinds["appeal.open"]}
    for name, kind, field in (
        ("instructions", "instructions.set", "text"),
        ("currency", "price.set", "currency"),
    ):
        values = [one.get(field) for one in facts.get(kind, [])]
        if not values or len(values) != kinds[kind]:
            continue
        if not all(isinstance(one, str) and one for one in values):
            continue
        different = list(dict.fromkeys(values))
        if name == "instructions":
            found[name] = different
        elif len(different) == 1:
            found[name] = different[0]
    return found


def find_alpha(raw: bytes) -> int | None:
    """Find Krippendorff's alpha of the labels, equal or not, in thousandths; None if none."""
    tasks: dict[int, Counter[str]] = {}
    for line in raw.split(b"\n")[:-1]:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as why:
            raise UnreadableError(f"an answer is not JSON: {why}") from why
        task, label = (row.get("task"), row.get("label")) if isinstance(row, dict) else (None, None)
        if isinstance(task, int) and isinstance(label, str) and label:
            tasks.setdefault(task, Counter())[label] += 1
    apart = Fraction(0)
    whole: Counter[str] = Counter()
    for labels in tasks.values():
        count = labels.total()
        if count > 1:
            apart += Fraction(count**2 - sum(n**2 for n in labels.values()), count - 1)
            whole += labels
    all_pairs = whole.total() ** 2 - sum(n**2 for n in whole.values())
    if not all_pairs:
        return None
    thousandths = 1000 * (1 - (whole.total() - 1) * apart / all_pairs)
    return int((thousandths + Fraction(1, 2)) // 1)


def count_lines(raw: bytes) -> int:
    """Count the lines of a file, each with its end."""
    if raw and raw[-1:] != b"\n":
        raise UnreadableError("a file that does not end with its last line")
    return raw.count(b"\n")


def _below(bins: Bins, weights: list[int], share: int) -> int:
    """Find the pay below which a share in thousandths lies, people lying evenly in a row."""
    reach, passed = share * sum(weights), 0
    for (low, high, _, _), weight in zip(bins, weights, strict=True):
        if weight and reach <= 1000 * (passed + weight):
            return low + (high - low) * (reach - 1000 * passed) // (1000 * weight)
        passed += weight
    return bins[-1][1]


def _check(table: object) -> None:
    edges: list[int] = []
    for row in table if isinstance(table, list) else [None]:
        if not isinstance(row, list) or len(row) != ROW or any(type(one) is not int for one in row):
            raise UnreadableError("a row that is not four whole numbers")
        low, high, people, hours = row
        if low >= high or people < 1 or hours < -1:
            raise UnreadableError("a row of nobody, or upside down")
        edges += [low, high]
    if edges != sorted(edges):
        raise UnreadableError("rows out of order")


def root_of(hashes: list[bytes]) -> bytes:
    """Join neighbours, row by row; a last one without a neighbour goes up as it is."""
    while len(hashes) > 1:
        joined = [
            sha256(b"\x01" + hashes[n] + hashes[n + 1]).digest()
            for n in range(0, len(hashes) - 1, 2)
        ]
        hashes = joined + hashes[len(joined) * 2 :]
    return hashes[0] if hashes else EMPTY


def _is_hex(text: bytes) -> bool:
    return not text.strip(b"0123456789abcdef") and len(text) == len(EMPTY) * 2
