"""Draw where the client's price goes (C12), and the hours under each protection (C13)."""

from collections.abc import Sequence
from typing import NamedTuple

from canut.core.errors import BadInput
from canut.core.money import Money
from canut.core.portrait.charts.drawing import NARROW, WIDE, PortraitSheet
from canut.core.portrait.charts.frame import ChartColumn, ChartData, PortraitChart, Value
from canut.core.portrait.charts.lanes import Lanes
from canut.core.portrait.charts.pay import ChartCaption
from canut.core.portrait.charts.places import place_words
from canut.core.portrait.language import NOT_DISCLOSED, Phrase, PortraitLanguage, Words
from canut.core.svg import Scale

NEARLY = 0.002
SILENT = Phrase("portrait.not_disclosed_in_all")
NONE_KNOWN = Phrase("portrait.which_hours_of_click_work")
NONE_FULL = Phrase("portrait.no_protection_covers_every_hour")
ONE_FULL = Phrase("portrait.one_protection_covers_every_hour")
FULL = Phrase("portrait.protections_cover_every_hour")
NOT_KNOWN = Phrase("portrait.protections_unknown")
NO_COUNTRY = Phrase("portrait.country_unknown")
MINIMUM = Phrase("portrait.an_hour_at_the_minimum_wage")
OF_WORK = Phrase("portrait.where_the_work_is_done")
OF_CLIENT = Phrase("portrait.where_the_client_is")
OF_QUEBEC = Phrase("portrait.where_work_is_paid")
ALL_TIME = Phrase("portrait.an_hour_all_its_time_counted")
PRICE = Phrase("portrait.client_price")


class Hour(NamedTuple):
    """The pay of an hour somewhere, drawn under the chain; None if it is unknown."""

    name: Words
    role: Words
    country: str
    amount: Money | None


class Link(NamedTuple):
    """Who keeps a part of the price, in which country; None and empty if not disclosed."""

    name: Words
    role: Words
    country: str
    amount: Money | None
    is_workers: bool = False


def chain(
    price: Money,
    links: Sequence[Link],
    about: ChartCaption,
    language: str,
    hours: Sequence[Hour] = (),
) -> PortraitChart:
    """Draw C12: the client's price as one bar, split into what each party kept.

    Args:
        price: the price the client pays.
        links: the parties that keep a part of it, in order.
        about: population, period and source.
        language: ``fr`` or ``en``.
        hours: pay of an hour, and minimum wages here and where clients are.

    Raises:
        BadInput: the parts do not add up to the price, or there is no link.
    """
    total = sum(link.amount.micro for link in links if link.amount)
    missing = price.micro - total
    has_silent = any(link.amount is None for link in links)
    if not links or price.micro <= 0 or missing < 0 or bool(missing) != has_silent:
        raise BadInput(
            f"parts of {total} micro-units in a price of {price.micro}; parts add up to the price, "
            "and what lacks belongs to whoever does not say"
        )
    voice = PortraitLanguage(language)
    workers = sum(link.amount.micro for link in links if link.amount and link.is_workers)
    columns = (
        ChartColumn("name", Phrase("portrait.who")),
        ChartColumn("role", Phrase("portrait.role")),
        ChartColumn("country", Phrase("portrait.country")),
        ChartColumn("amount", Phrase("portrait.amount"), "money", 2),
        ChartColumn("share", Phrase("portrait.share"), "share", 1),
    )
    rows: list[tuple[Value, ...]] = [
        (
            link.name,
            link.role,
            link.country or None,
            float(link.amount.decimal) if link.amount else NOT_DISCLOSED,
            link.amount.micro / price.micro if link.amount else NOT_DISCLOSED,
        )
        for link in links
    ]
    for name, micro in ((SILENT, missing), (PRICE, price.micro)):
        amount = float(Money(micro, price.currency).decimal)
        rows.append((name, "", "", amount, micro / price.micro))
    rows += [_hour_row(link, price.currency, voice) for link in hours]
    return PortraitChart(
        key="C12",
        language=voice.language,
        title=voice.say(
            Phrase("portrait.price_reaches_workers_in_part")
            if missing
            else Phrase("portrait.price_reaches_workers"),
            price=_amount(price.micro, price, voice),
            part=_amount(workers, price, voice),
            missing=_amount(missing, price, voice),
        ),
        about=f"{voice.say(about.population)}, {about.period}. "
        + voice.message(
            "portrait.currency_exact",
            currency=price.currency,
        ),
        source=voice.say(about.source),
        wide=_chain(_Shared(price, links, hours, missing), voice, WIDE),
        narrow=_chain(_Shared(price, links, hours, missing), voice, NARROW),
        table=ChartData(columns, tuple(rows), price.currency),
        is_simulated=about.is_simulated,
    )


