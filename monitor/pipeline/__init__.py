"""The order of the stages. Nothing here decides, and nothing here knows a library."""
