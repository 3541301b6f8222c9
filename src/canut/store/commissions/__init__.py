"""Commissions, texts and their readers. Reads only."""
