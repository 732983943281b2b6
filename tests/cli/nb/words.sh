printf 'mail,kind\nwin money now,spam\nmeeting at noon,ham\nmoney for the meeting,ham\n' > mail.csv
likelore nb train mail.csv --class kind --text mail --alpha 1 -o m.json
likelore nb predict m.json --words 'Win the money!' --explain
