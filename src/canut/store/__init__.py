"""What is kept: tables, named reads, media. One Django app, one chain of migrations."""
