"""The texts of every problem with a file, in both languages."""
