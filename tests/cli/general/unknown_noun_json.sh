likelore nett info x --json
