"""What is true, how sure, and how far people agree."""
