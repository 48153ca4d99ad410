"""rollout.yaml: read, checked against the catalog, made a Rollout; and the starter that init writes."""
