"""Hostile values: texts, fragments of JSON, whole bodies, headers, files."""

import json
from urllib.parse import quote_from_bytes

DEEP = 100_000
LONG = 2**20
SHORT = 8_192
"""Bytes: longer values stand in bodies only, as no server lets them into an address or header."""

DIGITS = {
    "none": "",
    "superscript": "²",
    "arabic-digits": "١٢",
    "full-width-digits": "\uff11\uff12",
    "roman-numeral": "Ⅻ",
    "half": "½",
    "5000-digits": "9" * 5_000,
    "zero": "0",
    "minus-one": "-1",
    "plus": "+1",
    "underscore": "1_0",
    "int32": str(2**31),
    "int63": str(2**63 - 1),
    "int64": str(2**63),
    "int64-below": str(-(2**63) - 1),
    "int128": str(2**127),
    "fraction": "1.5",
    "comma": "1,5",
    "tiny": "1e-400",
    "huge": "1e999",
    "nan": "NaN",
    "infinity": "-Infinity",
    "hexadecimal": "0x1F",
}
CHARACTERS = {
    "space": " ",
    "nul": "a\0b",
    "only-nul": "\0",
    "control": "\x01\x1b\x7f\x85",
    "right-to-left": "a\u202egnp.exe",
    "surrogate": "a\ud800b",
    "surrogates": "\udfff\udbff",
    "byte-order": "\ufeffa",
    "not-a-character": "\uffff\U0010ffff",
    "combining": "e" + "\u0301" * 2_000,
    "joined-emoji": "👩‍👩‍👧‍👦" * 40,
    "case-grows": "ŉİß" * 60,
    "long": "é" * 2_000,
    "line-ends": "a\r\nSet-Cookie: evil=1\r\n\r\n<b>",
    "line-separators": "a\u2028b\u2029c",
    "tabs": "\t\v\f",
}
WORDS = {
    "up": "../../../../etc/passwd",
    "up-windows": "..\\..\\secret.key",
    "absolute": "/etc/passwd",
    "other-site": "//evil.example/a",
    "script-address": "javascript:alert(1)",
    "inside-address": "http://169.254.169.254/latest",
    "template": "{{ settings.SECRET_KEY }}{% include '/etc/passwd' %}",
    "format": "%s%n%(x)d{0.__class__}{x!r:>99}",
    "sql": "' OR 1=1 --",
    "sql-second": '"; DROP TABLE store_person; --',
    "wildcards": "%_*?[a-z]\\",
    "markup": "<script>alert(1)</script><!--",
    "formula": "=1+1",
    "shell": "$(id)`id`|id",
    "json": '{"a": [1]}',
    "open-json": '{"a": [',
    "deep-json": "[" * 3_000,
    "true": "true",
    "null": "null",
    "many-commas": "," * 500,
    "numbers": "1,2,²,-1",
    "colons": "a:b:c::",
    "at": "a@b@c",
    "token": "a.b.c",
    "base64": "AAAA" * 20,
    "hash": "0" * 64,
    "uuid": "00000000-0000-0000-0000-000000000000",
}
MOMENTS = {
    "first-day": "0001-01-01",
    "last-day": "9999-12-31",
    "no-day": "2026-02-30",
    "year-zero": "0000-01-01",
    "year-10000": "10000-01-01",
    "week-day": "2026-W53-7",
    "arabic-day": "\u0662\u0660\u0662\u0666-\u0660\u0661-\u0660\u0661",
    "first-moment": "0001-01-01T00:00",
    "last-moment": "9999-12-31T23:59:59.999999",
    "far-zone": "0001-01-01T00:00+23:59",
    "no-time": "24:61",
    "first-time": "00:00",
    "last-time": "23:59:59",
}
TEXTS = {**DIGITS, **CHARACTERS, **WORDS, **MOMENTS}
"""What stands in the place of any text of a form, a query, a header or an address."""


