"""Django settings; the only module that reads the environment. Importing it writes nothing.

Few settings, standard library only; everything else is decided here once for every instance.
"""

import os
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.csp import CSP

from canut.core.messages import PACKAGE_FOLDER, set_folders, set_rules
from canut.core.outside_text import read_whole
from canut.web.kit.languages import languages_in, writing_rules
from canut.web.platform.static_headers import add_static_headers

PACKAGE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("CANUT_DATA") or "canut-data").resolve()
URL = os.environ.get("CANUT_URL") or "http://127.0.0.1:8000"
MOST_FRAMES = 262_144  # 1 GiB: only then a commit of SQLite moves its log; store.sqlite.wal does
MOST_KEPT_BYTES = 2**27  # of the log's file, once it begins anew: a long reader lets it grow
UNION = os.environ.get("CANUT_UNION") or ""
HTTPS = urlsplit(URL).scheme == "https"


def _whole(name: str, text: str | None, otherwise: int) -> int:
    """Parse a whole number.

    Raises:
        ValueError: it is none; the setting is named.
    """
    number = read_whole(text.strip()) if text else otherwise
    if number is None:
        raise ValueError(f"{name} is {text!r}; expected a whole number, such as {otherwise}")
    return number


def parse_trusted_proxies(text: str) -> tuple[int, str]:
    """Parse the number of trusted proxies, and the WSGI name of the header they write.

    Raises:
        ValueError: it is neither a number nor a number and a header.
    """
    match = re.fullmatch(r"\s*(\d)(?:\s+([A-Za-z][A-Za-z0-9-]*))?\s*", text)
    if match is None:
        raise ValueError(
            f"CANUT_TRUSTED_PROXIES is {text!r}; expected a number of proxies from 0 to 9,"
            " and their header if it is another one: 1, or 1 X-Real-IP"
        )
    header = match[2] or "X-Forwarded-For"
    return int(match[1]), f"HTTP_{header.upper().replace('-', '_')}"


def _secret_key() -> str:
    """Return the key of the environment, of the data folder, or a temporary one."""
    key = os.environ.get("CANUT_SECRET_KEY")
    if key:
        return key
    path = DATA / "secret.key"
    return path.read_text("utf-8").strip() if path.is_file() else secrets.token_urlsafe(50)


def _database() -> dict[str, Any]:
    """Return the database settings: SQLite in the data folder, unless ``DATABASE_URL`` is set."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return sqlite_in(DATA)
    return postgres_of(url)


def sqlite_in(folder: Path) -> dict[str, Any]:
    """Return the settings of the SQLite database in a data folder."""
    return {
        "ENGINE": "canut.store.sqlite",
        "NAME": folder / "canut.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10.0,
            "init_command": "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
            f" PRAGMA wal_autocheckpoint={MOST_FRAMES};"
            f" PRAGMA journal_size_limit={MOST_KEPT_BYTES};",
        },
        "CONN_MAX_AGE": None,
    }


def postgres_of(url: str) -> dict[str, Any]:
    """Return the settings of a PostgreSQL URL.

    Raises:
        ValueError: the address is not one of PostgreSQL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(
            f"DATABASE_URL starts with {parts.scheme!r}; expected postgresql://user:password@host/name"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or dict(parse_qsl(parts.query)).get("host", ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # Lease and submit are kept ready by store/sql/prepared.py, and by nothing else.
            "server_side_binding": True,
            "prepare_threshold": None,
            # What is asked here is short or waits for the disk: to compile a plan for a million
            # tasks takes a third of a second, at each lease.
            "options": "-c jit=off",
            # A machine that vanished says nothing: without these its silence is waited out.
            "connect_timeout": 5,
            "keepalives_idle": 20,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
        },
    }


