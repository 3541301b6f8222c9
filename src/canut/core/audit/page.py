"""Write an audit as one self-contained HTML page, without scripts, fonts or addresses.

The style is the platform's: names in the margin, one coloured line. The page's security policy
allows only its own style.
"""

from html import escape

from canut.core.audit.report import Audit
from canut.core.audit.sections import AuditChart, Section, TextTable, introduction, sections
from canut.core.audit.words import AuditLanguage

STYLE = """
:root{color-scheme:light dark;--ground:#fbfaf8;--recess:#f3f0ec;--rule:#dcd8d4;--ink:#1f1c25;
--ink-2:#514e57;--ink-3:#69666f;--thread:#951464;--c1:#1f1c25;--c2:#6a615a;
--serif:"Iowan Old Style","Palatino Linotype",Palatino,"URW Palladio L",P052,"TeX Gyre Pagella",
"Book Antiqua","Noto Serif",Georgia,serif;--sans:"Segoe UI Variable Text","Segoe UI",system-ui,
-apple-system,BlinkMacSystemFont,Roboto,"Noto Sans",Ubuntu,Cantarell,"Liberation Sans",Arial,
sans-serif}
@media (prefers-color-scheme:dark){:root{--ground:#18161b;--recess:#111014;--rule:#38353d;
--ink:#ece9e5;--ink-2:#b9b5af;--ink-3:#9f9b93;--thread:#f08fc0;--c1:#ece9e5;--c2:#999188}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1320px;background:var(--ground);color:var(--ink);
font:400 .9375rem/1.375rem var(--sans);font-variant-numeric:tabular-nums lining-nums}
h1{margin:0;font:400 1.9375rem/2.375rem var(--serif);overflow-wrap:anywhere}
h2{margin:0;font-size:.9375rem;line-height:1.375rem;font-weight:600}
h3{margin:20px 0 4px;font-size:.8125rem;line-height:1.1875rem;font-weight:600}
p{margin:8px 0;max-width:64ch}
section{display:grid;grid-template-columns:204px minmax(0,1fr);margin:0 36px;
border-top:1px solid var(--rule)}
section:first-child{border-top:0}
.m{padding:24px 20px 24px 0;color:var(--ink-2);font-size:.8125rem;line-height:1.1875rem}
.m h2{color:var(--ink)}
.c{padding:24px 0 24px 32px;border-left:1px solid var(--rule)}
.find{margin:0 0 12px;font:400 1.1875rem/1.75rem var(--serif)}
table{border-collapse:collapse;width:100%;max-width:860px;margin:12px 0;font-size:.875rem;
line-height:1.25rem}
th,td{padding:6px 12px 6px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule);
overflow-wrap:anywhere}
thead th{font-weight:500;color:var(--ink-2);border-bottom:1px solid var(--ink)}
tbody th{font-weight:400}
.r{text-align:right;overflow-wrap:normal;padding-right:0;padding-left:20px}
ul{margin:8px 0;padding-left:18px;max-width:64ch}
li{margin:4px 0}
figure{margin:12px 0 20px;max-width:720px}
figcaption{font-size:.8125rem;line-height:1.1875rem;color:var(--ink-2)}
svg{display:block;width:100%;height:auto;overflow:visible;font:400 12px var(--sans)}
.gr{stroke:var(--rule)}.ax{stroke:var(--ink)}.iv{stroke:var(--c1);stroke-width:2;fill:none}
.pt{fill:var(--c1)}.br{fill:var(--c2)}.nm{fill:var(--ink)}.no{fill:var(--ink-3);text-anchor:middle}
.fl{stroke:var(--thread);stroke-width:2;stroke-dasharray:5 4}.fw{fill:var(--thread)}
.fw.e{text-anchor:end}
footer{margin:0 36px;padding:12px 0 48px;border-top:1px solid var(--rule);font-size:.75rem;
line-height:1rem;color:var(--ink-2)}
@media (max-width:1080px){section{grid-template-columns:156px minmax(0,1fr);margin:0 24px}
footer{margin:0 24px}}
@media (max-width:720px){section{display:block;margin:0 16px}.m{padding:20px 0 0}
.c{padding:8px 0 20px;border-left:0}h1{font-size:1.5625rem;line-height:1.9375rem}
body{font-size:1rem;line-height:1.4375rem}.r{padding-left:10px}footer{margin:0 16px}
svg{font-size:19px}.lines thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}
.lines tr{display:block;padding:8px 0;border-bottom:1px solid var(--rule)}
.lines th,.lines td{display:flex;justify-content:space-between;gap:20px;padding:1px 0;border:0}
.lines th{font-weight:600}.lines td::before{content:attr(data-of);color:var(--ink-2);
text-align:left}}
@media print{body{background:none}}
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
MANY_COLUMNS = 4


def as_page(result: Audit, language: str) -> str:
    """Return the whole audit as HTML."""
    voice = AuditLanguage(language)
    title = escape(voice.say("title", file=result.asked.file))
    head = (
        f'<!doctype html>\n<html lang="{voice.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
    )
    opening = (
        f'<section><div class="m"></div><div class="c"><h1>{title}</h1>'
        f"<p>{escape(introduction(result, voice))}</p></div></section>\n"
    )
    matter = "".join(_section(section) for section in sections(result, voice))
    source = voice.say("source", file=result.asked.file, rows=voice.number(result.found.rows))
    return f"{head}{opening}{matter}</main>\n<footer>{escape(source)}</footer>\n</body>\n</html>\n"


def _section(section: Section) -> str:
    note = f"<p>{escape(section.note)}</p>" if section.note else ""
    finding = f'<p class="find">{escape(section.finding)}</p>' if section.finding else ""
    body = "".join(_item(item) for item in section.body)
    return (
        f'<section><div class="m"><h2>{escape(section.name)}</h2>{note}</div>'
        f'<div class="c">{finding}{body}</div></section>\n'
    )


def _item(item: str | TextTable | AuditChart | list[str]) -> str:
    match item:
        case str():
            return f"<p>{escape(item)}</p>"
        case TextTable():
            return _table(item)
        case AuditChart():
            return f"<figure><figcaption>{escape(item.title)}</figcaption>{item.svg}</figure>"
        case list():
            return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in item) + "</ul>"


def _table(table: TextTable) -> str:
    def kind(index: int) -> str:
        return "" if index < table.words else ' class="r"'

    title = f"<h3>{escape(table.title)}</h3>" if table.title else ""
    head = "".join(
        f'<th scope="col"{kind(index)}>{escape(name)}</th>' for index, name in enumerate(table.head)
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(
            f'<td{kind(index)} data-of="{escape(table.head[index])}">{escape(cell)}</td>'
            for index, cell in enumerate(row[1:], 1)
        )
        + "</tr>"
        for row in table.rows
    )
    lines = ' class="lines"' if len(table.head) > MANY_COLUMNS else ""
    return f"{title}<table{lines}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
