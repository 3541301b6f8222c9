"""Draw a chart without known figures: a bare area and an empty table."""

from canut.core.portrait.charts.drawing import NARROW, WIDE, PortraitSheet
from canut.core.portrait.charts.frame import ChartColumn, ChartData, PortraitChart
from canut.core.portrait.charts.pay import ChartCaption
from canut.core.portrait.facts import Text
from canut.core.portrait.language import HIDDEN, PortraitLanguage

HIGH = 96.0


class Bare:
    """A chart without figures: its finding, its columns, and the reason."""

    def __init__(self, key: str, title: Text, columns: tuple[ChartColumn, ...], why: Text) -> None:
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
    Text(
        "How pay by hour is spread, and how much of it is under the floor, is unknown.",
        "Comment la paye de l’heure se répartit, et sa part sous le plancher, est inconnu.",
    ),
    (
        ChartColumn("pay", Text("Pay by hour, up to", "Paye de l’heure, jusqu’à"), "money", 2),
        ChartColumn("people", Text("Share of people", "Part des personnes"), "share"),
        ChartColumn("hours", Text("Share of hours", "Part des heures"), "share"),
    ),
    Text("Never drawn of under twenty people.", "Jamais dessiné sous vingt personnes."),
)
TIME = Bare(
    "C6",
    Text(
        "Where an hour of click work goes is unknown.",
        "Où va une heure de travail du clic est inconnu.",
    ),
    (
        ChartColumn("time", Text("Time", "Temps")),
        ChartColumn("minutes", Text("Minutes of an hour", "Minutes de l’heure"), "minutes", 1),
    ),
    Text(
        "Minutes of an hour of work, once a pay period is closed.",
        "Minutes d’une heure de travail, dès qu’une période de paye est fermée.",
    ),
)
DECIDED = Bare(
    "C10",
    Text(
        "Who decides, people or machines, is unknown here.",
        "Qui décide, des personnes ou des machines, est inconnu ici.",
    ),
    (
        ChartColumn("period", Text("Period", "Période")),
        ChartColumn("touched", Text("touched by people", "touché par des personnes"), "share", 1),
    ),
    Text("Share of final decisions.", "Part des décisions finales."),
)
SECONDS = Bare(
    "C11",
    Text(
        "How much people’s work a machine’s decision holds is unknown here.",
        "Ce qu’une décision de machine contient de travail humain est inconnu ici.",
    ),
    (
        ChartColumn("model", Text("Model", "Modèle")),
        ChartColumn("embodied", Text("Seconds inside", "Secondes dedans"), "seconds", 1),
    ),
    Text(
        "Seconds by automated decision, once a model has decided.",
        "Secondes par décision automatique, dès qu’un modèle a décidé.",
    ),
)
CHAIN = Bare(
    "C12",
    Text(
        "What of a client’s price reaches who does the work is unknown here.",
        "Ce qui, du prix du client, arrive à qui fait le travail est inconnu ici.",
    ),
    (
        ChartColumn("role", Text("Role", "Rôle")),
        ChartColumn("amount", Text("Amount", "Montant"), "money", 2),
    ),
    Text(
        "Parts of 100 that clients pay, where they declared their price.",
        "Parts de 100 payés par les clients, là où leur prix est déclaré.",
    ),
)
