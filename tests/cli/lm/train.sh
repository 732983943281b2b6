. "${0%/*}/tiny"
train --out=run --seed 7 --threads 1
ls run
cat run/log.jsonl
