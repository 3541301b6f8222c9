"""Bring packs of legal values, and put them in force on two people's word.

A pack is signed with the key of this instance or of a publisher that its settings trust. It takes
effect once two different people, operators, auditors or representatives, have said yes. Where there
is no second person it waits seven days, and the people whose pay rests on it read of it meanwhile.

Statements of closed periods stay as they are. A pack that changes what wages of a closed period
rest on gives a reason, and the difference is paid as a correction. A contribution of a pay day that
has passed is not changed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from canut.actions.ledger.entries import record_fact
from canut.actions.ledger.log_keys import signer_of
from canut.actions.pay.exchange_rates import WITNESSES, has_second_person
from canut.actions.pay.statement_recount import places_of
from canut.actions.platform.row_faults import attempt_each
from canut.core.clock import DAY_MS, Ms, from_ms
from canut.core.errors import (
    BadInput,
    BadProof,
    Conflict,
    Forbidden,
    Incomplete,
    Missing,
    NotReady,
    Refusal,
)
from canut.core.places.packs import (
    SCHEMA,
    PackValue,
    PlacePack,
    check_pack,
    is_far,
    read_pack,
    sign_pack,
    with_packs,
)
from canut.core.places.parameters import DatedValue, Parameter, Places
from canut.core.proofs.did_key import did_of, public_of_did
from canut.core.proofs.signing import public_of
from canut.store.models import Membership, Period, Person, Terms
from canut.store.models import PlacePack as PackRow
from canut.store.pay.places import is_concerned, packs_alone, places

KEY_NAME = "place packs"
ALONE_DAYS = 7
LONGEST_REASON = 300
OF_WAGES = ("minimum_wage", "living_wage", "overtime", "vacation", "holiday")
"""Schemes that wages of a closed period rest on; a change of them is paid as a correction."""


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value of a pack as a second person reads it.

    Args:
        before: the value in force before it; None if none was known.
        is_far: whether it is far from that one, so that it has a reason.
    """

    value: PackValue
    unit: str
    before: DatedValue | None
    is_far: bool


@dataclass(frozen=True, slots=True)
class PackView:
    """A pack as the page shows it."""

    row: PackRow
    pack: PlacePack
    changes: Sequence[ValueChange]


def bring_pack(
    content: bytes, by: Person | None, now_ms: Ms, *, signs_here: bool = False
) -> PackRow:
    """Store a pack that waits for two people's word.

    Args:
        content: the file.
        by: the operator who brings it, whose word is the first; None for a command.
        now_ms: the moment.
        signs_here: sign it with the key of this instance, whose values its operator looked up.

    Raises:
        BadFile, BadInput: it is no pack, or a value of it cannot be meant; the refusal says where.
        NotProven: it is not signed, or was changed since.
        Forbidden: nobody here trusts who signed it.
        Conflict: it is here already.
    """
    if signs_here:
        content = sign_pack(content, own_secret(), _iso(now_ms))
    pack = check_content(content)
    try:
        with transaction.atomic():
            row = PackRow.objects.create(
                sha256=pack.sha256,
                content=pack.content,
                place=pack.place,
                version=pack.version,
                author=pack.author,
                author_name=trusted_authors()[pack.author],
                brought_ms=now_ms,
            )
            if by is not None:
                _say_first(row, by, now_ms)
    except IntegrityError as twice:
        raise Conflict("this pack is here already", code="pack-twice") from twice
    return row


def check_content(content: bytes) -> PlacePack:
    """Read a pack and check it, as it is checked before it is stored.

    Raises:
        BadFile, BadInput, NotProven, Forbidden: as ``bring_pack``.
    """
    pack = read_pack(content)
    if pack.author not in trusted_authors():
        raise Forbidden(
            f"the pack is signed by {pack.author}, whom nobody here trusts; add the key to"
            " CANUT_PLACE_KEYS if you know whose it is",
            code="pack-author",
            key=pack.author,
        )
    _check(pack)
    return pack


@transaction.atomic
def confirm_pack(number: int, by: Person, now_ms: Ms) -> bool:
    """Say yes to a pack; return whether it takes effect with this word.

    Raises:
        Missing: there is no such pack.
        Conflict: it does not wait any more.
        Forbidden: the first word is theirs already, or they are no witness.
        BadInput: what is known has changed since it was brought, and it no longer fits.
    """
    row = _lock_waiting(number)
    _check_witness(by)
    if row.first_by_id is None:
        _say_first(row, by, now_ms)
        return False
    if row.first_by_id == by.pk:
        raise Forbidden("somebody else says the second yes", code="pack-own-word")
    row.second_by, row.second_ms = by, now_ms
    _put_in_force(row, now_ms)
    return True


