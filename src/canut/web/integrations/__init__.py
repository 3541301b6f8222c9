"""Programs that use this instance: API keys, idempotent replies, webhooks, panels."""
