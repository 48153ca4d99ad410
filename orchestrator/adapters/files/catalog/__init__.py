"""The catalog: permission groups, parameters and profiles, read from YAML and checked together."""
