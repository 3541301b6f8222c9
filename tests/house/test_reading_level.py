"""What people read is easy to read: short sentences, plain words, one name for one thing.

Every text of the catalogues is measured, those of scripts as well. A text that a law, a rule of
the trade or a file format words is an exception, listed here with its reason.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import pytest

from tests.house.tree import TEMPLATES, files
from tools.reading_level import (
    FACT,
    LONGEST_SENTENCE,
    catalogues,
    is_prose,
    long_sentences,
    measure,
    prose,
    readings,
    sentences,
    syllables,
    words,
)

LANGUAGES = ("en", "fr")
FOR_WORKERS = {"decisions", "people", "protection", "time", "work"}
"""Catalogues whose pages a click worker reads; those of scripts are theirs too."""
MEAN_SENTENCE = {"workers": 10, "others": 12}
LEAST_EASE = {"workers": 79, "others": 75}
"""Reading ease, 0 to 100: from 70 on, a child of thirteen reads it with ease."""
MOST_LONG_WORDS = {"en": 0.17, "fr": 0.32}
"""Share of words of seven letters or more; French writes longer words than English."""
MOST_PASSIVE = {"workers": 0.18, "others": 0.40}
"""Share of sentences with a passive: somebody does what happens to a worker."""
ENOUGH = 30
"""Sentences from which a share says something."""
LONGEST_TITLE = 14

RECORDED = ("card.", "card_phrase.", "grade.", "verdict.", "portrait.")
"""Texts that stand in published files and are compared byte by byte."""
SOURCES = ("place_source.",)
"""Titles of the pages that legal values come from, as their authors write them."""
SAMPLES = ("page.style_",)
"""Texts of the style guide: samples of what a page can hold."""

WORKER_IDS = (
    *("decision.", "email.", "lease_block.", "place_question.", "work_terms."),
    *("page.break.", "page.claim.", "page.client.", "page.correct.", "page.day."),
    *("page.exposure.", "page.join.", "page.leave.", "page.messages.", "page.mine."),
    *("page.my_terms.", "page.notices.", "page.own_costs.", "page.project_terms."),
    *("page.projects.", "page.rate_client.", "page.representatives.", "page.standing."),
    *("page.statements.", "page.time_rows.", "page.timeline.", "page.waiting."),
    *("page.work_home.", "page.workbench"),
)
"""Pages that only workers read: no word of the trade stands there unexplained."""

type Banned = Mapping[str, str]

BANNED: Mapping[str, Banned] = {
    "fr": {
        r"[Pp]ilote": "essai",
        r"\b[Rr]évis(?:er|ions?|ées?|és?|ez|e)\b": "relire, relecture",
        r"\bgold\b(?!\})": "tâche témoin",
        r"\b[Rr]angées?\b(?! de notes)": "ligne",
        r"\b[Qq]ui (?:tient|fait tourner)\b": "administration",
        r"\b(?:à|[Ss]eul|[Éé]valuer) qui demande\b|\bpersonne qui demande\b": "client",
        r"[Rr]éponses? (?:a été |ont été |est |peut être )?(?:refus|non retenu)": "rejeter",
        r"[Nn]on retenue?s?\b(?! ici)|pas retenu": "rejeter, ne pas accepter",
        r"[Rr]efuser (?:la|cette|une|les) réponse": "rejeter",
        r"(?:être voulu|peut pas être celui|ne se peut pas)": "non valide",
        r"\b[Dd]éfaite?s?\b": "annuler",
        r"[Ll]’emport(?:e|ez)\b": "gagner",
        r"·": "a word for everybody",
        r"\be-mails?\b": "courriel",
        r"\b[Cc]lassement\b": "no rank",
    },
    "en": {
        r"\b[Ww]ho(?:ever|mever)\b": "the person who, anyone who",
        r"\bof whom\b": "a shorter sentence",
        r"\banew\b": "again",
        r"\b[Ss]o many\b": "too many, fewer",
        r"\bsuch as (?:are|is)\b|\bis at it\b|\bfor nobody\b": "common words",
        r"\bin hand\b": "under way",
        r"\b[Bb]esides?\b(?! your pay)": "next to, with, on top",
        r"\b[Mm]eanwhile\b": "until then",
        r"\bat all\b": "nothing",
        r"\bcannot be meant\b|\bcannot be right\b": "Invalid …",
        r"^Kept\.|: [Kk]ept\.|^Noted": "Saved",
        r"\bletters?\b(?=.*\b(?:left|on its way|are to go|sent)\b)": "e-mail",
        r"(?<!-)\bmails?\b(?! sign out)": "e-mail",
        r"\b[Pp]ass(?:ed|ing|es)? (?:it |them |tasks )?by\b": "skip",
        r"\bis gold\b|\bgold (?:already|no longer)\b": "gold task",
        r"\b[Vv]alidate": "Confirm",
        r"\b[Tt]rial\b": "practice task, pilot",
    },
}
"""A word that another name of the same thing replaces, with what to write."""

HARD_FOR_WORKERS: Mapping[str, Banned] = {
    "fr": {
        r"étiquette": "réponse retenue",
        r"[Cc]onsensus|intervalle|empreinte|\bwebhook|\binstance\b": "explain it",
        r"[Pp]lancher": "minimum garanti",
    },
    "en": {r"[Cc]onsensus|\binterval\b|\bhash\b|\bwebhook|\binstance\b": "explain it"},
}
ITS_OWN_WORD = {
    "words/spans": "a class that the worker places on a passage",
    "words/audio": "a class that the worker places on a segment",
    "words/regions": "a class that the worker places on a region",
    "words/workbench.ask.steppedBack": "says that a step of drawing is undone, not an answer",
    "page.find.also_account": "words that a search finds the page by",
    "page.first_run.mail_line": "a line of a settings file",
    "page.find.also_known_answers": "words that a search finds the page by",
    "format_problem.not-an-object": "an example of a file",
    "page.year_end.taken_off_before_canut": "the name of a column of the accountant’s file",
}
"""Ids, or catalogues, that a ban does not hold for, and why."""

DOUBLE_NEGATION = {
    "en": re.compile(
        r"\b(?:not|never|cannot|nobody|nothing|no)\b[^.,;:!?]*?"
        r"\b(?:not|never|nobody|nothing|none|without|unable|impossible|unless)\b"
    ),
    "fr": re.compile(
        r"\b(?:ne\b|n’)[^.,;:!?]*?\b(?:pas|jamais|personne|rien|aucune?)\b[^.,;:!?]*?"
        r"\b(?:sans\b|impossible|n’|ne\b)"
    ),
}
PASSIVE = {
    "en": re.compile(
        r"\b(?:is|are|was|were|be|been|being)\s+(?:(?:not|also|only|already|still|never|now)\s+)?"
        r"(?:\w{2,}ed|\w+(?:wn|ept|ent|ade|aid|old|ought|iven|aken|ound|ead|ut|en))\b"
    ),
    "fr": re.compile(
        r"\b(?:est|sont|sera|seront|était|étaient|été|être|soit|soient)\s+"
        r"(?:(?:pas|plus|aussi|déjà|encore|jamais|toujours)\s+){0,2}"
        r"\w+(?:é|ée|és|ées|ie|ies|is|ise|ite|its|ites|ue|ues|erte|erts)\b"
    ),
}
TU = re.compile(r"\b(?:tu|toi|tes|tien|tienne)\b|(?<!le )\bton \w", re.IGNORECASE)
NO_BREAK = re.compile("[\u00a0\u202f]")
FIRST_OF_MONTH = re.compile(r"\b1 (?:janvier|avril|juillet|octobre)\b")
BAD_SIGNS = re.compile(r"\.\.\.|\w'\w|  |[^\w] ,|\( | \)|(?<=\w) …")
ENGLISH_SPACE = re.compile(r"(?<=\w) [:;?!](?=\s|$)")
NAMES = re.compile(
    r"Ana|FILE|Canut|Label|Studio|Mechanical|Turk|Foundation|Model|Transparency|Index|Toloka|Prolific|"
    r"Slack|Krippendorff|Wilson|Kendall|Skene|Dawid|Apache|Parquet|Excel|WebP|Portrait|"
    r"Qu[eé]bec|Monday|January|May|English|French|Canadian|Canada|France|Kenya|Nairobi|India|"
    r"Madagascar|Venezuela|United|States|America|Toronto|Metro|Manila|Philippines|California|"
    r"Florida|New|York|Washington|Les|Soies|Alt|Ctrl|Esc|Enter|OpenAPI|Idempotency|Key|"
    r"JavaScript|Labour|Hugging|Face|SageMaker"
)
"""Names of people, places, programs, keys and pages, which keep their capital."""
REFUSAL_TITLE = re.compile(r"refusal\.[a-z0-9-]+\.title")
BUTTON = re.compile(r"<button\b[^>]*>(.*?)</button>", re.DOTALL)
MESSAGE = re.compile(r"""{%\s*msg\s+"([^"]+)\"""")
VERB = re.compile(
    r"^(?:(?:Ne (?:rien |plus |pas )?(?:me )?|[LS]es? |La |L’|S’|Me |M’|En |Y |N’)*)"
    r"\w+(?:er|ir|re|oir)\b"
)
SAYING = re.compile(r"^(?:Je|J’|C’est|Cette|Il (?:est|n’est|compte|ne compte)|Suite)\b|^J’")
"""What a person states by the button: « Je l’ai reçu »; or the step that follows."""
NOT_VERBS = {
    "common.known_answer": "one of a row of marks for the picked tasks",
    "common.under_the_pointer": "a sample of the style guide",
    "common.new_project": "the name of the page it opens",
    "page.period.dry_run": "the name of what it makes, as its heading has it",
    "page.task.one_more_answer": "one of a row of changes to the picked tasks",
}
"""Buttons that are nouns, and why; those of the style guide are samples."""

each_language = pytest.mark.parametrize("language", LANGUAGES)


@cache
def texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return every text by catalogue and id; ids of scripts begin with their catalogue."""
    return {
        name: {f"{name}.{key}" if "/" in name else key: text for key, text in held.items()}
        for name, held in catalogues(language).items()
    }


