"""Queries of models: rules, proposals, pre-labels, provenance, drift."""
