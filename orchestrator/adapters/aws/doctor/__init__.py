"""What ``doctor`` asks of AWS beyond what every run asks."""
