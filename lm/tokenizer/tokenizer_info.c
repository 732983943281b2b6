// What a vocabulary is made of, and how it does on a sample, as text and JSON.
#include "likelore/tokenizer_insight.h"

#include "tokenizer/token_text.h"
#include "tokenizer/tokenizer.h"

#include <inttypes.h>
#include <math.h>

enum { BAR_CELLS = 30, MOST_SPECIALS = 20, MOST_TOKEN_BYTES = 60 };

// ---- The vocabulary, text -----------------------------------------------------------------------

static const char *kind_of(const lk_tokenizer_figures *f) {
    return f->is_bpe             ? "byte-level byte-pair encoding"
           : f->is_character_bpe ? "byte-pair encoding from characters"
                                 : "characters";
}

static void append_special_tokens(lk_buffer *out, const lk_tokenizer *tokenizer) {
    size_t count = lk_tokenizer_special_count(tokenizer);
    lk_buffer_printf(out, "special tokens   %zu", count);
    for (size_t i = 0; i < count && i < MOST_SPECIALS; i++) {
        uint32_t id;
        const char *text = lk_tokenizer_special_at(tokenizer, i, &id);
        lk_buffer_append_text(out, i ? ", " : ": ");
        lk_escape_bytes(out, text, strlen(text));
        lk_buffer_printf(out, " (%" PRIu32 ")", id);
    }
    lk_buffer_append_text(out, count > MOST_SPECIALS ? ", …\n" : "\n");
}

static void append_head(lk_buffer *out, const lk_tokenizer *tokenizer,
                        const lk_tokenizer_figures *f) {
    lk_buffer_printf(out, "kind             %s\n", kind_of(f));
    lk_buffer_printf(out, "tokens           %" PRIu32, f->tokens);
    if (f->ids != f->tokens) lk_buffer_printf(out, ", of ids below %" PRIu32, f->ids);
    lk_buffer_append_byte(out, '\n');
    if (f->is_bpe || f->is_character_bpe)
        lk_buffer_printf(out, "merges           %" PRIu32 "\n", f->merges);
    if (f->is_bpe)
        lk_buffer_printf(out, "pattern          %s%s%s\n", lk_pattern_name(f->pattern),
                         *f->expression ? ": " : "", f->expression);
    if (f->is_bpe || f->is_character_bpe) append_special_tokens(out, tokenizer);
    lk_buffer_printf(out, "no UTF-8         %" PRIu32 " token%s by %s\n", f->invalid,
                     lk_plural_ending(f->invalid), f->invalid == 1 ? "itself" : "themselves");
}

static void append_share(lk_buffer *out, uint32_t count, uint32_t all) {
    double share = all ? (double)count / all : 0;
    int cells = (int)(share * BAR_CELLS + 0.5);
    lk_buffer_printf(out, "%9" PRIu32 "%8.2f %%", count, 100 * share);
    if (cells) lk_buffer_append_text(out, "  ");
    for (int i = 0; i < cells; i++) lk_buffer_append_text(out, "█");
    lk_buffer_append_byte(out, '\n');
}

static void append_lengths(lk_buffer *out, const lk_tokenizer_figures *f) {
    uint32_t all = f->tokens - f->scripts[LK_SCRIPT_SPECIAL];
    lk_buffer_printf(out, "\nbytes of a token, %.2f on average\n", f->mean_bytes);
    for (size_t bin = 0; bin < LK_TOKEN_LENGTHS; bin++) {
        size_t least, most;
        lk_token_length_bin(bin, &least, &most);
        if (!f->lengths[bin]) continue;
        if (most == SIZE_MAX)
            lk_buffer_printf(out, "  from %5zu", least);
        else if (least == most)
            lk_buffer_printf(out, "%12zu", least);
        else
            lk_buffer_printf(out, "%5zu to %3zu", least, most);
        append_share(out, f->lengths[bin], all);
    }
}

static void append_longest(lk_buffer *out, const lk_tokenizer *tokenizer,
                           const lk_tokenizer_figures *f) {
    if (f->longest_count) lk_buffer_append_text(out, "\nlongest tokens\n");
    for (size_t i = 0; i < f->longest_count; i++) {
        size_t length;
        const char *bytes = lk_token_bytes(tokenizer, f->longest[i], &length);
        size_t shown = length < MOST_TOKEN_BYTES ? length : MOST_TOKEN_BYTES;
        lk_buffer_printf(out, "%10" PRIu32 "%6zu byte%s  ", f->longest[i], length,
                         length == 1 ? " " : "s");
        lk_quote_bytes(out, bytes, shown);
        lk_buffer_append_text(out, shown < length ? "…" : "");
        lk_buffer_append_text(out, lk_is_utf8(bytes, length) ? "\n" : "  no UTF-8\n");
    }
}

