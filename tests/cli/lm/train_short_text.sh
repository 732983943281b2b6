echo hello >text.txt
likelore lm train --preset chargpt --data=text.txt
