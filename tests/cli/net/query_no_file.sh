likelore net query missing.bif -t B
