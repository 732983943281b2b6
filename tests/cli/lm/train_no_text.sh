likelore lm train --preset chargpt --data=nothing.txt
