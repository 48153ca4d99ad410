"""State kept in a local folder."""
