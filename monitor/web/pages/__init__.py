"""A module for each page: its routes, what it asks the desk for, and which template shows it."""