@transaction.atomic
def refuse_pack(number: int, reason: str, by: Person, now_ms: Ms) -> None:
    """Refuse a pack that waits.

    Raises:
        Missing: there is no such pack.
        Conflict: it does not wait any more.
        Forbidden: they are no witness.
        Incomplete: no reason is given.
    """
    row = _lock_waiting(number)
    _check_witness(by)
    if not reason.strip():
        raise Incomplete("say why the pack is refused", code="pack-refusal-reason")
    row.state, row.refused_by, row.refused_ms = PackRow.State.REFUSED, by, now_ms
    row.refused_why = reason.strip()[:LONGEST_REASON]
    row.save()


def settle_packs(now_ms: Ms) -> int:
    """Put in force the packs whose seven days are over; return how many changed."""
    waiting = PackRow.objects.filter(state=PackRow.State.WAITING, alone_until_ms__lte=now_ms)
    numbers = list(waiting.values_list("id", flat=True))
    return attempt_each("pack", numbers, lambda number: _settle(number, now_ms))


@transaction.atomic
def _settle(number: int, now_ms: Ms) -> bool:
    row = PackRow.objects.select_for_update().get(id=number)
    if row.state != PackRow.State.WAITING or row.first_by_id is None:
        return False
    if has_second_person(row.first_by_id):
        row.alone_until_ms = None
        row.save()
        return True
    try:
        _put_in_force(row, now_ms)
    except Refusal as refusal:
        row.state, row.refused_ms = PackRow.State.REFUSED, now_ms
        row.refused_why = str(refusal)[:LONGEST_REASON]
        row.save()
    return True


def packs_waiting() -> list[PackView]:
    """List the packs that wait for a word, the oldest first."""
    rows = PackRow.objects.filter(state=PackRow.State.WAITING).select_related("first_by")
    law = places()
    return [_view(law, row) for row in rows.order_by("id")]


def packs_settled(most: int = 20) -> list[PackRow]:
    """List the packs in force and those that were refused, the newest first."""
    rows = PackRow.objects.exclude(state=PackRow.State.WAITING)
    return list(rows.select_related("first_by", "second_by", "refused_by").order_by("-id")[:most])


def pack_numbered(number: int) -> PackRow:
    """Return a pack.

    Raises:
        Missing: there is none.
    """
    row = PackRow.objects.filter(id=number).first()
    if row is None:
        raise Missing(f"there is no pack {number}")
    return row


def packs_alone_for(terms: Terms | None) -> list[PackRow]:
    """List the packs that soon take effect on one person's word, for whoever they concern."""
    place = terms.place if terms is not None else ""
    return [row for row, touched in packs_alone() if is_concerned(place, touched)]


def changed_laws(closed: Sequence[Period]) -> dict[int, Places]:
    """Return the law of closed periods for which a pack has changed what wages rest on.

    Args:
        closed: closed periods.

    Returns:
        What is known of every place with those packs, by number of the period.
    """
    rows = PackRow.objects.filter(state=PackRow.State.IN_FORCE).order_by("takes_effect_ms", "id")
    packs = [read_pack(content.encode()) for content in rows.values_list("content", flat=True)]
    laws: dict[int, Places] = {}
    for period in closed if packs else ():
        used = set(period.places.values_list("sha256", flat=True))
        new = [
            pack
            for pack in packs
            if pack.sha256 not in used
            and any(
                value.since <= period.last_day and value.name.partition(".")[0] in OF_WAGES
                for value in pack.values
            )
        ]
        if new:
            laws[period.pk] = with_packs(places_of(period), new)
    return laws


def draft_pack(place: str, today: date) -> bytes:
    """Return a pack to fill in: every value of a place that ends, with the last one before it.

    Raises:
        Missing: no file here is of this place.
    """
    law = places()
    if place not in law.by_code:
        raise Missing(f"no place {place!r} is known here", code="place-unknown", place=place)
    values = [
        _blank(rules.code, parameter, place, stop)
        for rules in law.chain(place)
        for _name, parameter in sorted(rules.parameters.items())
        if (stop := parameter.ends_on(today)) is not None
        and stop <= today + timedelta(days=400)
        and law.parameter(parameter.name, place) == (rules, parameter)
    ]
    source = {"title": "", "url": "https://", "kind": "official", "read": today.isoformat()}
    draft = {
        "schema": SCHEMA,
        "place": place,
        "version": "",
        "prepared_by": "",
        "checked_by": "",
        "prepared_on": today.isoformat(),
        "sources": {"S1": source},
        "values": values,
    }
    return (json.dumps(draft, indent=1, ensure_ascii=False) + "\n").encode()