def encoded(text: str) -> str:
    """Percent-encode a text whole, slashes and lone surrogates too."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")


ENCODED = {
    "slash": "a%2Fb",
    "up-encoded": "..%2F..%2Fsecret.key",
    "up-twice-encoded": "%252e%252e%252f",
    "dots": "%2e%2e",
    "nul-encoded": "%00",
    "no-utf8": "%ff%fe",
    "overlong": "%c0%af",
    "half-encoded": "%",
    "no-hexadecimal": "%zz",
    "query-mark": "a%3Fb%23c",
    "semicolon": "a;b=c",
    "many-slashes": "///",
}
"""What stands in an address as it is, already encoded, or wrongly so."""


def in_address() -> dict[str, str]:
    """Return the values of a part of an address or a query, percent-encoded."""
    texts = {name: encoded(text) for name, text in TEXTS.items()}
    return {name: text for name, text in texts.items() if len(text) <= SHORT * 4} | ENCODED


IN_ADDRESS = in_address()
IN_FORM = {name: encoded(text) for name, text in TEXTS.items()} | {
    "megabyte": "x" * LONG,
    "no-utf8": "%ff%fe",
    "overlong": "%c0%af",
    "deep": encoded("[" * DEEP),
    "long-number": "9" * 100_000,
}

_TEXTS_AS_JSON = {name: json.dumps(text) for name, text in TEXTS.items() if text != "a\ud800b"}
IN_JSON = _TEXTS_AS_JSON | {
    "surrogate": r'"a\ud800b"',
    "megabyte": f'"{"x" * LONG}"',
    "null": "null",
    "true": "true",
    "false": "false",
    "zero-number": "0",
    "minus-one-number": "-1",
    "fraction-number": "1.5",
    "minus-zero": "-0.0",
    "int31-number": str(2**31),
    "int53-number": str(2**53),
    "int63-number": str(2**63 - 1),
    "int63-below": str(-(2**63)),
    "int64-number": str(2**63),
    "int64-full": str(2**64 - 1),
    "5000-digits-number": "9" * 5_000,
    "float-huge": "1e308",
    "float-tiny": "5e-324",
    "float-beyond": "1e999",
    "nan-bare": "NaN",
    "infinity-bare": "-Infinity",
    "list": "[]",
    "list-of-none": "[null]",
    "list-of-lists": "[[], [[]]]",
    "list-of-numbers": "[1, -1, 0]",
    "list-of-texts": '["a", "a"]',
    "list-of-objects": "[{}, {}]",
    "list-long": json.dumps([1] * 20_000),
    "object": "{}",
    "object-of-none": '{"": null}',
    "object-odd": r'{"__proto__": {"a": 1}, "a.b": 1, "$ref": "#", "' + "é" * 300 + '": []}',
    "object-twice": '{"a": 1, "a": 2}',
    "object-wide": json.dumps({str(number): number for number in range(5_000)}),
    "deep-list": "[" * DEEP + "]" * DEEP,
    "deep-object": '{"a":' * DEEP + "1" + "}" * DEEP,
    "deep-allowed": "[" * 90 + "]" * 90,
    "deep-object-allowed": '{"a":' * 90 + "1" + "}" * 90,
    "no-utf8": '"\udcff\udcfe"',
    "nul-raw": '"a\0b"',
    "open": "[",
}
"""Texts of JSON that stand in the place of a member; ``\\udcXX`` is the bare byte XX."""

BODIES: dict[str, bytes] = {
    "empty": b"",
    "null": b"null",
    "number": b"1",
    "text": b'"a"',
    "list": b"[]",
    "list-of-none": b"[null]",
    "object": b"{}",
    "object-of-none": b'{"a": null}',
    "open": b'{"a": ',
    "deep-list": b"[" * DEEP,
    "deep-list-closed": b"[" * DEEP + b"]" * DEEP,
    "deep-object": b'{"a":' * DEEP,
    "deep-object-closed": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "megabyte": b'"' + b"x" * LONG + b'"',
    "too-large": b"x" * (5 * LONG),
    "no-utf8": b"\xff\xfe\x00",
    "byte-order": b"\xef\xbb\xbf{}",
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "nul": b"\0",
    "form": b"a=b&c=%00",
    "many-fields": b"&".join(b"f%d=1" % number for number in range(3_000)),
    "lines": b"{}\n[]\nnull\n\n{",
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "zip": b"PK\x03\x04" + b"\0" * 60,
    "multipart-open": b'--b\r\nContent-Disposition: form-data; name="a"',
    "multipart-file": (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="../../a\\b.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\na\0b\r\n--b--\r\n"
    ),
}
KINDS = {
    "none": "",
    "json": "application/json",
    "json-latin": "application/json; charset=latin-1",
    "json-unknown": "application/json; charset=no-such",
    "form": "application/x-www-form-urlencoded",
    "form-unknown": "application/x-www-form-urlencoded; charset=no-such",
    "multipart": "multipart/form-data; boundary=b",
    "multipart-bare": "multipart/form-data",
    "multipart-odd": 'multipart/form-data; boundary="é\\""',
    "lines": "application/x-ndjson",
    "bytes": "application/octet-stream",
    "text": "text/plain",
    "odd": "a/b/c;;;=",
}
FILES: dict[str, tuple[str, bytes]] = {
    "empty": ("a.csv", b""),
    "up": ("../../a.csv", b"id,text\n1,a\n"),
    "no-name": ("", b"id,text\n1,a\n"),
    "long-name": ("é" * 400 + ".csv", b"id,text\n1,a\n"),
    "quote-name": ('a";b.csv', b"id,text\n1,a\n"),
    "nul": ("a.csv", b"id,text\n1,a\0b\n"),
    "no-utf8": ("a.csv", b"\xff\xfe\x00\x01"),
    "deep-json": ("a.json", b"[" * DEEP),
    "deep-lines": ("a.jsonl", b'{"id": 1, "text": ' + b"[" * DEEP),
    "surrogate-lines": ("a.jsonl", b'{"id": "1", "text": "\\ud800", "wahr": "\\u0000"}\n'),
    "number-lines": ("a.jsonl", b'{"id": 1e999, "text": ' + b"9" * 5_000 + b"}\n"),
    "open-quote": ("a.csv", b'id,text\n"1,a\n' * 9),
    "wide": ("a.csv", b",".join(b"c%d" % number for number in range(3_000)) + b"\n"),
    "zip": ("a.zip", b"PK\x03\x04" + b"\0" * 60),
    "parquet": ("a.parquet", b"PAR1" + b"\0" * 20 + b"PAR1"),
    "picture": ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40),
    "xml": ("a.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
}
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "GET", "POST", "get", "BREW")
HEADERS = (
    *("Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cache-Control"),
    *("Content-Type", "Content-Encoding", "Content-Length", "Expect", "Forwarded", "Host"),
    *("Idempotency-Key", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range"),
    *("Origin", "Range", "Referer", "Sec-Fetch-Dest", "Sec-Fetch-Site", "Transfer-Encoding"),
    *("User-Agent", "X-CSRFToken", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port"),
    *("X-Forwarded-Proto", "X-HTTP-Method-Override", "X-Real-IP", "X-Request-ID"),
    *("X-Requested-With", "Cookie"),
)
_ODD_HEADERS = {
    "host-port": "localhost:99999",
    "host-user": "localhost@evil.example",
    "host-brackets": "[::1",
    "host-many": "localhost, evil.example",
    "languages": "fr;q=é,*;q=9e999,x-" + "a" * 900,
    "language-long": "fr-" + "a" * 4_000,
    "language-commas": ",".join(["aa-BB;q=0.5"] * 600),
    "range": "bytes=0-0,-1,5-2",
    "range-far": "bytes=" + "9" * 30 + "-",
    "range-suffix": "bytes=-" + "9" * 5_000,
    "range-superscript": "bytes=²-³",
    "tags": 'W/"a", "b, *',
    "moment": "Sun, 31 Feb 99999 25:61:61 GMT",
    "bearer": "Bearer " + "a" * 6_000,
    "bearer-odd": "Bearer canut_é\u202e.²",
    "basic": "Basic AAAA====",
    "cookies": "sessionid=; csrftoken=a; ;;=;é=\u202e; $Version=1",
    "session-odd": "sessionid=" + "é'\"" * 50,
    "cookies-many": "; ".join(f"c{number}=1" for number in range(800)),
    "null-origin": "null",
    "chunked": "chunked",
    "gzip": "gzip, br;q=0, *;q=nan",
    "forwarded": 'for="[::1]:²";proto=https;host=\'',
    "multipart": "multipart/form-data; boundary=" + "a" * 300,
    "large-length": "9" * 30,
    "length-superscript": "²",
}
IN_HEADER = {
    name: text.encode("utf-8", "surrogatepass").decode("latin-1")
    for name, text in {**TEXTS, **_ODD_HEADERS}.items()
    if not {"\r", "\n", "\0"} & set(text)
}
"""What a server passes on: no line ends and no NUL, which ``test_served`` sends by itself."""
COOKIES = ("sessionid", "csrftoken", "django_language", "messages", "unknown")