def every(language: str) -> Iterator[tuple[str, str, str]]:
    """Yield catalogue, id and reading of every text that is not recorded in a file."""
    for name, held in texts(language).items():
        for key, text in held.items():
            if not key.startswith(RECORDED):
                yield from ((name, key, reading) for reading in readings(text))


def audience(name: str, key: str) -> str:
    """Return who reads a text of a catalogue: ``workers`` or ``others``."""
    is_theirs = name in FOR_WORKERS or "/" in name or key.startswith(WORKER_IDS)
    return "workers" if is_theirs else "others"


def failing(language: str, is_wrong: Callable[[str, str], object]) -> dict[str, str]:
    """Return the texts that a check of id and reading finds wrong, by id."""
    return {key: text for _, key, text in every(language) if is_wrong(key, text)}


@each_language
def test_no_sentence_is_longer_than_twenty_eight_words(language: str) -> None:
    wrong = failing(language, lambda _, text: long_sentences([text]))

    assert not wrong, f"at most {LONGEST_SENTENCE} words: split it"


@each_language
def test_sentences_of_a_catalogue_are_short_and_easy(language: str) -> None:
    wrong = []
    for name, held in texts(language).items():
        for whose, least in LEAST_EASE.items():
            ours = [
                text
                for key, text in held.items()
                if audience(name, key) == whose and not key.startswith(RECORDED)
            ]
            if not (full := prose(ours)):
                continue
            level = measure(full, language)
            if level.words_per_sentence > MEAN_SENTENCE[whose]:
                wrong.append(f"{name}, {whose}: {level.words_per_sentence:.1f} words a sentence")
            if level.ease < least:
                wrong.append(f"{name}, {whose}: reading ease {level.ease:.1f}")
            if level.long_share > MOST_LONG_WORDS[language]:
                wrong.append(f"{name}, {whose}: {level.long_share:.0%} long words")

    assert not wrong


