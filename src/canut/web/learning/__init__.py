"""Models that learn from answers, propose labels and are monitored for drift."""
