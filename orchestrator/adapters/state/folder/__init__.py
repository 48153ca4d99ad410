"""State in a local folder."""
