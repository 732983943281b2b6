likelore serve --port 65536
