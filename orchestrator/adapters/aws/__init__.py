"""All calls to AWS, except those to the bucket that stores the state."""
