"""Files people write and read: configuration, catalog, snapshots, plans, journals."""
