likelore weather
