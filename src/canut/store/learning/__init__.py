"""Models that learn from the answers, propose labels and are watched for drift."""
