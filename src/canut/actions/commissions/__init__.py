"""Commissions: a wish becomes a project; its acceptance; texts tested by paid readers."""
