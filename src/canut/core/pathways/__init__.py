"""The way from click work to another occupation: what is shown, what is missing, what leads there."""
