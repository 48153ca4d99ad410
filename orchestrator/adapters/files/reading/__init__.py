"""Reads YAML files: positions, known keys, texts, durations, all problems at once."""
