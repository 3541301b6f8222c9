"""The addresses of models: who decided, what they may do, their health, anchoring and lien."""

from canut.web.kit.access import Route
from canut.web.kit.audiences import ANYONE, READERS, REQUESTERS
from canut.web.learning import anchoring, liens, model_health, provenance

POST, BOTH = ("POST",), ("GET", "POST")
_P = "projects/<slug:project>/"
LEARNING: tuple[Route, ...] = (
    Route(_P + "actors/", provenance.actors, "project_actors", READERS),
    Route(_P + "actors/c10.csv", provenance.data, "project_actors_csv", READERS),
    Route(_P + "actors/rule", provenance.rule, "project_loop", REQUESTERS, POST),
    Route(_P + "actors/teach", provenance.train_model, "project_teach", REQUESTERS, POST),
    Route(
        _P + "actors/<whole:number>/health",
        model_health.show_health,
        "project_model_health",
        READERS,
    ),
    Route(_P + "actors/anchoring", anchoring.anchoring, "project_anchoring", READERS),
    Route(_P + "actors/plant", anchoring.plant, "project_anchoring_plant", REQUESTERS, POST),
    Route(_P + "actors/unplant", anchoring.stop, "project_anchoring_stop", REQUESTERS, POST),
    Route(_P + "actors/lien", liens.write, "project_lien", REQUESTERS, BOTH),
    Route("models/<whole:number>/lien", liens.show_lien, "model_lien", ANYONE),
    Route(_P + "actors/<whole:number>.json", provenance.card, "project_model", READERS),
    Route(
        _P + "actors/<whole:number>.zip", provenance.export, "project_model_file", REQUESTERS, POST
    ),
)
