"""A DuckDB file of tickets with their history, and the SQLite file that keeps what runs must not lose."""
