"""Write the Portrait in sentences: both readings side by side, and the missing chapter.

Sentences are messages of the catalogue, whose facts are figures; they contain no number of their
own, save in the list of references. If a figure is unknown, the sentence says so. Nothing here
combines both readings: no net figure, no score.
"""

from collections.abc import Iterator
from typing import NamedTuple

from canut.core.portrait.by_place.gesture_sentences import gesture_sentences
from canut.core.portrait.by_place.learning_sentences import learning_sentences
from canut.core.portrait.by_place.place_sentences import place_sentences
from canut.core.portrait.chart_set import SCHEMES, Reference
from canut.core.portrait.entries import Entries, FigureEntry
from canut.core.portrait.figure_list import INSIDE, LEARNING, LOAD, POPULATION
from canut.core.portrait.language import (
    LOST,
    READ_STATES,
    SIMULATED,
    Phrase,
    PortraitLanguage,
    Words,
)
from canut.core.portrait.machine_figures import KINDS
from canut.core.portrait.reading import shipped_works
from canut.core.portrait.unseen.reasons import REASON_NAMES, Reason, rows_by_reason

TITLE = Phrase("portrait.the_missing_chapter")
LEAD = Phrase("portrait.chapter_lead")
READINGS = Phrase("portrait.the_end_of_jobs_or")
MADE = {
    "label": Phrase("portrait.labelling"),
    "verify": Phrase("portrait.checking"),
    "train": Phrase("portrait.training_models"),
    "maintain": Phrase("portrait.maintaining_them"),
}

DUALITIES = "C19"
"""Key of the bars of the dualities; they are drawn from the entries, not with the charts."""


class ProsePassage(NamedTuple):
    """One passage: its heading, its sentences in one language, and its chart.

    ``is_references``: its numbers are years and pages, not figures.
    """

    heading: str
    sentences: tuple[str, ...]
    chart: str = ""
    is_references: bool = False


class ProseReading(NamedTuple):
    """One of the two readings: its name, and its sentences."""

    name: str
    sentences: tuple[str, ...]


class ReasonText(NamedTuple):
    """One reason why click work is not counted: its name, its evidence, and its rows."""

    name: str
    evidence: str
    rows: tuple[str, ...]


class ProseWriter(NamedTuple):
    """Write sentences in one language with the figures of an edition."""

    entries: Entries
    voice: PortraitLanguage
    used: list[FigureEntry]
    """The figures formatted so far."""

    def message(self, message_id: str, /, **facts: str) -> str:
        """Format a message of the catalogue."""
        return self.voice.message(message_id, **facts)

    def unless_none(self, message_id: str, key: str) -> str:
        """Return the id of a sentence, or of its form for a figure that is 0.

        Raises:
            Missing: no figure has this id.
        """
        return message_id if self.entries.get(key).value else f"{message_id}_none"

    def number(self, key: str) -> str:
        """Format the value of a figure alone, where the sentence has its own words for it.

        Raises:
            Missing: no figure has this id.
        """
        return self.voice.number(self.entries.get(key).value or 0)

    def figure(self, key: str) -> str:
        """Format a figure.

        Raises:
            Missing: no figure has this id.
        """
        entry = self.entries.get(key)
        self.used.append(entry)
        return self.entries.told(entry, self.voice)


def readings(entries: Entries, voice: PortraitLanguage) -> tuple[ProseReading, ProseReading]:
    """Return both readings of the same figures: hours displaced, hours created."""
    writer = ProseWriter(entries, voice, [])
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
    if writer.entries.is_known("learning.people"):
        share = writer.figure("learning.people")
        yield writer.message("portrait.people_who_passed_a_lesson", share=share)


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
    if writer.entries.is_known("learning.per_hour"):
        minutes = writer.figure("learning.per_hour")
        yield writer.message("portrait.an_hour_holds_minutes_of_lessons", minutes=minutes)


