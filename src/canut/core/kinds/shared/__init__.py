"""What several kinds of question use: fields, merging, marked items."""
