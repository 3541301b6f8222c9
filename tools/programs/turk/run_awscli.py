"""Call the interface with ``aws mturk``: by option, by environment, and without a region."""

import json
import os
import subprocess
import sys
from pathlib import Path

AWS = str(Path(sys.executable).with_name("aws"))
REFUSED = 255
PAGE = (
    '<HTMLQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/'
    '2011-11-11/HTMLQuestion.xsd"><HTMLContent><![CDATA[<!DOCTYPE html><html><body><crowd-form>'
    '<crowd-input name="weather"></crowd-input></crowd-form></body></html>]]></HTMLContent>'
    "<FrameHeight>0</FrameHeight></HTMLQuestion>"
)


def aws(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {name: text for name, text in {**os.environ, **environment}.items() if text}
    return subprocess.run(
        [AWS, "mturk", *words, "--output", "json"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def shown(*words: str, **environment: str) -> dict[str, object]:
    done = aws(*words, **environment)
    if done.returncode:
        sys.exit(f"aws mturk {words[0]}: {done.stderr}")
    return json.loads(done.stdout or "{}")


def main() -> None:
    by_option = ("--endpoint-url", f"{sys.argv[1]}/mturk")
    nowhere = {"AWS_ENDPOINT_URL_MTURK": ""}
    members = {
        "Title": "Say what the weather is",
        "Description": "One line of text",
        "Reward": "0.50",
        "AssignmentDurationInSeconds": 600,
        "LifetimeInSeconds": 3600,
        "Question": PAGE,
    }
    for _ in range(3):
        hit = shown("create-hit", "--cli-input-json", json.dumps(members))["HIT"]
        assert hit["HITStatus"] == "Assignable", hit
    page = shown("list-hits", "--no-paginate", "--max-results", "2", *by_option, **nowhere)
    assert page["NumResults"] == len(page["HITs"]) == 2, page
    assert page["NextToken"], page
    whole = shown("list-hits", "--page-size", "2")
    assert len({hit["HITId"] for hit in whole["HITs"]}) == 3, whole
    assert shown("get-account-balance")["AvailableBalance"] == "0.00"

    unknown = aws("get-hit", "--hit-id", "NOPE")
    assert unknown.returncode in {REFUSED, 254}, unknown
    assert "RequestError" in unknown.stderr, unknown.stderr
    assert "NOPE does not exist" in unknown.stderr, unknown.stderr

    homeless = aws("get-account-balance", AWS_DEFAULT_REGION="", AWS_ENDPOINT_URL_MTURK="http://[")
    assert homeless.returncode, homeless
    assert "region" in homeless.stderr, homeless.stderr
    print("aws mturk: three HITs by pages of two, the words of an unknown HIT, no region refused")


main()
