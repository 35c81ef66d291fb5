"""The same as JSON, under /api/v1, with a description of all of it (OpenAPI)."""
