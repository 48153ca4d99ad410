"""What is kept between runs: one store and one lock, in a folder or in a bucket."""