def chapter(
    entries: Entries, reference: Reference, voice: PortraitLanguage
) -> tuple[ProsePassage, ...]:
    """Write the chapter in one language, passage by passage."""
    writer, passages = ProseWriter(entries, voice, []), list[ProsePassage]()
    for heading, sentences, chart in _parts(writer, reference):
        title = heading
        if any(entry.is_simulated for entry in writer.used):
            title = f"{heading} ({voice.say(SIMULATED)})"
        passages.append(ProsePassage(title, tuple(sentences), chart))
        writer.used.clear()
    references = ProsePassage(
        voice.message("portrait.references"),
        (*works(voice), *sources(reference, voice)),
        is_references=True,
    )
    return (*passages, references)


def reasons(
    entries: Entries, reference: Reference, voice: PortraitLanguage
) -> tuple[ReasonText, ...]:
    """Return the five reasons why nobody sees click work, with the figures that test each."""
    return _reasons(ProseWriter(entries, voice, []), reference)


def _reasons(writer: ProseWriter, reference: Reference) -> tuple[ReasonText, ...]:
    rows, voice = rows_by_reason(reference.occupations), writer.voice
    evidence = {
        Reason.NO_CODE: writer.message(
            writer.unless_none("portrait.evidence_no_code", "why.no_code.exact"),
            exact=writer.figure("why.no_code.exact"),
            rows=writer.figure("table.click_rows"),
            without=writer.figure("why.no_code.without"),
            named=writer.figure("visible.esco.named"),
            looked=writer.figure("visible.esco.looked_for"),
        ),
        Reason.DIVIDED: writer.message(
            writer.unless_none("portrait.evidence_divided", "why.divided.shared"),
            rows=writer.figure("why.divided.rows"),
            codes=writer.figure("why.divided.codes"),
            shared=writer.figure("why.divided.shared"),
        ),
        Reason.NO_EMPLOYER: writer.message(
            "portrait.evidence_no_employer",
            alone=writer.figure("why.no_employer.self_employed"),
            main=writer.figure("why.no_employer.main_job"),
        ),
        Reason.ABROAD: writer.message(
            "portrait.evidence_abroad",
            interviewed=writer.figure("F26.interviewed"),
        ),
        Reason.NOT_DISCLOSED: writer.message(
            "portrait.evidence_not_disclosed",
            reviewed=writer.figure("F23.reviewed"),
        ),
    }
    for reason, key in (
        (Reason.ABROAD, "why.abroad.pay"),
        (Reason.NOT_DISCLOSED, "why.not_disclosed.share"),
    ):
        if writer.entries.is_known(key):
            sentence_here = writer.message(
                f"portrait.evidence_{reason}_here", **{key.rpartition(".")[2]: writer.figure(key)}
            )
            evidence[reason] = f"{evidence[reason]} {sentence_here}"
    return tuple(
        ReasonText(
            voice.say(REASON_NAMES[reason]),
            text,
            tuple(voice.say(row.label) for row in rows.get(reason, ())),
        )
        for reason, text in evidence.items()
    )


def works(voice: PortraitLanguage) -> tuple[str, ...]:
    """List what the Portrait answers and builds on, and whether it was read."""
    return tuple(
        voice.message(
            "portrait.work_cited",
            work=voice.say(work.text),
            read=voice.say(READ_STATES[work.read]),
            url=work.url,
        )
        if work.url
        else voice.message(
            "portrait.work_without_page",
            work=voice.say(work.text),
            read=voice.say(READ_STATES[work.read]),
        )
        for work in shipped_works()
    )


def sources(reference: Reference, voice: PortraitLanguage) -> tuple[str, ...]:
    """List the pages that the figures of others were read on, each once."""
    by_key = {
        fact.source.key: fact.source for fact in reference.facts.by_key.values() if fact.source
    }
    return tuple(
        voice.message(
            "portrait.source_cited",
            title=voice.say(source.titles),
            publisher=source.publisher,
            url=source.url or voice.say(LOST),
            day=source.read.isoformat(),
        )
        for source in by_key.values()
    )


