"""The filter over HTTP: its own API, and drop-ins for Perspective and OpenAI's moderation."""
