"""Merge answers that are not choices: regions, spans, texts, rankings, numbers."""
