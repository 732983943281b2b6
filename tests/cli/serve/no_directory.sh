likelore serve nowhere