static void append_scripts(lk_buffer *out, const lk_tokenizer_figures *f) {
    lk_buffer_append_text(out, "\nscripts\n");
    for (int script = 0; script < LK_SCRIPT_COUNT; script++) {
        const char *name = lk_script_name((lk_script)script);
        if (!f->scripts[script]) continue;
        lk_buffer_printf(out, "  %-30s", name);
        append_share(out, f->scripts[script], f->tokens);
    }
}

// ---- A sample -----------------------------------------------------------------------------------

// NaN, which JSON writes as null, where there is nothing to divide by.
static double ratio(double a, double b) { return b > 0 ? a / b : (double)NAN; }

typedef struct sample_rates {
    double bytes_per_token, bytes_per_second, corpus_seconds, corpus_tokens;
} sample_rates;

static sample_rates rates_of(const lk_tokenizer_sample *s) {
    sample_rates r = {.bytes_per_token = ratio((double)s->bytes, (double)s->tokens),
                      .bytes_per_second = ratio((double)s->bytes, s->seconds)};
    r.corpus_seconds = ratio((double)s->corpus_bytes, r.bytes_per_second);
    r.corpus_tokens = ratio((double)s->corpus_bytes, r.bytes_per_token);
    return r;
}

static void append_duration(lk_buffer *out, double seconds) {
    if (seconds < 120)
        lk_buffer_printf(out, "%.3g seconds", seconds);
    else if (seconds < 7200)
        lk_buffer_printf(out, "%.1f minutes", seconds / 60);
    else if (seconds < 172800)
        lk_buffer_printf(out, "%.1f hours", seconds / 3600);
    else
        lk_buffer_printf(out, "%.1f days", seconds / 86400);
}

static void append_sample(lk_buffer *out, const lk_tokenizer_sample *s) {
    sample_rates r = rates_of(s);
    lk_buffer_printf(out, "\nsample           %" PRIu64 " byte%s, %" PRIu64 " token%s\n", s->bytes,
                     lk_plural_ending(s->bytes), s->tokens, lk_plural_ending(s->tokens));
    if (!s->tokens) return;
    lk_buffer_printf(out, "bytes per token  %.4f\n", r.bytes_per_token);
    lk_buffer_printf(out, "speed            %.4g MB/s on %d thread%s\n", r.bytes_per_second / 1e6,
                     s->threads, lk_plural_ending((uint64_t)s->threads));
    if (!s->corpus_bytes) return;
    lk_buffer_printf(out, "corpus           %.4g GB would take ", (double)s->corpus_bytes / 1e9);
    append_duration(out, r.corpus_seconds);
    lk_buffer_printf(out, " and come to %.4g tokens\n", r.corpus_tokens);
}

lk_status lk_tokenizer_info_to_text(lk_buffer *out, const lk_tokenizer *tokenizer,
                                    const lk_tokenizer_sample *sample) {
    lk_tokenizer_figures f = lk_tokenizer_get_figures(tokenizer);
    append_head(out, tokenizer, &f);
    append_lengths(out, &f);
    append_longest(out, tokenizer, &f);
    append_scripts(out, &f);
    if (sample) append_sample(out, sample);
    return lk_buffer_status(out);
}

// ---- JSON ---------------------------------------------------------------------------------------

static void add_special_tokens(lk_json_writer *json, lk_buffer *scratch,
                               const lk_tokenizer *tokenizer) {
    lk_json_begin_array(json, "special_tokens");
    for (size_t i = 0; i < lk_tokenizer_special_count(tokenizer); i++) {
        uint32_t id;
        const char *text = lk_tokenizer_special_at(tokenizer, i, &id);
        lk_json_begin_object(json, NULL);
        lk_json_add_integer(json, "id", id);
        lk_add_escaped_bytes(json, "text", scratch, text, strlen(text));
        lk_json_end(json);
    }
    lk_json_end(json);
}

static void add_head(lk_json_writer *json, const lk_tokenizer_figures *f) {
    lk_json_add_integer(json, "version", 1);
    lk_json_add_string(json, "kind", kind_of(f));
    if (f->is_bpe) {
        lk_json_add_string(json, "pattern", lk_pattern_name(f->pattern));
        lk_json_add_string(json, "expression", f->expression);
    } else {
        lk_json_add_null(json, "pattern");
        lk_json_add_null(json, "expression");
    }
    lk_json_add_integer(json, "ids", f->ids);
    lk_json_add_integer(json, "tokens", f->tokens);
    lk_json_add_integer(json, "merges", f->merges);
}