type _Part = tuple[str, list[str], str]


def _parts(writer: ProseWriter, reference: Reference) -> Iterator[_Part]:
    yield (writer.message("portrait.where_this_starts"), _origin(writer), "")
    yield (writer.message("portrait.how_to_read"), _how_to_read(writer), "")
    yield (writer.message("portrait.what_the_study_counted"), _counted(writer), "C1")
    yield (writer.message("portrait.whom_it_did_not_count"), _not_counted(writer), "C3")
    yield (writer.message("portrait.why_nobody_sees_them"), _why(writer, reference), "")
    yield (
        writer.message("portrait.who_is_named"),
        [
            writer.message(
                writer.unless_none(
                    "portrait.click_work_in_classifications", "visible.esco_skills.named"
                ),
                esco_looked_for=writer.figure("visible.esco.looked_for"),
                esco_rows=writer.figure("visible.esco.rows"),
                esco_named=writer.figure("visible.esco.named"),
                esco_skills_rows=writer.figure("visible.esco_skills.rows"),
                esco_skills_named=writer.figure("visible.esco_skills.named"),
            ),
            writer.message(
                "portrait.near_names",
                esco_near=writer.figure("visible.esco.near"),
                esco_skills_near=writer.figure("visible.esco_skills.near"),
            ),
            writer.message("portrait.of_the_noc_only_titles"),
        ],
        "C2",
    )
    yield (writer.message("portrait.what_an_hour_pays"), _pay(writer, reference), "C4")
    yield (writer.message("portrait.how_pay_is_spread"), _spread(writer), "C5")
    yield (writer.message("portrait.where_an_hour_goes"), _time(writer), "C6")
    yield (writer.message("portrait.under_each_paid_hour"), _gestures(writer), "C6B")
    yield (writer.message("portrait.who_decides"), _decides(writer), "C10")
    yield (writer.message("portrait.people_inside_machines"), _inside(writer), "C11")
    yield (writer.voice.say(READINGS), [*_ending(writer), *_plethora(writer)], "")
    yield (writer.message("portrait.who_keeps_what"), _chain(writer), "C12")
    by_place = place_sentences(writer.entries, writer.voice)
    yield (writer.message("portrait.where_the_work_goes"), by_place, "C12B")
    yield (writer.message("portrait.who_is_protected"), _protected(writer), "C13")
    yield (writer.message("portrait.load_breaks_appeals"), _listed(writer, LOAD), "")
    learning = [*_listed(writer, LEARNING), *learning_sentences(*writer)]
    yield (writer.message("portrait.what_people_learn"), learning, "")
    yield (writer.message("portrait.care_and_gender"), _care(writer), "")
    yield (writer.message("portrait.dualities"), list(_dualities(writer)), DUALITIES)
    yield (writer.message("portrait.how_many_and_who_leaves"), _listed(writer, POPULATION), "")
    yield (writer.message("portrait.what_this_cannot_say"), _limits(writer), "")


def _origin(writer: ProseWriter) -> list[str]:
    return [
        writer.message("portrait.the_article_canut_starts_from"),
        writer.message("portrait.no_automation_without_micro_work"),
        writer.message("portrait.the_senate_asks_for_data"),
        writer.message("portrait.the_fight_for_rights"),
    ]


def _how_to_read(writer: ProseWriter) -> list[str]:
    return [
        writer.message("portrait.read_unknown"),
        writer.message("portrait.read_states"),
        writer.message("portrait.read_here"),
        writer.message("portrait.read_words"),
    ]


