"""What is wrong with an instance is found from facts, and said in both languages."""

from dataclasses import replace

from canut.core.messages import texts
from canut.core.operations.finding_texts import format_finding, page
from canut.core.operations.findings import (
    ExpiredParameters,
    Finding,
    InstanceFacts,
    Level,
    Library,
    PayStopFacts,
    examine,
    worst,
)

WELL = InstanceFacts(
    free_bytes=2**40,
    database_bytes=2**30,
    database_version=(3, 46),
    database_least=(3, 37),
    url="https://canut.example",
    trusted_proxies=1,
    has_mail=True,
    jobs_heard_seconds=2,
    clock_seconds=0,
    future_seconds=-60,
    backup_days=0,
    has_work=True,
    libraries=(Library("django", "6.1.3", ">=6.1,<6.2"),),
)
SEEN: list[tuple[str, Level, InstanceFacts]] = [
    ("setting-malformed", Level.BROKEN, replace(WELL, setting_problem="DATABASE_URL is odd")),
    ("library-absent", Level.BROKEN, replace(WELL, libraries=(Library("granian", "", ">=2.8"),))),
    (
        "library-version",
        Level.BROKEN,
        replace(WELL, libraries=(Library("django", "6.2", ">=6.1,<6.2"),)),
    ),
    ("rates-old", Level.LOOK, replace(WELL, rates_old=("EUR (2026-11-02)",))),
    ("rates-expired", Level.LOOK, replace(WELL, rates_expired=("EUR (2020-01-01)",))),
    ("pages-unbuilt", Level.BROKEN, replace(WELL, has_pages=False)),
    ("folder-unwritable", Level.BROKEN, replace(WELL, folder_problem="Permission denied")),
    ("folder-open", Level.LOOK, replace(WELL, is_folder_open=True)),
    ("key-open", Level.BROKEN, replace(WELL, is_key_open=True, is_folder_open=True)),
    ("key-short", Level.LOOK, replace(WELL, key_characters=12)),
    ("key-another", Level.BROKEN, replace(WELL, is_key_another=True)),
    ("space-none", Level.BROKEN, replace(WELL, free_bytes=2**29)),
    ("space-little", Level.LOOK, replace(WELL, free_bytes=2**33, database_bytes=2**32)),
    ("database-silent", Level.BROKEN, replace(WELL, database_problem="refused")),
    ("database-damaged", Level.BROKEN, replace(WELL, database_damage="malformed")),
    (
        "storage-unwritable",
        Level.BROKEN,
        replace(WELL, storage="s3://canut", storage_problem="NoSuchBucket"),
    ),
    (
        "mail-silent",
        Level.LOOK,
        replace(WELL, mail_server="mail.example:587", mail_problem="Connection refused"),
    ),
    (
        "mail-failed",
        Level.LOOK,
        replace(WELL, mail_failed_at="2026-11-29 14:31 UTC", mail_failure="no such mailbox"),
    ),
    (
        "copy-folder",
        Level.BROKEN,
        replace(WELL, backup_folder="/mnt/copies", backup_folder_problem="Permission denied"),
    ),
    ("copy-damaged", Level.BROKEN, replace(WELL, copy_damaged="/mnt/copies/canut.tar")),
    ("copy-gone", Level.KNOW, replace(WELL, copy_gone="/mnt/copies/canut.tar")),
    ("copy-unplanned", Level.KNOW, replace(WELL, backup_days=None, has_work=False)),
    ("media-lost", Level.BROKEN, replace(WELL, media_lost=2, media_first="1/ab/abc")),
    (
        "objects-lost",
        Level.BROKEN,
        replace(WELL, storage="s3://canut/m", media_lost=2, media_first="1/ab/abc"),
    ),
    ("database-version", Level.BROKEN, replace(WELL, database_version=(3, 36, 9))),
    ("database-new", Level.BROKEN, replace(WELL, is_database_new=True)),
    ("database-newer", Level.BROKEN, replace(WELL, ahead="store.9999_later", waiting=1)),
    ("database-older", Level.BROKEN, replace(WELL, waiting=3)),
    ("url-malformed", Level.BROKEN, replace(WELL, url="canut.example")),
    ("url-malformed", Level.BROKEN, replace(WELL, url="https://canut.example/")),
    ("url-plain", Level.LOOK, replace(WELL, url="http://canut.example")),
    ("url-local", Level.KNOW, replace(WELL, url="http://127.0.0.1:8000")),
    ("proxy-untrusted", Level.LOOK, replace(WELL, trusted_proxies=0)),
    ("mail-none", Level.KNOW, replace(WELL, has_mail=False)),
    ("mail-fails", Level.LOOK, replace(WELL, letters_failed=2)),
    ("mail-stays", Level.KNOW, replace(WELL, mail_written_to="file:/srv/letters")),
    ("clock-apart", Level.BROKEN, replace(WELL, clock_seconds=-40)),
    ("clock-behind", Level.BROKEN, replace(WELL, future_seconds=3600)),
    ("copy-failed", Level.BROKEN, replace(WELL, backup_failure="no space left")),
    ("jobs-none", Level.LOOK, replace(WELL, jobs_heard_seconds=None)),
    ("jobs-none", Level.BROKEN, replace(WELL, jobs_heard_seconds=900, jobs_waiting=2)),
    ("jobs-failed", Level.LOOK, replace(WELL, jobs_failed=1)),
    ("row-faults", Level.LOOK, replace(WELL, row_faults=("project-3 (ValueError: no)",))),
    ("platform-log-held", Level.BROKEN, replace(WELL, platform_log_problem="BadProof: no")),
    ("logs-misnamed", Level.LOOK, replace(WELL, misnamed=("mois",))),
    ("witness-refuses", Level.LOOK, replace(WELL, witness_problems=("w0 (it answered 503)",))),
    ("quorum-unmet", Level.BROKEN, replace(WELL, quorum_lack="'w1' did not sign")),
    ("keys-open", Level.BROKEN, replace(WELL, keys_open="/srv/keys")),
    ("keys-beside", Level.LOOK, replace(WELL, keys_beside="/srv/copies")),
    ("places-unreadable", Level.BROKEN, replace(WELL, places_problem="CA.yaml: no source")),
    (
        "parameters-over",
        Level.LOOK,
        replace(WELL, ended=(ExpiredParameters(("CA",), 3, "2027-01-01", is_over=True),)),
    ),
    (
        "parameters-ending",
        Level.KNOW,
        replace(WELL, ended=(ExpiredParameters(("CA", "FR"), 4, "2027-01-01", is_over=False),)),
    ),
    (
        "pay-stops",
        Level.LOOK,
        replace(
            WELL,
            pay_stops=(PayStopFacts("CA-QC", "2027-01-01", ("qpp", "other"), 3, is_over=False),),
        ),
    ),
    (
        "pay-stopped",
        Level.LOOK,
        replace(WELL, pay_stops=(PayStopFacts("CA-QC", "2027-01-01", ("qpp",), 3, is_over=True),)),
    ),
    ("copy-programs", Level.LOOK, replace(WELL, has_copy_programs=False)),
    ("copy-never", Level.LOOK, replace(WELL, backup_days=None)),
    ("copy-old", Level.LOOK, replace(WELL, backup_days=9)),
]


