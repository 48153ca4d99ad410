"""How every YAML file is read: positions, known keys, texts, durations, and all problems at once."""
