"""The names of crowd-html-elements: which Canut serves, and what each is in a form.

One list for reading old batches (``mturk_form``), for checking own pages (``own_pages``) and for
the components that a page is served (``frontend/src/own_pages/crowd.ts``: a test compares).
"""

CLASSIFIERS = {
    "crowd-classifier": False,
    "crowd-classifier-multi-select": True,
    "crowd-image-classifier": False,
    "crowd-image-classifier-multi-select": True,
}
"""Elements whose answer is one category, or several where it says True."""
TEXTS = frozenset({"crowd-text-area", "crowd-input"})
BOXES = frozenset({"crowd-checkbox"})
SLOTS = frozenset(
    {
        "full-instructions",
        "short-instructions",
        "detailed-instructions",
        "detailed-summary",
        "positive-example",
        "negative-example",
        "classification-target",
    }
)
"""Elements that only hold what another shows."""
HOLDERS = frozenset(
    {
        "crowd-form",
        "crowd-radio-group",
        "crowd-button",
        "crowd-card",
        "crowd-alert",
        "crowd-badge",
        "crowd-icon-button",
        "crowd-instructions",
        "crowd-modal",
        "crowd-tab",
        "crowd-tabs",
        "crowd-toast",
        "crowd-toggle-button",
    }
)
INSTRUCTIONS = frozenset(
    {"full-instructions", "short-instructions", "crowd-instructions", "detailed-instructions"}
)
MARKS = frozenset(
    {"crowd-bounding-box", "crowd-polygon", "crowd-keypoint", "crowd-entity-annotation"}
)
"""Elements that mark a picture or a text; kinds of the workbench draw them."""
SERVED = (
    HOLDERS | TEXTS | BOXES | CLASSIFIERS.keys() | MARKS | {"crowd-slider", "crowd-radio-button"}
)
"""The elements that Canut has components for; a page with another is refused when it is made."""
