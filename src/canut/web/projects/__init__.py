"""Setting up projects: question, price, aims, edits, removal, import from other platforms."""
