"""Write the Portrait in sentences: both readings side by side, and the missing chapter.

Sentences are messages of the catalogue, whose facts are figures; they contain no number of their
own. If a figure is unknown, the sentence says so. Nothing here combines both readings: no net
figure, no score.
"""

from collections.abc import Iterator
from typing import NamedTuple

from canut.core.portrait.chart_set import SCHEMES, Reference
from canut.core.portrait.entries import Entries
from canut.core.portrait.figure_list import INSIDE, LOAD, POPULATION
from canut.core.portrait.language import Phrase, PortraitLanguage, Words
from canut.core.portrait.machine_figures import KINDS

TITLE = Phrase("portrait.the_missing_chapter")
LEAD = Phrase("portrait.chapter_lead")
READINGS = Phrase("portrait.the_end_of_jobs_or")
MADE = {
    "label": Phrase("portrait.labelling"),
    "verify": Phrase("portrait.checking"),
    "train": Phrase("portrait.training_models"),
    "maintain": Phrase("portrait.maintaining_them"),
}


class ProsePassage(NamedTuple):
    """One passage: its heading, its sentences in one language, and its chart."""

    heading: str
    sentences: tuple[str, ...]
    chart: str = ""


class ProseReading(NamedTuple):
    """One of the two readings: its name, and its sentences."""

    name: str
    sentences: tuple[str, ...]


class ProseWriter(NamedTuple):
    """Write sentences in one language with the figures of an edition."""

    entries: Entries
    voice: PortraitLanguage

    def message(self, message_id: str, /, **facts: str) -> str:
        """Format a message of the catalogue."""
        return self.voice.message(message_id, **facts)

    def figure(self, key: str) -> str:
        """Format a figure.

        Raises:
            Missing: no figure has this id.
        """
        return self.entries.told(self.entries.get(key), self.voice)


def readings(entries: Entries, voice: PortraitLanguage) -> tuple[ProseReading, ProseReading]:
    """Return both readings of the same figures: hours displaced, hours created."""
    writer = ProseWriter(entries, voice)
    return (
        ProseReading(voice.message("portrait.the_end_of_jobs"), tuple(_ending(writer))),
        ProseReading(voice.message("portrait.a_plethora_of_jobs"), tuple(_plethora(writer))),
    )


def _ending(writer: ProseWriter) -> Iterator[str]:
    if writer.entries.is_known("displaced"):
        yield writer.message(
            "portrait.hours_that_machines_took_the", displaced=writer.figure("displaced")
        )
    else:
        yield writer.message("portrait.how_many_hours_machines_took")
    if writer.entries.is_known("decided.untouched"):
        yield writer.message(
            "portrait.decisions_in_which_nobody_had", untouched=writer.figure("decided.untouched")
        )


def _plethora(writer: ProseWriter) -> Iterator[str]:
    known_kinds = [kind for kind in KINDS if writer.entries.is_known(f"created.{kind}")]
    if known_kinds:
        for kind in known_kinds:
            yield writer.message(
                "portrait.hours_automation_made",
                kind=writer.voice.say(MADE[kind]),
                hours=writer.figure(f"created.{kind}"),
            )
    else:
        yield writer.message("portrait.how_many_hours_automation_made")
    if writer.entries.is_known("decided.touched"):
        yield writer.message(
            "portrait.decisions_in_which_people_had", touched=writer.figure("decided.touched")
        )


def chapter(
    entries: Entries, reference: Reference, voice: PortraitLanguage
) -> tuple[ProsePassage, ...]:
    """Write the chapter in one language, passage by passage."""
    return tuple(
        ProsePassage(heading, tuple(sentences), chart)
        for heading, sentences, chart in _parts(ProseWriter(entries, voice), reference)
    )


type _Part = tuple[str, list[str], str]


