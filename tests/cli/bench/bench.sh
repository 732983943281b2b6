likelore bench --quick --threads 2 --quiet
