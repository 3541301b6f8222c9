"""Plumbing without a subject: encryption, uploads, leader election, pacing of bulk writes."""
