"""What must change: desired against observed, ordered into operations."""
