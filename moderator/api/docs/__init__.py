"""The OpenAPI document of all operations, and a page made of it."""