def _parts(writer: ProseWriter, reference: Reference) -> Iterator[_Part]:
    yield (writer.message("portrait.what_the_study_counted"), _counted(writer), "C1")
    yield (writer.message("portrait.whom_it_did_not_count"), _not_counted(writer), "C3")
    yield (
        writer.message("portrait.who_is_named"),
        [
            writer.message(
                "portrait.click_work_in_classifications",
                esco_looked_for=writer.figure("visible.esco.looked_for"),
                esco_rows=writer.figure("visible.esco.rows"),
                esco_named=writer.figure("visible.esco.named"),
                esco_skills_rows=writer.figure("visible.esco_skills.rows"),
                esco_skills_named=writer.figure("visible.esco_skills.named"),
            ),
            writer.message("portrait.of_the_noc_only_titles"),
        ],
        "C2",
    )
    yield (writer.message("portrait.what_an_hour_pays"), _pay(writer, reference), "C4")
    yield (writer.message("portrait.how_pay_is_spread"), _spread(writer), "C5")
    yield (writer.message("portrait.where_an_hour_goes"), _time(writer), "C6")
    yield (writer.message("portrait.who_decides"), _decides(writer), "C10")
    yield (writer.message("portrait.people_inside_machines"), _inside(writer), "C11")
    yield (writer.voice.say(READINGS), [*_ending(writer), *_plethora(writer)], "")
    yield (writer.message("portrait.who_keeps_what"), _chain(writer), "C12")
    yield (writer.message("portrait.who_is_protected"), _protected(writer), "C13")
    yield (writer.message("portrait.load_breaks_appeals"), _load(writer), "")
    yield (writer.message("portrait.how_many_and_who_leaves"), _people(writer), "")
    yield (writer.message("portrait.what_this_cannot_say"), _limits(writer), "")


def _counted(writer: ProseWriter) -> list[str]:
    return [
        writer.message(
            "portrait.a_study_counts_nearly_professionals",
            all=writer.figure("F1.all"),
            period=writer.entries.get("F1.all").period,
        ),
        writer.message(
            "portrait.five_of_its_named_occupations",
            core=writer.figure("rings.core"),
            core_share=writer.figure("rings.core_share"),
            reference=writer.figure("CV.people.reference"),
        ),
        writer.message(
            "portrait.the_rest_by_occupation",
            rest=writer.figure("rings.rest"),
            programmer_analysts=writer.figure("F3.programmer_analysts"),
            business_analysts=writer.figure("F3.business_analysts"),
            web_integrators=writer.figure("F3.web_integrators"),
            others=writer.figure("rings.others"),
        ),
    ]


def _not_counted(writer: ProseWriter) -> list[str]:
    sentences = [
        writer.message("portrait.click_workers_of_quebec_no", all=writer.figure("F6.all")),
        writer.message(
            "portrait.of_occupations_in_one_table",
            rows=writer.figure("table.rows"),
            counted=writer.figure("table.counted"),
            click_rows=writer.figure("table.click_rows"),
            click_counted=writer.figure("table.click_counted"),
        ),
    ]
    if writer.entries.is_known("ALL.people.here"):
        sentences.append(
            writer.message(
                "portrait.in_this_instance_paid_for", here=writer.figure("ALL.people.here")
            )
        )
    return sentences


def _pay(writer: ProseWriter, reference: Reference) -> list[str]:
    sentences: list[str] = []
    for row in reference.occupations:
        nominal, effective = f"pay.nominal.{row.key}", f"pay.effective.{row.key}"
        if writer.entries.is_known(effective) and nominal in writer.entries.by_key:
            sentences.append(
                writer.message(
                    "portrait.pay_of_an_hour",
                    occupation=writer.voice.say(row.label),
                    nominal=writer.figure(nominal),
                    effective=writer.figure(effective),
                )
            )
    return sentences or [writer.message("portrait.real_pay_unknown_here")]


def _spread(writer: ProseWriter) -> list[str]:
    names = ("pay.under.person", "pay.under.hour")
    if not writer.entries.is_known(*names):
        return [writer.message("portrait.share_under_floor_unknown")]
    sentences = [
        writer.message(
            "portrait.under_quebec_floor_of_people",
            person=writer.figure("pay.under.person"),
            hour=writer.figure("pay.under.hour"),
        )
    ]
    if writer.entries.is_known("pay.topped_up"):
        sentences.append(
            writer.message("portrait.top_ups_add_to_an", topped_up=writer.figure("pay.topped_up"))
        )
    return sentences


