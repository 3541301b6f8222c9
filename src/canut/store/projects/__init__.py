"""Setting up a project: question, price, aims, edits, removal, taking over from elsewhere."""
