"""Draw a chart without known figures: a bare area and an empty table."""

from canut.core.portrait.charts.drawing import NARROW, WIDE, PortraitSheet
from canut.core.portrait.charts.frame import ChartColumn, ChartData, PortraitChart
from canut.core.portrait.charts.pay import ChartCaption
from canut.core.portrait.language import HIDDEN, Phrase, PortraitLanguage, Words

HIGH = 96.0


class Bare:
    """A chart without figures: its finding, its columns, and the reason."""

    def __init__(
        self, key: str, title: Words, columns: tuple[ChartColumn, ...], why: Words
    ) -> None:
        self.key, self.title, self.columns, self.why = key, title, columns, why

    def drawn(
        self, about: ChartCaption, language: str, *, is_hidden: bool = False
    ) -> PortraitChart:
        """Draw the chart; say that figures are suppressed, if they are, rather than unknown."""
        voice = PortraitLanguage(language)
        word = voice.say(HIDDEN) if is_hidden else voice.unknown()
        label = f"{voice.say(self.title)} {word}"
        return PortraitChart(
            key=self.key,
            language=voice.language,
            title=voice.say(self.title),
            about=f"{voice.say(about.population)}, {about.period}. {voice.say(self.why)}",
            source=voice.say(about.source),
            wide=self._bare(WIDE, word, label),
            narrow=self._bare(NARROW, word, label),
            table=ChartData(self.columns, ()),
            is_simulated=about.is_simulated,
        )

    def _bare(self, width: int, word: str, label: str) -> str:
        sheet = PortraitSheet(self.key, width)
        sheet.unknown(0, 0, width, HIGH, word)
        return sheet.close(HIGH, label)


DISTRIBUTION = Bare(
    "C5",
    Phrase("portrait.how_pay_by_hour_is"),
    (
        ChartColumn("pay", Phrase("portrait.pay_by_hour_up_to"), "money", 2),
        ChartColumn("people", Phrase("portrait.share_of_people"), "share"),
        ChartColumn("hours", Phrase("portrait.share_of_hours"), "share"),
    ),
    Phrase("portrait.never_drawn_of_under_twenty_people"),
)
TIME = Bare(
    "C6",
    Phrase("portrait.where_an_hour_of_click"),
    (
        ChartColumn("time", Phrase("portrait.time")),
        ChartColumn("minutes", Phrase("portrait.minutes_of_an_hour"), "minutes", 1),
    ),
    Phrase("portrait.minutes_once_a_period_is_closed"),
)
DECIDED = Bare(
    "C10",
    Phrase("portrait.who_decides_people_or_machines"),
    (
        ChartColumn("period", Phrase("portrait.period")),
        ChartColumn("touched", Phrase("portrait.touched_by_people"), "share", 1),
    ),
    Phrase("portrait.share_of_final_decisions"),
)
SECONDS = Bare(
    "C11",
    Phrase("portrait.work_in_decisions_unknown"),
    (
        ChartColumn("model", Phrase("portrait.model")),
        ChartColumn("embodied", Phrase("portrait.seconds_inside"), "seconds", 1),
    ),
    Phrase("portrait.seconds_once_a_model_decided"),
)
CHAIN = Bare(
    "C12",
    Phrase("portrait.what_of_a_client_price"),
    (
        ChartColumn("role", Phrase("portrait.role")),
        ChartColumn("amount", Phrase("portrait.amount"), "money", 2),
    ),
    Phrase("portrait.parts_of_100_that_clients"),
)
