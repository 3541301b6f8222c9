"""Pathways: follow one, publish an opening, say where one went."""