def test_instance_that_is_well_has_nothing_to_find() -> None:
    assert examine(WELL) == []
    assert page([], "en") == "All is well.\n"


def test_each_fault_alone_is_found_once_and_written_whole() -> None:
    for code, level, facts in SEEN:
        found = examine(facts)
        assert [(one.code, one.level) for one in found] == [(code, level)]
        english, french = (format_finding(found[0], side) for side in ("en", "fr"))
        assert "{" not in "".join((*english, *french))
        assert english.what != french.what


def test_proxy_is_named_where_one_was_seen_or_https_needs_one_until_it_is_trusted() -> None:
    plain = replace(WELL, url="http://127.0.0.1:8000", trusted_proxies=0)
    seen = replace(plain, is_proxy_seen=True)

    codes = [{one.code for one in examine(facts)} for facts in (plain, seen)]

    assert codes == [{"url-local"}, {"url-local", "proxy-untrusted"}]
    assert "proxy-untrusted" not in {one.code for one in examine(replace(seen, trusted_proxies=2))}


def test_every_finding_that_has_words_can_be_found() -> None:
    codes = {key.split(".")[1] for key in texts("en") if key.startswith("finding.")}

    assert {code for code, _level, _facts in SEEN} == codes


def test_worst_comes_first_and_gives_the_exit() -> None:
    found = examine(replace(WELL, has_mail=False, backup_days=9, waiting=1))

    assert [one.code for one in found] == ["database-older", "copy-old", "mail-none"]
    assert worst(found) == Level.BROKEN
    assert worst(found[1:]) == Level.LOOK
    assert worst(found[2:]) is None


def test_page_says_heading_fault_and_next_step_in_79_columns() -> None:
    said = page([Finding("copy-old", Level.LOOK, {"days": 9})], "fr")

    assert said.startswith("À regarder\n- La dernière copie a 9 jours")
    assert "→ Faites-en une" in said
    assert max(map(len, said.splitlines())) <= 79