static void add_longest(lk_json_writer *json, lk_buffer *scratch, const lk_tokenizer *tokenizer,
                        const lk_tokenizer_figures *f) {
    lk_json_begin_array(json, "longest");
    for (size_t i = 0; i < f->longest_count; i++) {
        size_t length;
        const char *bytes = lk_token_bytes(tokenizer, f->longest[i], &length);
        lk_json_begin_object(json, NULL);
        lk_json_add_integer(json, "id", f->longest[i]);
        lk_add_escaped_bytes(json, "text", scratch, bytes, length);
        lk_add_hex_bytes(json, "bytes", scratch, bytes, length);
        lk_json_add_integer(json, "length", (int64_t)length);
        lk_json_add_bool(json, "valid", lk_is_utf8(bytes, length));
        lk_json_end(json);
    }
    lk_json_end(json);
}

static void add_lengths(lk_json_writer *json, const lk_tokenizer_figures *f) {
    lk_json_begin_array(json, "lengths");
    for (size_t bin = 0; bin < LK_TOKEN_LENGTHS; bin++) {
        size_t least, most;
        lk_token_length_bin(bin, &least, &most);
        lk_json_begin_object(json, NULL);
        lk_json_add_integer(json, "least", (int64_t)least);
        if (most == SIZE_MAX)
            lk_json_add_null(json, "most");
        else
            lk_json_add_integer(json, "most", (int64_t)most);
        lk_json_add_integer(json, "tokens", f->lengths[bin]);
        lk_json_end(json);
    }
    lk_json_end(json);
}

static void add_scripts(lk_json_writer *json, const lk_tokenizer_figures *f) {
    lk_json_begin_array(json, "scripts");
    for (int script = 0; script < LK_SCRIPT_COUNT; script++) {
        if (!f->scripts[script]) continue;
        lk_json_begin_object(json, NULL);
        lk_json_add_string(json, "script", lk_script_name((lk_script)script));
        lk_json_add_integer(json, "tokens", f->scripts[script]);
        lk_json_add_number(json, "share", (double)f->scripts[script] / f->tokens);
        lk_json_end(json);
    }
    lk_json_end(json);
}

static void add_sample(lk_json_writer *json, const lk_tokenizer_sample *s) {
    sample_rates r = rates_of(s);
    lk_json_begin_object(json, "sample");
    lk_json_add_integer(json, "bytes", (int64_t)s->bytes);
    lk_json_add_integer(json, "tokens", (int64_t)s->tokens);
    lk_json_add_number(json, "bytes_per_token", r.bytes_per_token);
    lk_json_add_number(json, "seconds", s->seconds);
    lk_json_add_integer(json, "threads", s->threads);
    lk_json_add_number(json, "bytes_per_second", r.bytes_per_second);
    if (s->corpus_bytes) {
        lk_json_begin_object(json, "corpus");
        lk_json_add_integer(json, "bytes", (int64_t)s->corpus_bytes);
        lk_json_add_number(json, "seconds", r.corpus_seconds);
        lk_json_add_number(json, "tokens", r.corpus_tokens);
        lk_json_end(json);
    }
    lk_json_end(json);
}

static void add_document(lk_json_writer *json, lk_buffer *scratch, const lk_tokenizer *tokenizer,
                         const lk_tokenizer_sample *sample) {
    lk_tokenizer_figures f = lk_tokenizer_get_figures(tokenizer);
    lk_json_begin_object(json, NULL);
    add_head(json, &f);
    add_special_tokens(json, scratch, tokenizer);
    lk_json_add_integer(json, "invalid_tokens", f.invalid);
    lk_json_add_number(json, "mean_bytes", f.mean_bytes);
    add_longest(json, scratch, tokenizer, &f);
    add_lengths(json, &f);
    add_scripts(json, &f);
    if (sample) add_sample(json, sample);
    lk_json_end(json);
}

lk_status lk_tokenizer_info_to_json(lk_buffer *out, const lk_tokenizer *tokenizer,
                                    const lk_tokenizer_sample *sample) {
    lk_json_writer *json;
    LK_TRY(lk_json_writer_new(out->context, &json));
    lk_buffer scratch = lk_buffer_make(out->context);
    add_document(json, &scratch, tokenizer, sample);
    lk_status status = lk_json_finish(json, out, false);
    if (status == LK_OK) status = lk_buffer_status(&scratch);
    lk_buffer_free(&scratch);
    lk_json_writer_free(json);
    return status;
}
