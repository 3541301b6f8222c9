"""The tamper-evident log: entries, inclusion promises, witnesses."""
