"""Parse the metrics of a server with the parser of Prometheus's own client."""

import sys
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

FEWEST = 10
with urllib.request.urlopen(sys.argv[1]) as answer:  # noqa: S310 - a server of this machine
    text = answer.read().decode()
families = list(text_string_to_metric_families(text))
if len(families) < FEWEST or any(not family.documentation for family in families):
    sys.exit(f"prometheus_client reads {[family.name for family in families]}")
samples = sum(len(family.samples) for family in families)
print(f"{len(families)} families, {samples} samples")
