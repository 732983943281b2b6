# Statistics of steps are lines of the log.
. "${0%/*}/tiny"
train --out=run --quiet --stats=20 >/dev/null
grep '"stats"' run/log.jsonl | cut -c 1-240
grep -o '"name":"linear gelu[^}]*"most":[^,]*,' run/log.jsonl | head -1
