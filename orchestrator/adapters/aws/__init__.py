"""Everything that speaks AWS for the product, except the bucket that keeps state."""
