"""Models that infer labels from answers, how they are fitted, and what they return."""
