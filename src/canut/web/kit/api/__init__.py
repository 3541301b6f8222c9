"""The frame of the API that its resources use: schemas, problems, idempotency, limits."""
