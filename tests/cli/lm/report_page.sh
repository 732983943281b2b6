# A page about runs: one file with all that was recorded, and how to record what was not.
. "${0%/*}/tiny"
train --out=one --quiet --stats=20 --sample_tokens=30 --sample_prompt='the fox;' --profile=2 \
    --max_iters=20 --eval_iters=1 --grad_clip=0.5 >/dev/null
train --out=two --quiet --positions=rope --max_iters=20 --eval_iters=1 >/dev/null
likelore lm report one two -o page.html
grep -o '<h2>[^<]*</h2>\|<figcaption>L[^<]*</figcaption>\|clipped at [0-9., ]*<' page.html
grep -c '<pre tabindex="0">the fox;' page.html
grep -o '<th scope="row">positions</th>.*' page.html | head -1
grep -cE '<script|https?:[^w]*//[^w]|src=|href=' page.html
likelore lm report two --format html | grep -o 'training with [a-z_]*=[0-9]*\|with --profile' | sort -u
# The text leaves no trace in the training.
train --out=plain --max_iters=20 --quiet | grep digest >plain.txt
train --out=drawn --max_iters=20 --quiet --sample_tokens=9 | grep digest >drawn.txt
cmp plain.txt drawn.txt && grep -c '"sample":"' drawn/log.jsonl
train --out=foreign --quiet --sample_tokens=9 --sample_prompt='<' || echo $?
# What a killed process leaves at the end, and what is no log.
printf '{"step":5,"tok' >>two/log.jsonl
likelore lm report two -o cut.html && tail -n 1 cut.html
printf '{"step":1}\n{"step":"<script>"}\n' >two/log.jsonl
likelore lm report two -o bad.html || echo $?
echo '{"step":1' >two/log.jsonl
likelore lm report two -o bad.html || echo $?
likelore lm report one --format html --json
