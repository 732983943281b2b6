echo '{"model":{"type":"BPE","vocab":{}}}' >bad.json
likelore tok explain -t bad.json 'newest'
