"""Register of environment variables, with their default and effect.

Read in ``canut.settings`` alone; shown in the documentation's table.
"""

from typing import NamedTuple


class Setting(NamedTuple):
    """One environment variable: name, default as text, effect."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("CANUT_DATA", "./canut-data", "Folder of the database, media and secret key."),
    Setting(
        "CANUT_URL",
        "http://127.0.0.1:8000",
        "Address people use; https turns on secure cookies and HSTS.",
    ),
    Setting(
        "CANUT_TRUSTED_PROXIES",
        "0: no header names the client",
        "Proxies in front, one behind the other; each adds the client to X-Forwarded-For, or to"
        " another header: 1 X-Real-IP. Limits of sign-in count by that address.",
    ),
    Setting("DATABASE_URL", "SQLite in CANUT_DATA", "postgresql://user:password@host:port/name"),
    Setting(
        "EMAIL_URL",
        "no mail",
        "smtp://user:password@host:port, smtps:// for TLS, file:/folder, console:; ?from=address.",
    ),
    Setting(
        "CANUT_SECRET_KEY",
        "the file secret.key in CANUT_DATA",
        "Signs sessions and invitation links; 50 random characters.",
    ),
    Setting(
        "CANUT_LOG_NAME",
        "the host of a public CANUT_URL, else a random word",
        "Name of the ledger's logs, such as canut.example.org/log: read before the first entry,"
        " kept for ever, whatever the address becomes.",
    ),
    Setting(
        "CANUT_LOG_KEY",
        "the file log.key in CANUT_DATA",
        "Signs the ledger's logs; the same on all machines, with a copy kept away from them.",
    ),
    Setting(
        "CANUT_WITNESSES",
        "none: nobody is asked",
        "Policy file naming who cosigns the ledger: witness NAME KEY URL, and a quorum.",
    ),
    Setting(
        "CANUT_PLACE_KEYS",
        "none: only this instance's own key",
        "Who else may sign place packs, the legal values of a place: NAME did:key:…, with commas.",
    ),
    Setting(
        "CANUT_LESSONS",
        "none: the lessons of the package",
        "Folder of more lessons, one folder each; `canut lessons add FOLDER` copies one into it.",
    ),
    Setting(
        "CANUT_UNION", "none", "Union people may turn to: its name and address, on their page."
    ),
    Setting(
        "CANUT_SUPPORT",
        "none: people are told that nobody is named",
        "Whom people turn to when work weighs on them; an address or a telephone number.",
    ),
    Setting(
        "CANUT_MEDIA",
        "the folder media in CANUT_DATA",
        "s3://bucket/folder?endpoint=https://host&region=name: pictures in S3 storage instead.",
    ),
    Setting("CANUT_UPLOAD_LIMIT_MIB", "2048", "Largest file accepted by the import page."),
    Setting(
        "CANUT_WORK_RATE",
        "1200",
        "Requests and answers a minute that one person may send to one server; 0 for no limit.",
    ),
    Setting(
        "CANUT_API_RATE",
        "6000",
        "Requests a minute that one key of the API may make, to all servers together.",
    ),
    Setting(
        "CANUT_PAGES_URL",
        "none: the host of CANUT_URL",
        "Another host of this server for requesters' own pages, such as https://pages.example.org.",
    ),
    Setting(
        "CANUT_PACK_TASKS",
        "40",
        "Most tasks that somebody may take along where there is no network; 0 for none.",
    ),
    Setting("CANUT_PACK_HOURS", "12", "Hours that tasks taken along are lent for."),
    Setting(
        "CANUT_KEEP_BEATS_DAYS",
        "90",
        "Days that beats stay after the end of their pay period, to be contested; then they go.",
    ),
    Setting(
        "CANUT_BACKUP_KEYS",
        "a folder keys beside each copy",
        "Folder for the keys of people that a copy needs; keep it away from the copies.",
    ),
    Setting(
        "CANUT_BACKUP_FOLDER",
        "none: no copy is made by itself",
        "Folder into which the instance is copied by itself, best on another disk.",
    ),
    Setting("CANUT_BACKUP_HOURS", "24", "Hours between two copies of that schedule."),
    Setting("CANUT_BACKUP_KEEP", "7", "How many copies of that schedule stay."),
    Setting(
        "CANUT_KEEP_KEYS_DAYS",
        "30",
        "Days that keys of copies stay; older ones go with the next backup: entries about people"
        " and their accounts in copies of that day then stay shut.",
    ),
    Setting(
        "CANUT_WEBHOOKS_INSIDE",
        "no",
        "yes lets webhooks go to private addresses and over http: only on a network of your own.",
    ),
    Setting(
        "CANUT_PROLIFIC_URL",
        "https://api.prolific.com",
        "Where the API of Prolific answers, by which studies are recruited there.",
    ),
    Setting(
        "CANUT_OIDC_URL",
        "none",
        "Sign-in service (OpenID Connect): https://client:secret@host/path?name=University.",
    ),
    Setting(
        "CANUT_LOG",
        "plain",
        "plain: warnings, for people; json: one JSON object a line, each request too.",
    ),
    Setting(
        "CANUT_OTLP",
        "none: traces go nowhere",
        "Collector of traces (OTLP over HTTP), such as http://127.0.0.1:4318; traceparent is read"
        " and sent in any case.",
    ),
    Setting(
        "CANUT_METRICS_TOKEN",
        "none: figures for this very machine alone",
        "Who gives it as a bearer token reads /metrics.",
    ),
)