def _amount(micro: int, price: Money, voice: PortraitLanguage) -> str:
    return voice.money(Money(micro, price.currency).decimal, price.currency)


def _hour_row(hour: Hour, currency: str, voice: PortraitLanguage) -> tuple[Value, ...]:
    """Return the table row of an hour; an amount in another currency names it."""
    amount: Value = None
    if hour.amount is not None:
        is_same = hour.amount.currency == currency
        amount = (
            float(hour.amount.decimal)
            if is_same
            else _amount(hour.amount.micro, hour.amount, voice)
        )
    return (hour.name, hour.role, hour.country or None, amount, "")


class _Shared(NamedTuple):
    """A price, its links, the hours drawn below, and the amount nobody discloses."""

    price: Money
    links: Sequence[Link]
    hours: Sequence[Hour]
    missing: int


def _chain(shared: _Shared, voice: PortraitLanguage, width: int) -> str:
    price, links, hours, missing = shared
    sheet = PortraitSheet("C12", width)
    scale, drawn_micro, top = Scale(0, width, price.micro), 0, 0.0
    for index, link in enumerate(links):
        micro = missing if link.amount is None else link.amount.micro
        missing -= micro if link.amount is None else 0
        x_left, x_right = scale.at(drawn_micro), scale.at(drawn_micro + micro)
        if link.amount is None:
            sheet.weave("wp", x_left, top, x_right - x_left, 34)
        else:
            sheet.rect(
                "st-t" if link.is_workers else _tone(index), x_left, top, x_right - x_left, 34
            )
        drawn_micro += micro
        if drawn_micro < price.micro:
            sheet.line("cut", x_right, top, x_right, top + 34)
    y = top + 66.0
    for index, link in enumerate(links):
        if link.amount is None:
            sheet.weave("wp", 0, y - 12, 14, 14)
        else:
            sheet.rect("st-t" if link.is_workers else _tone(index), 0, y - 12, 14, 14)
        y += _named(sheet, link, price, voice, y)
    if hours:
        sheet.line("gr", 0, y - 6, width, y - 6)
        y += 18
    for hour in hours:
        y += _named(sheet, hour, None, voice, y)
    label = Phrase("portrait.client_price_and_its_parts")
    return sheet.close(y - 12, voice.say(label))


def _tone(index: int) -> str:
    """Alternate tones, so that neighbours differ; each part also has its name in words."""
    return ("s1", "s2", "s3")[index % 3]


def _named(
    sheet: PortraitSheet, item: Link | Hour, price: Money | None, voice: PortraitLanguage, y: float
) -> float:
    """Write the name of a part of a price, or of an hour; return the height used."""
    kind = "st th" if isinstance(item, Link) and item.is_workers else "st"
    figure = voice.say(NOT_DISCLOSED) if price else voice.unknown()
    share = ""
    if item.amount is not None:
        figure = _amount(item.amount.micro, item.amount, voice)
        share = voice.share(item.amount.micro / price.micro, 1) if price else ""
    name, role = voice.say(item.name), voice.say(item.role)
    if item.amount is not None or item.country:
        country = place_words(item.country, voice, is_short=True) if item.country else ""
        role += f", {country or voice.say(NO_COUNTRY)}"
    sheet.text(24, y, name, "st")
    if sheet.is_wide:
        sheet.text(300, y, role)
        sheet.text(sheet.width - 90, y, figure, kind if item.amount else "ser", "end")
        sheet.text(sheet.width, y, share, "", "end")
        return 28
    sheet.text(sheet.width, y, figure, kind if item.amount else "ser", "end")
    sheet.text(24, y + 18, role)
    sheet.text(sheet.width, y + 18, share, "", "end")
    return 48


