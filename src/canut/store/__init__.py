"""Storage: tables, named queries, media. One Django app with one chain of migrations."""
