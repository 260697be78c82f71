"""The small readable page of a simulator: look inside it, order a fault. No script, no outside file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

_STYLE = """

:root{color-scheme:light dark;--ink:#1d2733;--soft:#5b6876;--line:#dfe5ec;--paper:#f4f6f9;--card:#fff;
--accent:#0b6e6e;--warn:#b54708;--code:#0b6e6e}@media(prefers-color-scheme:dark){
:root{--ink:#e8edf2;--soft:#a3b0bd;--line:#33404d;--paper:#141a20;--card:#1c242c;--accent:#4fc3b8;--warn:#f7b267;
--code:#7fe0d4}}*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}header{padding:1.25rem 1rem .5rem}
main,header{max-width:68rem;margin:0 auto}main{padding:0 1rem 3rem}h1{font-size:1.5rem;margin:0}
h2{font-size:1.1rem;margin:0 0 .6rem}.soft{color:var(--soft);margin:.2rem 0}
section{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem;margin:1rem 0;
overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.94rem}
th,td{text-align:left;padding:.4rem .6rem;vertical-align:top;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600;white-space:nowrap}tr:last-child td{border-bottom:0}
td.code,.code{font:600 1rem ui-monospace,Menlo,Consolas,monospace;color:var(--code)}
form{display:flex;gap:.75rem;flex-wrap:wrap;align-items:end}
label{display:grid;gap:.2rem;font-size:.85rem;color:var(--soft)}
input,select,button{font:inherit;padding:.45rem .6rem;border:1px solid var(--line);border-radius:.5rem;
background:var(--card);color:var(--ink)}
button{background:var(--accent);border-color:var(--accent);color:#fff;font-weight:600;cursor:pointer}
@media(prefers-color-scheme:dark){button{color:#0c1216}}button.quiet{background:none;color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
ul.chat{list-style:none;margin:0;padding:0;display:grid;gap:.6rem}
ul.chat li{border-left:3px solid var(--accent);padding:.2rem .8rem}
ul.chat p{margin:.1rem 0;white-space:pre-wrap;overflow-wrap:anywhere}a{color:var(--accent)}.warn{color:var(--warn)}
footer{color:var(--soft);font-size:.85rem}
"""

_CODE = ' class="code"'


@dataclass(frozen=True, slots=True)
class Section:
    """One card of the page: a heading over a table, or over ready HTML (`body`, already escaped)."""

    heading: str
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[object]] = ()
    body: str = ""
    note: str = ""
    empty: str = "Nothing yet."
    code_columns: frozenset[int] = field(default_factory=frozenset)


def table(section: Section) -> str:
    """The rows of a section as an HTML table, everything escaped."""
    if not section.rows:
        return f'<p class="soft">{escape(section.empty)}</p>'
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in section.columns)
    lines = []
    for row in section.rows:
        cells = "".join(
            f"<td{_CODE if n in section.code_columns else ''}>{escape(str(cell))}</td>" for n, cell in enumerate(row)
        )
        lines.append(f"<tr>{cells}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def fault_form(kinds: Iterable[tuple[str, str]]) -> str:
    """The form that orders a fault, and the button that clears everything."""
    options = "".join(f'<option value="{escape(kind)}">{escape(words)}</option>' for kind, words in kinds)
    return (
        '<form method="post" action="/_stage/fault">'
        f'<label>What goes wrong<select name="kind">{options}</select></label>'
        '<label>How many times<input name="times" type="number" min="1" max="1000" value="1"></label>'
        '<label>Only paths that begin with<input name="path" placeholder="/ (all)"></label>'
        "<label>Seconds, where it waits"
        '<input name="seconds" type="number" min="0" max="120" step="any" value="15"></label>'
        "<button>Order this fault</button></form>"
        '<form method="post" action="/_stage/reset" style="margin-top:.75rem">'
        '<button class="quiet">Forget everything and start afresh</button></form>'
    )


def render(title: str, lead: str, sections: Iterable[Section]) -> str:
    """The whole page as HTML."""
    cards = []
    for section in sections:
        note = f'<p class="soft">{escape(section.note)}</p>' if section.note else ""
        cards.append(f"<section><h2>{escape(section.heading)}</h2>{note}{section.body or table(section)}</section>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f'<body><header><h1>{escape(title)}</h1><p class="soft">{escape(lead)}</p></header>'
        f"<main>{''.join(cards)}<footer>A simulator for trying Nesie out. It listens on this machine only; "
        "nothing here reaches a real system.</footer></main></body></html>"
    )
