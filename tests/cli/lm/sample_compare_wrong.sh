likelore lm sample run --compare top-k=1 --compare top_p=0.5