def _counted(writer: ProseWriter) -> list[str]:
    return [
        writer.message(
            "portrait.a_study_counts_nearly_professionals",
            all=writer.figure("F1.all"),
            period=writer.entries.get("F1.all").period,
            beside=writer.figure("F5.all"),
        ),
        writer.message("portrait.who_counted_is_contested"),
        writer.message(
            "portrait.five_of_its_named_occupations",
            counted=writer.figure("rings.core_counted"),
            named=writer.figure("rings.named"),
            core=writer.figure("rings.core"),
            core_share=writer.figure("rings.core_share"),
            reference=writer.figure("CV.people.reference"),
        ),
        writer.message(
            "portrait.the_rest_by_occupation",
            all=writer.number("F1.all"),
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
            writer.unless_none("portrait.of_occupations_in_one_table", "table.click_counted"),
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


def _why(writer: ProseWriter, reference: Reference) -> list[str]:
    return [
        writer.message("portrait.reason_and_evidence", reason=reason.name, evidence=reason.evidence)
        for reason in _reasons(writer, reference)
    ]


def _care(writer: ProseWriter) -> list[str]:
    return [
        writer.message(
            "portrait.care_is_attention",
            exposed=writer.figure("load.exposed")
            if "load.exposed" in writer.entries.by_key
            else writer.voice.unknown(),
        ),
        writer.message(
            "portrait.women_in_click_work",
            active=writer.figure("F11.women"),
            all=writer.figure("F38.women"),
        ),
        writer.message(
            "portrait.women_in_gig_work",
            women=writer.figure("F37.women"),
            men=writer.figure("F37.men"),
        ),
        writer.message("portrait.gender_is_not_asked"),
    ]


def dualities(entries: Entries, voice: PortraitLanguage) -> Iterator[str]:
    """Yield the dualities of the article, each as two measures on one scale."""
    return _dualities(ProseWriter(entries, voice, []))


def _dualities(writer: ProseWriter) -> Iterator[str]:
    entries, voice = writer.entries, writer.voice
    worker = next(
        (key for key in entries.by_key if key.startswith("chain.") and ".worker." in key), ""
    )
    pairs = {
        "exploitation": {"price": "chain.price", "worker": worker},
        "jobs": {"displaced": "displaced", "verify": "created.verify"},
        "noble": {
            "named": "table.named_rows",
            "named_counted": "table.named_counted",
            "click": "table.click_rows",
            "click_counted": "table.click_counted",
        },
        "gesture": {"paid": "time.paid", "unseen": "time.unseen"},
        "traced": {"hidden": "why.not_disclosed.share", "accidents": "scheme.cnesst"},
    }
    for name, keys in pairs.items():
        duality = voice.message(f"portrait.duality_{name}")
        measures = voice.message("portrait.unknown_here")
        if entries.is_known(*keys.values()):
            figures = {argument: writer.figure(key) for argument, key in keys.items()}
            message_id = f"portrait.measures_{name}"
            if name == "noble":
                message_id = writer.unless_none(message_id, keys["click_counted"])
            measures = voice.message(message_id, **figures)
        yield voice.message("portrait.duality_and_measures", duality=duality, measures=measures)


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
    person, hour = "pay.under.person", "pay.under.hour"
    if not writer.entries.is_known(person):
        return [writer.message("portrait.share_under_floor_unknown")]
    people = writer.figure(person)
    sentences = [
        writer.message(
            "portrait.under_quebec_floor_of_people", person=people, hour=writer.figure(hour)
        )
        if writer.entries.is_known(hour)
        else writer.message("portrait.under_floor_of_people", people=people)
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


def _gestures(writer: ProseWriter) -> list[str]:
    return gesture_sentences(writer.entries, writer.voice, writer.used)


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
            "portrait.name_and_figure",
            name=writer.entries.named(key, name, writer.voice),
            figure=writer.figure(key),
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


def _limits(writer: ProseWriter) -> list[str]:
    return [
        writer.message("portrait.few_people_are_told_as"),
        writer.message("portrait.labour_cards_are_exact_and"),
        writer.message("portrait.what_one_instance_measures_is"),
    ]
