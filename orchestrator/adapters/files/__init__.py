"""Files people write and read: rollout, catalog, snapshots and plans."""
