"""Pages of pathways, openings and destinations."""
