"""Storage of pictures and sounds, and their signed URLs."""