def _mailers() -> dict[str, Any]:
    """Return the mail settings; without ``EMAIL_URL``, mail stays in memory.

    Raises:
        ValueError: the address is not one by which mail leaves.
    """
    url = os.environ.get("EMAIL_URL")
    backends = "django.core.mail.backends"
    if not url:
        return {"default": {"BACKEND": f"{backends}.locmem.EmailBackend"}}
    parts = urlsplit(url)
    if parts.scheme == "console":
        return {"default": {"BACKEND": f"{backends}.console.EmailBackend"}}
    if parts.scheme == "file" and parts.path:
        options = {"file_path": unquote(parts.path)}
        return {"default": {"BACKEND": f"{backends}.filebased.EmailBackend", "OPTIONS": options}}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError(
            f"EMAIL_URL starts with {parts.scheme!r}; expected smtp://host:port, smtps://host,"
            " file:/folder or console:"
        )
    return {
        "default": {
            "BACKEND": f"{backends}.smtp.EmailBackend",
            "OPTIONS": {
                "host": parts.hostname,
                "port": parts.port or (465 if parts.scheme == "smtps" else 587),
                "username": unquote(parts.username or ""),
                "password": unquote(parts.password or ""),
                "use_ssl": parts.scheme == "smtps",
                "use_tls": parts.scheme == "smtp" and bool(parts.username),
                "timeout": 20,
            },
        }
    }


def _sign_in_service() -> dict[str, Any] | None:
    """Return the settings of the OpenID Connect provider, if any.

    Raises:
        ValueError: the address lacks the client, its secret or https.
    """
    url = os.environ.get("CANUT_OIDC_URL")
    if not url:
        return None
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or parts.hostname in {"127.0.0.1", "localhost"}
    if not (is_safe and parts.hostname and parts.username and parts.password):
        raise ValueError("CANUT_OIDC_URL is not https://client:secret@host/path?name=University")
    host = parts.netloc.rpartition("@")[2]
    return {
        "provider_id": "oidc",
        "name": dict(parse_qsl(parts.query)).get("name") or parts.hostname,
        "client_id": unquote(parts.username),
        "secret": unquote(parts.password),
        "settings": {
            "server_url": f"{parts.scheme}://{host}{parts.path.rstrip('/')}",
            "oauth_pkce_enabled": True,
            "scope": ["openid"],  # who it is, by a number: neither name nor address
            "fetch_userinfo": False,
        },
    }


def _service_origin() -> list[str]:
    """Return the provider's origin, which form submissions may redirect to."""
    if SIGN_IN_SERVICE is None:
        return []
    parts = urlsplit(SIGN_IN_SERVICE["settings"]["server_url"])
    return [f"{parts.scheme}://{parts.netloc}"]


SECRET_KEY = _secret_key()
LOG_NAME = os.environ.get("CANUT_LOG_NAME") or ""
LOG_KEY = os.environ.get("CANUT_LOG_KEY") or ""
WITNESSES = os.environ.get("CANUT_WITNESSES") or ""
PLACE_KEYS = os.environ.get("CANUT_PLACE_KEYS") or ""
LESSONS = os.environ.get("CANUT_LESSONS") or ""
DEBUG = False


def parse_pages_url(text: str) -> str:
    """Parse the origin that serves requesters' own pages; empty for our own.

    Raises:
        ValueError: it is no origin, that of this instance, or not https where we are.
    """
    parts = urlsplit(text)
    is_origin = bool(parts.netloc) and parts.scheme in {"https", "http"}
    if text and (not is_origin or parts.path.strip("/") or parts.query or parts.fragment):
        raise ValueError(f"CANUT_PAGES_URL is {text!r}; expected an origin, https://pages.example")
    if text and parts.netloc.lower() == urlsplit(URL).netloc.lower():
        raise ValueError("CANUT_PAGES_URL is the host of CANUT_URL; expected another host")
    if text and HTTPS and parts.scheme != "https":
        raise ValueError(f"CANUT_PAGES_URL is {text!r}; expected https, as CANUT_URL has it")
    return f"{parts.scheme}://{parts.netloc.lower()}" if text else ""


