. "${0%/*}/tiny"
train --learning_rat=1
