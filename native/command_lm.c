// `likelore lm …`: language models. Most verbs have a file of their own, command_lm_….c.
#include "command_lm.h"

#include "likelore/json.h"
#include "likelore/lm.h"

#include <stdlib.h>
#include <string.h>

static const option logits_options[] = {
    {"ids", 0, "\"1 2 3\"", "the tokens that are read, as ids"},
    LM_TOKENIZER,
    {0},
};

// ---- lm logits ----------------------------------------------------------------------------------

static lk_status read_ids(invocation *call, lk_ids *ids) {
    const char *text = option_value(call->arguments, "ids", "");
    while (*(text += strspn(text, " ,\t\n"))) {
        char *end;
        unsigned long long value = strtoull(text, &end, 10);
        if (end == text || value > UINT32_MAX || *text == '-')
            return usage_error(call, "--ids takes ids such as \"1 2 3\", not '%s'", text);
        LK_TRY(lk_ids_append(ids, &(uint32_t){(uint32_t)value}, 1));
        text = end;
    }
    if (ids->count > 0) return LK_OK;
    return usage_error(call, "--ids \"1 2 3\" is missing: the tokens that are read");
}

static lk_status write_log_probs_json(invocation *call, lk_buffer *out, const double *log_probs,
                                      uint32_t count) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(call->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_begin_array(writer, "log_probs");
    for (uint32_t id = 0; id < count; id++) lk_json_add_number(writer, NULL, log_probs[id]);
    lk_json_end(writer);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(out, '\n');
    return status;
}

static void write_log_probs_text(lk_buffer *out, const double *log_probs, uint32_t count,
                                 const lk_tokenizer *tokenizer) {
    for (uint32_t id = 0; id < count; id++) {
        size_t length = 0;
        const char *token = lk_tokenizer_token_at(tokenizer, id, &length);
        bool shown = token && (unsigned char)token[0] >= ' ';
        lk_buffer_printf(out, "%6u  %9.5f  %.*s\n", (unsigned)id, log_probs[id],
                         shown ? (int)length : 0, shown ? token : "");
    }
}

static lk_status write_log_probs(invocation *call, const lk_checkpoint *checkpoint,
                                 const float *logits) {
    const lk_model *model = lk_checkpoint_model(checkpoint);
    uint32_t count = lk_model_config_get(model).vocab_size;
    double *log_probs = malloc(count * sizeof *log_probs);
    if (!log_probs) return LK_ERROR_MEMORY;
    lk_log_softmax(log_probs, logits, count);
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = LK_OK;
    if (has_flag(call->arguments, "json"))
        status = write_log_probs_json(call, &out, log_probs, count);
    else
        write_log_probs_text(&out, log_probs, count, lk_checkpoint_tokenizer(checkpoint));
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    free(log_probs);
    return status;
}

static lk_status show_logits(invocation *call, const lk_checkpoint *checkpoint, const lk_ids *ids) {
    lk_decoder *decoder;
    LK_TRY(lk_decoder_new(call->context, &decoder, lk_checkpoint_model(checkpoint)));
    const float *logits;
    lk_status status = lk_decoder_feed(decoder, &logits, ids->ids, ids->count);
    if (status == LK_OK) status = write_log_probs(call, checkpoint, logits);
    lk_decoder_free(decoder);
    return status;
}

static lk_status run_logits(invocation *call) {
    lk_ids ids = lk_ids_make(call->context);
    lk_checkpoint *checkpoint = NULL;
    lk_status status = read_ids(call, &ids);
    if (status == LK_OK) status = load_checkpoint(call, &checkpoint);
    if (status == LK_OK) status = show_logits(call, checkpoint, &ids);
    lk_checkpoint_free(checkpoint);
    lk_ids_free(&ids);
    return status;
}

// ---- The table ----------------------------------------------------------------------------------

