"""The concepts as frozen values, without input or output."""
