"""Foundation of the API: schemas, problems, idempotency, rate limits."""
