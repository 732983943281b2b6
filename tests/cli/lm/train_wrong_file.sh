printf 'n_layer = 2\nlearning_rate = "fast"\n' >my.conf
likelore lm train my.conf
