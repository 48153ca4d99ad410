"""State kept in a bucket: the same store and lock as in a folder."""
