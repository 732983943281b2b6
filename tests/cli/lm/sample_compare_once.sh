likelore lm sample run --compare top-k=1
