"""Merge answers that are no choice: regions, spans, texts, rankings, numbers."""
