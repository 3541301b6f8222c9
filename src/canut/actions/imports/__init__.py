"""What comes in: rows, media and pre-labels, from any format."""
