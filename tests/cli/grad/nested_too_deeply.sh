likelore grad "$(printf '%0300d' 0 | tr 0 '(')x" x=1