def _time(writer: ProseWriter) -> list[str]:
    if not writer.entries.is_known("time.unseen"):
        return [writer.message("portrait.unpaid_time_unknown")]
    return [writer.message("portrait.unpaid_minutes_of_an_hour", n=writer.figure("time.unseen"))]


def _decides(writer: ProseWriter) -> list[str]:
    if not writer.entries.is_known("decided.touched"):
        return [writer.message("portrait.who_decides_people_or_machines")]
    return [
        writer.message(
            "portrait.who_decided",
            touched=writer.figure("decided.touched"),
            untouched=writer.figure("decided.untouched"),
            by_machine=writer.figure("decided.by_machine"),
        )
    ]


def _inside(writer: ProseWriter) -> list[str]:
    keys = [key for key in writer.entries.by_key if key.startswith("model.") and "embodied" in key]
    in_all = [
        writer.message(
            "portrait.name_and_figure", name=writer.voice.say(name), figure=writer.figure(key)
        )
        for key, name in INSIDE
        if writer.entries.is_known(key)
    ]
    if not keys:
        return [
            writer.message("portrait.work_in_decisions_unknown"),
            *in_all,
        ]
    return [
        *in_all,
        writer.message("portrait.seconds_in_a_decision", seconds=writer.figure(keys[-1])),
    ]


def _chain(writer: ProseWriter) -> list[str]:
    worker = [
        key for key in writer.entries.by_key if key.startswith("chain.") and ".worker." in key
    ]
    if not worker or not writer.entries.is_known("chain.price"):
        return [writer.message("portrait.what_of_a_client_price")]
    return [
        writer.message(
            "portrait.what_reaches_workers",
            price=writer.figure("chain.price"),
            part=writer.figure(worker[0]),
            undisclosed=writer.figure("chain.undisclosed"),
        ),
        *(
            writer.message(
                "portrait.minimum_wage_of_client", country=wage[-2:], wage=writer.figure(wage)
            )
            for wage in writer.entries.by_key
            if wage.startswith("chain.wage.")
        ),
    ]


def _protected(writer: ProseWriter) -> list[str]:
    keys = [key for key in SCHEMES if writer.entries.is_known(f"scheme.{key}")]
    if not keys:
        return [writer.message("portrait.which_hours_are_protected_is")]
    exempt = [
        key
        for key in keys
        if (entry := writer.entries.by_key.get(f"scheme.{key}.exempt")) and entry.value
    ]
    sentences = [
        writer.message(
            "portrait.hours_exempt",
            protections=", ".join(
                f"{writer.voice.say(SCHEMES[key])} {writer.figure(f'scheme.{key}.exempt')}"
                for key in exempt
            ),
        )
    ]
    return [
        writer.message(
            "portrait.hours_covered_by",
            protections=", ".join(
                f"{writer.voice.say(SCHEMES[key])} {writer.figure(f'scheme.{key}')}" for key in keys
            ),
        ),
        *(sentences if exempt else ()),
    ]


def _listed(writer: ProseWriter, lines: tuple[tuple[str, Words], ...]) -> list[str]:
    return [
        writer.message(
            "portrait.name_and_figure",
            name=writer.voice.say(name),
            figure=writer.figure(key) if key in writer.entries.by_key else writer.voice.unknown(),
        )
        for key, name in lines
    ]


def _load(writer: ProseWriter) -> list[str]:
    return _listed(writer, LOAD)


def _people(writer: ProseWriter) -> list[str]:
    return _listed(writer, POPULATION)


def _limits(writer: ProseWriter) -> list[str]:
    return [
        writer.message("portrait.few_people_are_told_as"),
        writer.message("portrait.labour_cards_are_exact_and"),
        writer.message("portrait.what_one_instance_measures_is"),
    ]
