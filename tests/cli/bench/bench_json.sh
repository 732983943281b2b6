# Each product is measured once, and every speed is above zero.
likelore bench --quick --threads 1 --backend reference --json --quiet >bench.json
grep -cE '"(multiply_add_gflops|(read|write|copy)_gb_per_s)": [0-9.]*[1-9]' bench.json
grep -cE '"(gflops)": [0-9.]*[1-9]' bench.json
grep -cE '"kernels": "reference' bench.json
grep -E '"(version|threads|remark)"' bench.json
