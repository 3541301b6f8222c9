"""Names of the kinds of tasks that a model's health compares, in the page's language."""

from canut.web.kit.messages import message_now


def slice_name(name: str) -> str:
    """Return a slice's name as people read it; a column's slice keeps its own."""
    kind, sign, bound = name.partition(" ")
    names = {
        "@length": "page.model_health.slice_length",
        "@class": "page.model_health.slice_class",
        "@import": "page.model_health.slice_import",
        "@agreement": "page.model_health.slice_agreement",
    }
    return f"{message_now(names[kind])}{sign}{bound}" if kind in names else name