@each_language
def test_few_sentences_are_passive(language: str) -> None:
    wrong = []
    for name, held in texts(language).items():
        for whose, most in MOST_PASSIVE.items():
            ours = (t for key, t in held.items() if audience(name, key) == whose)
            listed = [part for text in prose(ours) for part in sentences(text)]
            passive = [part for part in listed if PASSIVE[language].search(part)]
            if len(listed) >= ENOUGH and len(passive) / len(listed) > most:
                wrong.append(f"{name}, {whose}: {len(passive)} of {len(listed)}")

    assert not wrong, "say who does it"


@each_language
def test_no_text_denies_twice(language: str) -> None:
    wrong = failing(language, lambda _, text: DOUBLE_NEGATION[language].search(text))

    assert not wrong, "say what is, not what is not without"


@each_language
def test_no_text_has_an_old_or_twisted_word(language: str) -> None:
    assert not _banned(BANNED[language], language, lambda _: True)


@each_language
def test_pages_of_workers_have_no_word_of_the_trade(language: str) -> None:
    assert not _banned(
        HARD_FOR_WORKERS[language],
        language,
        lambda key: key.startswith((*WORKER_IDS, "words/")),
    )


def test_french_says_vous() -> None:
    assert not failing("fr", lambda _, text: TU.search(text))


