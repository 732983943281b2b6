. "${0%/*}/tiny"
likelore lm info tiny.conf
