"""The tables, one file per wing. Django models only; queries live in the wings."""
