"""Infer labels from answers: the models, how they are fitted, and their result."""
