"""Parse metrics on standard input with the parser of Prometheus's own client."""

import sys

from prometheus_client.parser import text_string_to_metric_families

FEWEST = 10
families = list(text_string_to_metric_families(sys.stdin.read()))
if len(families) < FEWEST or any(not family.documentation for family in families):
    sys.exit(f"prometheus_client reads {[family.name for family in families]}")
samples = sum(len(family.samples) for family in families)
print(f"{len(families)} families, {samples} samples")
