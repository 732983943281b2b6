// `likelore tok info`.
#include "command_tok.h"

#include "terminal.h"

#include "likelore/tokenizer_insight.h"

static const double LEAST_SECONDS = 0.2; // a short sample is encoded over and over

typedef struct informing {
    invocation *call;
    lk_tokenizer *tokenizer;
    lk_file *sample;
    lk_ids ids;
    lk_buffer out;
    lk_tokenizer_sample measured;
} informing;

static lk_status measure(informing *i) {
    lk_context *context = i->call->context;
    const char *text = (const char *)lk_file_bytes(i->sample);
    size_t length = lk_file_length(i->sample);
    double started = terminal_seconds(), seconds;
    int times = 0;
    do {
        i->ids.count = 0;
        LK_TRY(lk_tokenizer_encode(context, &i->ids, i->tokenizer, text, length, NULL));
        times++;
        seconds = terminal_seconds() - started;
    } while (seconds < LEAST_SECONDS && length);
    i->measured.bytes = length;
    i->measured.tokens = i->ids.count;
    i->measured.seconds = seconds / times;
    i->measured.threads = lk_context_threads(context);
    return LK_OK;
}

static lk_status read_corpus(informing *i) {
    const char *size = option_value(i->call->arguments, "corpus", NULL);
    if (!size) return LK_OK;
    if (i->call->arguments->operand_count < 2)
        return usage_error(i->call, "--corpus foretells from a SAMPLE; name a text to measure");
    if (!parse_size(size, &i->measured.corpus_bytes) || i->measured.corpus_bytes == 0)
        return usage_error(i->call, "--corpus takes a size such as 512M or 825G, not '%s'", size);
    return LK_OK;
}

static lk_status show(informing *i) {
    const arguments *given = i->call->arguments;
    LK_TRY(read_corpus(i));
    LK_TRY(load_tokenizer_at(i->call, &i->tokenizer, given->operands[0]));
    const lk_tokenizer_sample *sample = given->operand_count > 1 ? &i->measured : NULL;
    if (sample) LK_TRY(lk_file_open(i->call->context, &i->sample, given->operands[1]));
    if (sample) LK_TRY(measure(i));
    if (!has_flag(given, "json")) {
        LK_TRY(lk_tokenizer_info_to_text(&i->out, i->tokenizer, sample));
    } else {
        LK_TRY(lk_tokenizer_info_to_json(&i->out, i->tokenizer, sample));
        lk_buffer_append_byte(&i->out, '\n');
    }
    return emit(i->call, &i->out);
}

static lk_status run(invocation *call) {
    informing i = {
        .call = call, .ids = lk_ids_make(call->context), .out = lk_buffer_make(call->context)};
    lk_status status = show(&i);
    lk_file_free(i.sample);
    lk_tokenizer_free(i.tokenizer);
    lk_ids_free(&i.ids);
    lk_buffer_free(&i.out);
    return status;
}

static const option options[] = {
    TOK_PATTERN,
    {"corpus", 0, "SIZE",
     "foretell how long a text of this size would take, such as 825G (powers of 1024)"},
    {0}};

const command tok_info_command = {
    .noun = "tok",
    .verb = "info",
    .operands = "TOKENIZER [SAMPLE]",
    .summary = "show what a vocabulary is made of, and how a sample fares",
    .details = "Shows the size and the pattern, the special tokens, how long the tokens are, the "
               "longest ones, which are no UTF-8 by themselves, and the scripts they are written "
               "in. Encoding a SAMPLE, a file, tells the bytes per token and the speed; short ones "
               "are encoded over and over, which is faster than any long text.\n"
               "\n"
               "  likelore tok info tokenizer.json book.txt --corpus 825G\n",
    .options = options,
    .least_operands = 1,
    .most_operands = 2,
    .run = run,
};