def _blank(code: str, parameter: Parameter, place: str, stop: date) -> dict[str, object]:
    last = parameter.on(stop - timedelta(days=1))
    return {
        **({"place": code} if code != place else {}),
        "parameter": parameter.name,
        "from": stop.isoformat(),
        "until": stop.replace(year=stop.year + 1, day=min(stop.day, 28)).isoformat(),
        "value": None,
        "src": "S1",
        "confidence": "official",
        "note": f"before: {last.value}, {parameter.unit}" if last else parameter.unit,
    }


def trusted_authors() -> dict[str, str]:
    """Return whose packs are trusted here, by did:key: this instance, and those of the settings.

    Raises:
        NotReady: the setting or the key of this instance cannot be read.
    """
    authors = {did_of(public_of(own_secret())): ""}
    for item in settings.PLACE_KEYS.split(","):
        name, _, did = item.strip().rpartition(" ")
        if not did:
            continue
        try:
            public_of_did(did)
        except BadProof as problem:
            raise NotReady(
                f"CANUT_PLACE_KEYS has {item.strip()[:60]!r}; expected NAME did:key:…, …",
                code="place-keys",
            ) from problem
        authors[did] = name.strip() or did
    return authors


def own_secret() -> bytes:
    """Return the secret that signs this instance's own packs: that of the ledger's logs.

    Raises:
        NotReady: the key cannot be read, made or kept.
    """
    return signer_of(KEY_NAME).secret


def _say_first(row: PackRow, by: Person, now_ms: Ms) -> None:
    """Store the first word; who is alone waits, and the people concerned read of it."""
    _check_witness(by)
    row.first_by, row.first_ms = by, now_ms
    if not has_second_person(by.pk):
        row.alone_until_ms = now_ms + ALONE_DAYS * DAY_MS
    row.save()


def _put_in_force(row: PackRow, now_ms: Ms) -> None:
    """Put a pack in force after checking it against what is known now."""
    _check(read_pack(row.content.encode()))
    row.state, row.takes_effect_ms = PackRow.State.IN_FORCE, now_ms
    row.save()
    facts = {"name": f"place {row.place}", "pack": row.version, "sha256": row.sha256}
    record_fact(None, "policy.set", facts, now_ms)


def _lock_waiting(number: int) -> PackRow:
    row = PackRow.objects.select_for_update().filter(id=number).first()
    if row is None:
        raise Missing(f"there is no pack {number}")
    if row.state != PackRow.State.WAITING:
        raise Conflict(f"pack {number} does not wait any more", code="pack-settled")
    return row


def _check_witness(by: Person) -> None:
    roles = Membership.objects.filter(person=by, role__in=WITNESSES, ended_at=None)
    if not roles.exists():
        raise Forbidden("operators, auditors and representatives say yes", code="pack-witness")


def _check(pack: PlacePack) -> None:
    """Check a pack against what is known, and against what was paid already."""
    law = places()
    check_pack(law, pack)
    closed = Period.objects.filter(state=Period.State.CLOSED)
    last = closed.aggregate(day=Max("last_day"), pay_day=Max("pay_day"))
    for value in pack.values:
        is_of_wages = value.name.partition(".")[0] in OF_WAGES
        until = last["day"] if is_of_wages else last["pay_day"]
        if until is None or not _was_used(law, value, until):
            continue
        if not is_of_wages:
            raise BadInput(
                f"{value.where}: pay days up to {until} are closed with the value before; Canut"
                " corrects wages of closed periods, not contributions",
                code="pack-past",
                where=value.where,
                day=until.isoformat(),
            )
        if not value.reason:
            raise BadInput(
                f"{value.where}: work up to {until} is paid with the value before; give a reason,"
                " and the difference is paid as a correction",
                code="pack-past-reason",
                where=value.where,
                day=until.isoformat(),
            )


def _was_used(law: Places, value: PackValue, until: date) -> bool:
    """Return whether closed periods may have used another value for days of this one."""
    parameter = law.by_code[value.place].parameters[value.name]
    entry = parameter.on(value.since)
    if value.since > until or entry is None or entry.value is None:
        return False
    return value.since < parameter.stop_of(entry)


def _view(law: Places, row: PackRow) -> PackView:
    pack = read_pack(row.content.encode())
    changes: list[ValueChange] = []
    for value in pack.values:
        rules = law.by_code.get(value.place)
        parameter = rules.parameters.get(value.name) if rules else None
        before = parameter.on(value.since) if parameter else None
        unit = parameter.unit if parameter else ""
        far = parameter is not None and is_far(parameter, value)
        changes.append(ValueChange(value, unit, before, far))
    return PackView(row, pack, changes)


def _iso(now_ms: Ms) -> str:
    moment: datetime = from_ms(now_ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
