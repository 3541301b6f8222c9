"""The workers' voice: messages, elections, policy changes, client ratings, oversight."""
