"""Is an entry's page to be read, and what after a try to read it?"""
