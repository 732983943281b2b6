likelore lm train
