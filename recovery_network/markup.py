"""The one place where text that people wrote becomes HTML."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "a",
    "blockquote",
    "h3",
    "h4",
    "code",
    "hr",
}
ATTRIBUTES = {"a": {"href", "title"}}
parser = MarkdownIt("commonmark", {"html": False, "breaks": True})


def to_html(text: str) -> SafeString:
    """Markdown as harmless HTML; headings begin at h3, below those of the page."""
    html = parser.render(text).replace("<h1>", "<h3>").replace("</h1>", "</h3>")
    html = html.replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"https", "http", "mailto", "tel"},
    )
    return mark_safe(clean)


def to_text(text: str) -> str:
    """Markdown as plain text: paragraphs apart by an empty line, items of lists with a dash."""
    blocks: list[str] = []
    item = False
    for token in parser.parse(text):
        if token.type == "list_item_open":
            item = True
        if token.type in {"inline", "code_block", "fence"}:
            words = "".join(plain(each) for each in token.children or ()) or token.content
            blocks.append(f"– {words}" if item else words)
            item = False
    return "\n\n".join(blocks)


def plain(token: Token) -> str:
    return "\n" if token.type in {"softbreak", "hardbreak"} else token.content
