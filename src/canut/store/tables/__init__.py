"""The tables, one file a wing. Django models only; the reads lie beside, by wing."""
