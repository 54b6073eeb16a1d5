"""The filter's own API under /v1, its OpenAPI document and its page."""
