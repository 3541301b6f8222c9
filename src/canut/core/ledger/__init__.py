"""What the log holds, what people are promised of it, and what a dataset says of their work."""
