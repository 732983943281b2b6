likelore tok explain 'newest'
