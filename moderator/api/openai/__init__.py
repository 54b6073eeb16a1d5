"""A drop-in for OpenAI's moderation endpoint."""
