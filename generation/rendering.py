"""A row's Markdown as HTML that cannot do anything: for the maintainer's page.

In: untrusted Markdown. Out: HTML of a dozen tags without attributes. Covered: fences, headings, lists,
paragraphs, inline code, bold and italic. Links, pictures, tables and raw HTML stay the text that they are.
"""

import re
from html import escape

from generation.plain_text import show_plainly

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*)")
_ITEM = re.compile(r"(\s*)(?:[-*+]|(\d+)[.)])\s+(.*)")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_BOLD = re.compile(r"\*\*(\S(?:.*?\S)?)\*\*", re.DOTALL)
_ITALIC = re.compile(r"(?<![\w*])\*([^\s*](?:[^*]*?[^\s*])?)\*(?![\w*])", re.DOTALL)


def render_markdown(text: str) -> str:
    """Return the Markdown as HTML; every character of it that HTML knows is escaped, unseen ones are spelt out."""
    html: list[str] = []
    lines = show_plainly(text).split("\n")
    place = 0
    while place < len(lines):
        block, place = _read_block(lines, place)
        html.append(block)
    return "\n".join(part for part in html if part)


def _read_block(lines: list[str], place: int) -> tuple[str, int]:
    """Return the block that begins at a line, and where the next one begins."""
    line = lines[place]
    fence, heading, item = _FENCE.match(line), _HEADING.fullmatch(line), _ITEM.fullmatch(line)
    if fence:
        end = place + 1
        while end < len(lines) and not _closes(lines[end], fence[1]):
            end += 1
        return f"<pre><code>{escape(chr(10).join(lines[place + 1 : end]))}</code></pre>", end + 1
    if heading:
        return f"<h5>{_render_inline(heading[2])}</h5>", place + 1
    if item:
        return _read_list(lines, place, "ol" if item[2] else "ul")
    if not line.strip():
        return "", place + 1
    end = place + 1
    while end < len(lines) and lines[end].strip() and not _starts_block(lines[end]):
        end += 1
    return f"<p>{_render_inline(chr(10).join(lines[place:end]))}</p>", end


def _read_list(lines: list[str], place: int, tag: str) -> tuple[str, int]:
    items: list[str] = []
    while place < len(lines) and (item := _ITEM.fullmatch(lines[place])):
        said, place = [item[3]], place + 1
        while place < len(lines) and lines[place].startswith("  ") and not _starts_block(lines[place]):
            said.append(lines[place].strip())
            place += 1
        items.append(f"<li>{_render_inline(chr(10).join(said))}</li>")
    return f"<{tag}>{''.join(items)}</{tag}>", place


def _starts_block(line: str) -> bool:
    return bool(_FENCE.match(line) or _HEADING.fullmatch(line) or _ITEM.fullmatch(line))


def _closes(line: str, bar: str) -> bool:
    return line.strip() == bar[0] * len(line.strip()) and len(line.strip()) >= len(bar)


def _render_inline(text: str) -> str:
    html, end = [], 0
    for code in _CODE.finditer(text):
        html += [_render_emphasis(text[end : code.start()]), f"<code>{escape(code[2])}</code>"]
        end = code.end()
    return "".join([*html, _render_emphasis(text[end:])])


def _render_emphasis(text: str) -> str:
    return _ITALIC.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", escape(text)))
