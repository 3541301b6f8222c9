"""What queries of the register rest on that no other test shows."""

import json
from pathlib import Path

EXPORTED = Path(__file__).parents[1] / "datasets/format1/exported/croissant.json"


def test_dataset_says_who_labelled_how_with_which_machines_and_when() -> None:
    described = json.loads(EXPORTED.read_bytes())

    answers = {name: text for name, text in described.items() if name.startswith("rai:")}
    assert answers.keys() >= {
        "rai:annotatorDemographics",
        "rai:dataAnnotationProtocol",
        "rai:dataAnnotationPlatform",
        "rai:dataCollectionTimeframe",
        "rai:annotationsPerItem",
        "rai:dataSocialImpact",
    }
    assert all(answers.values())