static const command *const commands[] = {
    &(const command){
        .noun = "lm",
        .verb = "train",
        .operands = "[CONFIG] [--key=value]…",
        .summary = "train a language model on a text",
        .details =
            "CONFIG is a file of `key = value` lines or a JSON object; each --key=value overrides "
            "it.\n"
            "The run is written to the directory that --out names: checkpoints step-…, the files\n"
            "`latest` and `best`, and log.jsonl. The first Ctrl-C ends the step, saves and "
            "leaves;\n"
            "`likelore lm resume` goes on as if nothing had happened. Processes that mpirun\n"
            "starts share out the micro-batches of each step.\n"
            "\n"
            "  likelore lm train --preset chargpt --data=book.txt --out=runs/book\n"
            "  likelore lm train docs/examples/moby-dick.conf --data=book.txt --max_iters=200\n"
            "  mpirun -np 4 likelore lm train --preset nanogpt --data=book.txt\n",
        .options = train_options,
        .most_operands = 1,
        .in_ranks = true,
        .settings = true,
        .run = run_train},
    &(const command){
        .noun = "lm",
        .verb = "resume",
        .operands = "RUN [--key=value]…",
        .summary = "go on training, exactly as if it had not stopped",
        .details =
            "Settings that do not shape the model may be given anew, and so may the number of\n"
            "processes that mpirun starts.\n"
            "\n"
            "  likelore lm resume runs/book --max_iters=5000\n",
        .options = resume_options,
        .least_operands = 1,
        .most_operands = 1,
        .in_ranks = true,
        .settings = true,
        .run = run_resume},
    &(const command){
        .noun = "lm",
        .verb = "report",
        .operands = "RUN...",
        .summary = "runs side by side: losses as a table and as curves, or all as a page",
        .details = "The logs of the runs are read. Of one run whose log has statistics (--stats of "
                   "training) the last ones are told. The page needs no other file: losses by\n"
                   "step and by time, learning rate, norms, speed, statistics, texts drawn on the\n"
                   "way (--sample_tokens of training), profile and settings.\n"
                   "\n"
                   "  likelore lm report runs/learned runs/rope -o runs.html\n"
                   "  likelore lm report runs/learned runs/rope -o losses.svg\n",
        .options = report_options,
        .least_operands = 1,
        .most_operands = -1,
        .run = run_report},
    &(const command){
        .noun = "lm",
        .verb = "sample",
        .operands = "CHECKPOINT|RUN",
        .summary = "write text with a trained model",
        .details =
            "Tokens are drawn from the model's distribution after temperature, top-k, top-p and\n"
            "min-p, in this order. With --json: a line {\"text\",\"ids\",\"log_probs\",\"finish\"} "
            "for\n"
            "each sample.\n",
        .options = sample_options,
        .least_operands = 1,
        .most_operands = 1,
        .run = run_sample},
    &(const command){
        .noun = "lm",
        .verb = "eval",
        .operands = "CHECKPOINT|RUN FILE…",
        .summary = "tell how well a model predicts texts: loss, perplexity, bits per byte",
        .details =
            "A FILE is a text, or a shard of tokens. It is read in consecutive windows of "
            "block_size\n"
            "tokens; every token is predicted once, but for the first, before which there is "
            "nothing.\n"
            "With a smaller --stride windows overlap, so that tokens have more before them. The "
            "loss\n"
            "is the mean of a token in nats.\n"
            "\n"
            "With --lines each line that is not empty is scored by itself, after a newline and "
            "with\n"
            "its own: the sum of the logarithms of its tokens' probabilities, and their mean.\n"
            "\n"
            "  likelore lm eval runs/book test.txt\n"
            "  likelore lm eval runs/book test.txt --checkpoint runs/rope --json\n"
            "  likelore lm eval runs/names names.txt --lines\n",
        .options = eval_options,
        .least_operands = 2,
        .most_operands = -1,
        .run = run_eval},
    &(const command){.noun = "lm",
                     .verb = "logits",
                     .operands = "CHECKPOINT|RUN",
                     .summary = "log-probability of every token as the next one",
                     .options = logits_options,
                     .least_operands = 1,
                     .most_operands = 1,
                     .run = run_logits},
    &(const command){
        .noun = "lm",
        .verb = "info",
        .operands = "CHECKPOINT|RUN|[CONFIG] [--key=value]…",
        .summary = "show a model, and what it costs: parameters, operations, memory",
        .details =
            "Of a checkpoint: its shape, training and digest. Of a configuration, or of the "
            "settings\n"
            "of lm train, no model is made, so that any shape can be asked for. The table has the\n"
            "parameters of each part and the operations that it takes to run it over one "
            "sequence,\n"
            "with two totals: the matrix products alone, and rotations, softmax and norms with "
            "them.\n"
            "\n"
            "With --measure the training is begun, on random tokens, to foretell its speed and "
            "time.\n"
            "\n"
            "  likelore lm info runs/book\n"
            "  likelore lm info --preset cs336 --vocab_size=50257 --n_layer=48 --n_embd=1600\n",
        .options = info_options,
        .most_operands = 1,
        .settings = true,
        .run = run_info},
    &lm_import_command,
    &lm_export_command,
    NULL,
};

const command_group lm_commands = {"lm", commands};
