"""The pages, one file a part."""
