# A training that is interrupted while it waits for more of the text.
awk 'BEGIN { for (i = 0; i < 60000; i++) printf "%d tokens, %d merges\n", i * i % 9973, i % 77 }' >text
train='likelore tok train - --vocab-size 500 --quiet --threads 2'
$train -o whole.json <text
mkfifo pipe
{
    head -c 300000 text
    kill -INT "$(cat pid)"
    while kill -0 "$(cat pid)"; do sleep 0.1; done
} >pipe 2>/dev/null &
sh -c "echo \$\$ >pid; exec $train -o part.json" <pipe || echo "exit $?"
ls
$train -o part.json --resume <text && cmp part.json whole.json && echo same
ls
$train -o none.json --resume <text || echo "exit $?"
