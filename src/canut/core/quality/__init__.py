"""Infer labels from answers with their confidence, and measure agreement and accuracy."""
