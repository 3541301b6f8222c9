"""Participation of workers: messages, elections, policy changes, client ratings, oversight."""