PAGES_URL = parse_pages_url((os.environ.get("CANUT_PAGES_URL") or "").strip())
ALLOWED_HOSTS = sorted(
    {"127.0.0.1", "localhost", "[::1]", urlsplit(URL).hostname or "127.0.0.1"}
    | ({urlsplit(PAGES_URL).hostname or ""} if PAGES_URL else set())
)
CSRF_TRUSTED_ORIGINS = [URL] if HTTPS else []
ROOT_URLCONF = "canut.web.urls"
WSGI_APPLICATION = "canut.web.wsgi.application"
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "store.Person"
SITE_NAME = "Canut"

RECORD_TABLES = ("canut.actions.passport.record.passport_tables",)
"""Functions that add tables to a person's work record, from wings above it."""
INSTALLED_APPS = [
    "canut.store",
    "canut.web",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks_db",
]
SIGN_IN_SERVICE = _sign_in_service()
if SIGN_IN_SERVICE:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
MIDDLEWARE = [
    "canut.web.platform.request_middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "canut.web.platform.cache_middleware.CacheMiddleware",
    "canut.web.kit.text_gate.CookieMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "canut.web.people.session_renewal.SessionRenewalMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "canut.web.platform.home_clock_middleware.HomeClockMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "canut.web.platform.typed_text_middleware.TypedTextMiddleware",
    "canut.web.kit.problems.RefusalMiddleware",
    "canut.web.kit.text_gate.TextMiddleware",
]
FORM_RENDERER = "canut.web.kit.form_renderer.FormRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web/templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "canut.web.kit.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "canut.web.kit.tags",
                "canut.web.kinds.tags",
                "canut.web.people.tags",
                "canut.web.projects.tags",
                "canut.web.commissions.tags",
                "canut.web.recruiting.tags",
                "canut.web.protection.tags",
                "canut.web.datasets.tags",
                "canut.web.quality.charts",
                "canut.web.pay.tags",
                "canut.web.time.timeline",
                "canut.web.pay.balance_view",
                "canut.web.quality.review_wording",
                "canut.web.tasks.tags",
                "canut.web.ethics.tags",
                "canut.web.participation.tags",
            ],
        },
    }
]

