"""Setting up a project: question, price, aims, edits, removal, import from elsewhere."""
