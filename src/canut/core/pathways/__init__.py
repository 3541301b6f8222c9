"""The way from click work to another occupation: shown, missing, and what leads there."""
