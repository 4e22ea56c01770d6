"""Speed as ratios beside bare peers: `make bench`."""
