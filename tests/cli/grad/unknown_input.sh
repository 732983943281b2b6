likelore grad 'width*2' widht=1
