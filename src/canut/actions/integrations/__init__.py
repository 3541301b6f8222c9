"""Programs that talk to this instance: API keys, idempotent replies, webhooks, panels."""
