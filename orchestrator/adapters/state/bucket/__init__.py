"""State kept in an S3 bucket."""