@each_language
def test_signs_are_those_of_print(language: str) -> None:
    wrong = failing(language, lambda _, text: BAD_SIGNS.search(text))

    assert not wrong, "… for three dots, ’ for an apostrophe, single spaces"


def test_words_of_scripts_have_plain_spaces() -> None:
    wrong = failing(
        "fr", lambda key, text: key.startswith("words/") and NO_BREAK.search(_bare(text))
    )

    assert not wrong, "the script itself sets the spaces before ; : ? ! and inside « »"


def test_spaces_and_days_are_those_of_the_language() -> None:
    assert not failing("en", lambda _, text: ENGLISH_SPACE.search(text))
    assert not failing("fr", lambda _, text: FIRST_OF_MONTH.search(text)), "1er janvier"


def test_english_titles_have_one_capital() -> None:
    wrong = failing(
        "en",
        lambda key, text: (
            not key.startswith(SOURCES)
            and len(sentences(text)) == 1
            and not is_prose(text)
            and len(_capitals(text)) > 1
        ),
    )

    assert not wrong, "sentence case: Close period"


@each_language
def test_title_of_a_refusal_is_short_and_has_no_full_stop(language: str) -> None:
    wrong = failing(
        language,
        lambda key, text: (
            REFUSAL_TITLE.fullmatch(key)
            and (len(words(text)) > LONGEST_TITLE or text.endswith("."))
        ),
    )

    assert not wrong


@each_language
def test_way_out_of_a_refusal_is_a_sentence(language: str) -> None:
    wrong = failing(
        language,
        lambda key, text: (
            key.startswith("refusal.") and key.endswith(".way_out") and not _ends(text)
        ),
    )

    assert not wrong, "say what to do, and end with a full stop"


def test_buttons_are_verbs() -> None:
    french = {key: text for held in texts("fr").values() for key, text in held.items()}
    named = {
        key
        for page in files(".html", under=str(TEMPLATES))
        for button in BUTTON.findall(page.read_text("utf-8"))
        for key in MESSAGE.findall(button)[:1]
    }
    assert len(named) > 100

    wrong = {
        key: french[key]
        for key in named - NOT_VERBS.keys()
        if not key.startswith(SAMPLES)
        for reading in readings(french[key])
        if not (VERB.match(reading) or SAYING.match(reading))
    }

    assert not wrong, "an infinitive: Rejeter la réponse"


def test_exceptions_are_still_texts() -> None:
    known = {key for held in texts("fr").values() for key in held} | set(texts("fr"))

    assert ITS_OWN_WORD.keys() <= known
    assert NOT_VERBS.keys() <= known


@pytest.mark.parametrize(
    ("word", "language", "count"),
    [
        ("paie", "fr", 1),
        ("relecture", "fr", 3),
        ("answer", "en", 2),
        ("paid", "en", 1),
        ("operator", "en", 4),
    ],
)
def test_syllables_are_counted(word: str, language: str, count: int) -> None:
    assert syllables(word, language) == count


def test_hard_text_measures_harder_than_a_plain_one() -> None:
    plain = measure(["Take the next one. Your answer is kept."], "en")
    hard = measure(
        ["Notwithstanding aforementioned considerations, remuneration necessitates documentation."],
        "en",
    )

    assert plain.ease > 90
    assert hard.ease < 0
    assert plain.words_per_sentence == 4
    assert hard.long_share > 0.5


def test_long_sentence_is_found_in_any_form() -> None:
    text = "{n, plural, one {Short.} other {" + "word " * 30 + "end.}}"

    assert long_sentences(readings(text))


def _banned(
    banned: Banned, language: str, concerns: Callable[[str], bool]
) -> dict[str, tuple[str, str]]:
    found = {}
    for name, key, text in every(language):
        if name in ITS_OWN_WORD or key in ITS_OWN_WORD or not concerns(key):
            continue
        for pattern, better in banned.items():
            if re.search(pattern, text):
                found[key] = (text, better)
    return found


def _capitals(text: str) -> list[str]:
    return [
        word
        for word in words(text)
        if word[0].isupper() and not word.isupper() and not NAMES.match(word)
    ]


def _bare(text: str) -> str:
    """Return a reading without the space that the catalogue itself sets after a number."""
    return text.replace(f"{FACT}\u00a0", "")


def _ends(text: str) -> bool:
    return (
        text.rstrip("”»\u202f\u00a0 )").endswith((".", "?", "…")) or "{" in text[-3:] or ":" in text
    )