LANGUAGE_CODE = "fr"
LOCALE_PATHS = [one for one in (DATA / "locale", PACKAGE_FOLDER) if one.is_dir()]
set_folders([DATA / "locale", PACKAGE_FOLDER])
set_rules(writing_rules)
LANGUAGES_KNOWN = languages_in(LOCALE_PATHS)
LANGUAGES = [(one.code, one.name) for one in LANGUAGES_KNOWN.values()]
LANGUAGES_BIDI = [one.code for one in LANGUAGES_KNOWN.values() if one.direction == "rtl"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Toronto"

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web/static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = add_static_headers
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/assets/.+-[\w-]{8}\.\w+$"
MEDIA_ROOT = DATA / "media"
MEDIA_STORAGE = os.environ.get("CANUT_MEDIA") or ""

SUPPORT = os.environ.get("CANUT_SUPPORT", "").strip()
PACK_TASKS = _whole("CANUT_PACK_TASKS", os.environ.get("CANUT_PACK_TASKS"), 40)
PACK_HOURS = _whole("CANUT_PACK_HOURS", os.environ.get("CANUT_PACK_HOURS"), 12)
UPLOAD_LIMIT_BYTES = 2**20 * _whole(
    "CANUT_UPLOAD_LIMIT_MIB", os.environ.get("CANUT_UPLOAD_LIMIT_MIB"), 2048
)
BACKUP_KEYS = os.environ.get("CANUT_BACKUP_KEYS") or ""
BACKUP_FOLDER = os.environ.get("CANUT_BACKUP_FOLDER") or ""
BACKUP_HOURS = _whole("CANUT_BACKUP_HOURS", os.environ.get("CANUT_BACKUP_HOURS"), 24)
BACKUP_KEEP = _whole("CANUT_BACKUP_KEEP", os.environ.get("CANUT_BACKUP_KEEP"), 7)
KEEP_KEYS_DAYS = _whole("CANUT_KEEP_KEYS_DAYS", os.environ.get("CANUT_KEEP_KEYS_DAYS"), 30)
KEEP_BEATS_DAYS = _whole("CANUT_KEEP_BEATS_DAYS", os.environ.get("CANUT_KEEP_BEATS_DAYS"), 90)
WEBHOOKS_INSIDE = os.environ.get("CANUT_WEBHOOKS_INSIDE", "no") == "yes"
PROLIFIC_URL = os.environ.get("CANUT_PROLIFIC_URL") or "https://api.prolific.com"
WORK_RATE = _whole("CANUT_WORK_RATE", os.environ.get("CANUT_WORK_RATE"), 1200)
API_RATE = _whole("CANUT_API_RATE", os.environ.get("CANUT_API_RATE"), 6000)
ROW_LIMIT_BYTES = 2**20
IMAGE_LIMIT_PIXELS = 100_000_000
AUDIO_LIMIT_SECONDS = 4 * 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 10_000  # a folder of pictures; their bytes are limited above
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_HANDLERS = ["canut.web.platform.upload_handler.Upload"]


def _media_origins(where: str) -> list[str]:
    """Return the other origins from which pages may load pictures."""
    if not where:
        return []
    parts, query = urlsplit(where), dict(parse_qsl(urlsplit(where).query))
    if "endpoint" in query:
        at = urlsplit(query["endpoint"])
        return [f"{at.scheme}://{at.netloc}"]
    regional = f"https://{parts.netloc}.s3.{query.get('region', 'us-east-1')}.amazonaws.com"
    return [f"https://{parts.netloc}.s3.amazonaws.com", regional]


SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:", "blob:", *_media_origins(MEDIA_STORAGE)],
    "media-src": [CSP.SELF, "blob:", *_media_origins(MEDIA_STORAGE)],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF, *_media_origins(MEDIA_STORAGE)],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF, *_service_origin()],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "frame-src": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = False
TRUSTED_PROXIES, CLIENT_ADDRESS_HEADER = parse_trusted_proxies(
    os.environ.get("CANUT_TRUSTED_PROXIES") or "0"
)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
CSRF_FAILURE_VIEW = "canut.web.kit.problems.csrf_failure"
X_FRAME_OPTIONS = "DENY"

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "canut.web.people.signup_adapter.SignupAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}  # ip: web.kit.client_address
MFA_SUPPORTED_TYPES = ["webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_ADAPTER = "canut.web.people.oidc_adapter.OidcAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [SIGN_IN_SERVICE]}} if SIGN_IN_SERVICE else {}
SENDS_MAIL = bool(os.environ.get("EMAIL_URL"))
MAILERS = _mailers()
DEFAULT_FROM_EMAIL = (
    dict(parse_qsl(urlsplit(os.environ.get("EMAIL_URL") or "").query)).get("from")
    or f"canut@{urlsplit(URL).hostname}"
)

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "store_remembered",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
LOG = os.environ.get("CANUT_LOG") or "plain"
if LOG not in {"plain", "json"}:
    raise ValueError(f"CANUT_LOG is {LOG!r}; expected plain or json")
PLAIN = "%(asctime)s %(levelname)s %(name)s %(message)s"
OTLP = os.environ.get("CANUT_OTLP") or ""
if OTLP and not OTLP.startswith(("http://", "https://")):
    raise ValueError(f"CANUT_OTLP is {OTLP!r}; expected an address such as http://127.0.0.1:4318")
METRICS_TOKEN = os.environ.get("CANUT_METRICS_TOKEN") or ""
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "canut.web.platform.log_format.Plain", "format": PLAIN},
        "json": {"()": "canut.web.platform.log_format.JsonLines"},
    },
    "filters": {"passing": {"()": "canut.web.platform.log_format.Short"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG, "filters": ["passing"]}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django_tasks_db": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
        "canut.request": {"level": "INFO" if LOG == "json" else "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
