"""What `make bench` runs: times, each beside a baseline of the same run."""
