likelore bench --backend openblass