class Scheme(NamedTuple):
    """One protection and its share of the hours it can apply to, in one place; None is unknown.

    ``exempt``: share of them for which the law asks for nothing, the pay being too small.
    ``is_none``: the share is of hours that no known protection applies to.
    """

    name: Words
    share: float | None
    exempt: float | None = None
    place: str = ""
    is_none: bool = False


def protection(schemes: Sequence[Scheme], about: ChartCaption, language: str) -> PortraitChart:
    """Draw C13: the share of the hours each social protection can apply to that it covers.

    Raises:
        BadInput: no protection, or a share beyond 0 and 1.
    """
    if not schemes or any(
        scheme.share is not None and not 0 <= scheme.share + (scheme.exempt or 0) <= 1 + NEARLY
        for scheme in schemes
    ):
        raise BadInput("protections need at least one, each with a share of hours from 0 to 1")
    voice = PortraitLanguage(language)
    protections = [scheme for scheme in schemes if not scheme.is_none]
    with_share = [scheme for scheme in protections if scheme.share is not None]
    full = [scheme for scheme in with_share if scheme.share == 1]
    exempt = [scheme for scheme in with_share if scheme.exempt]
    columns = (
        ChartColumn("scheme", Phrase("portrait.protection")),
        ChartColumn("place", Phrase("portrait.place_of_work")),
        ChartColumn("share", Phrase("portrait.share_of_hours_it_can_apply_to"), "share", 1),
        ChartColumn("exempt", Phrase("portrait.under_the_exemption"), "share", 1),
    )
    finding = FULL if len(full) > 1 else ONE_FULL if full else NONE_FULL
    facts = {"full": str(len(full)), "all": str(len(with_share))}
    title = voice.say(finding if with_share else NONE_KNOWN, **facts)
    if 0 < len(with_share) < len(protections):
        title += f" {voice.say(NOT_KNOWN, unknown=str(len(protections) - len(with_share)))}"
    text = voice.message("portrait.share_of_hours_exact")
    if exempt:
        names = ", ".join(voice.say(scheme.name) for scheme in exempt)
        text += " " + voice.message("portrait.why_exempt", names=names)
    return PortraitChart(
        key="C13",
        language=voice.language,
        title=title,
        about=f"{voice.say(about.population)}, {about.period}. {text}",
        source=voice.say(about.source),
        wide=_schemes(schemes, voice, WIDE),
        narrow=_schemes(schemes, voice, NARROW),
        table=ChartData(
            columns,
            tuple(
                (
                    scheme.name,
                    place_words(scheme.place, voice),
                    scheme.share,
                    "" if scheme.exempt is None else scheme.exempt,
                )
                for scheme in schemes
            ),
        ),
        is_simulated=about.is_simulated,
    )


def _schemes(schemes: Sequence[Scheme], voice: PortraitLanguage, width: int) -> str:
    sheet = PortraitSheet("C13", width)
    lanes = Lanes(sheet, 1.0, top=4)
    for scheme in schemes:
        figure = "" if scheme.share is None else voice.share(scheme.share, 1)
        name = voice.say(scheme.name)
        if scheme.is_none:
            name = f"{name}, {place_words(scheme.place, voice, is_short=True)}"
        y = lanes.lane(name, figure)
        begin, end = lanes.scale.begin, lanes.scale.end
        if scheme.share is None:
            sheet.unknown(begin, y - 11, end - begin, 22, voice.unknown())
            continue
        covered_end = lanes.scale.at(scheme.share)
        sheet.rect("s3" if scheme.is_none else "s1", begin, y - 8, covered_end - begin, 16)
        if scheme.exempt:
            exempt_end = lanes.scale.at(min(1.0, scheme.share + scheme.exempt))
            sheet.weave("tw", covered_end, y - 8, exempt_end - covered_end, 16)
            word = voice.message("portrait.under_the_exemption")
            sheet.rect("ground", covered_end + 14, y - 9, len(word) * 7.2 + 12, 18)
            sheet.text(covered_end + 20, y + 5, word)
    ticks = [(share, voice.share(share)) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    end = lanes.axis(ticks, voice.message("portrait.of_the_hours"))
    label = Phrase("portrait.share_of_hours_under_each")
    return sheet.close(end, voice.say(label))
