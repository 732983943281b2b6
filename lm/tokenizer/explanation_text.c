// An explanation as text.
#include "tokenizer/explanation.h"

#include "tokenizer/token_text.h"
#include "unicode.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    MOST_STATE_BYTES = 48, // of a piece whose tokens are shown after each merge
    MOST_SHOWN_BYTES = 400 // of a piece in hexadecimal
};

static const char *bytes_of(const lk_explanation *e, uint32_t id, size_t *length) {
    return lk_token_bytes(e->tokenizer, id, length);
}

// ---- Tokens beside each other -------------------------------------------------------------------

static void append_token(lk_buffer *out, const lk_explanation *e, uint32_t id, size_t index,
                         bool colors) {
    size_t length;
    const char *bytes = bytes_of(e, id, &length);
    if (colors)
        lk_begin_color(out, index);
    else if (index)
        lk_buffer_append_text(out, "│");
    lk_escape_bytes(out, bytes, length);
    if (colors) lk_end_color(out);
}

static void append_boundaries(lk_buffer *out, const lk_explanation *e, bool colors) {
    size_t shown = 0;
    for (; shown < e->ids.count && shown < e->most; shown++)
        append_token(out, e, e->ids.ids[shown], shown, colors);
    if (shown < e->all_ids) lk_buffer_append_text(out, " …");
    lk_buffer_append_byte(out, '\n');
}

// ---- Merges -------------------------------------------------------------------------------------

static void append_quoted_token(lk_buffer *out, const lk_explanation *e, uint32_t id) {
    size_t length;
    const char *bytes = bytes_of(e, id, &length);
    lk_quote_bytes(out, bytes, length);
}

static size_t quoted_width(const lk_explanation *e, uint32_t id) {
    size_t length;
    const char *bytes = bytes_of(e, id, &length);
    return lk_escaped_width(bytes, length) + 2;
}

static size_t merge_width(const lk_explanation *e, const lk_explained_merge *merge) {
    return quoted_width(e, merge->left) + quoted_width(e, merge->right) +
           quoted_width(e, merge->result) + strlen(" +  > ");
}

static int ids_width(const lk_explained_merge *merge) {
    return snprintf(NULL, 0, "%" PRIu32 " + %" PRIu32 " > %" PRIu32, merge->left, merge->right,
                    merge->result);
}

// The tokens of a piece from merge to merge.
typedef struct piece_state {
    uint32_t ids[MOST_STATE_BYTES];
    size_t count; // 0: the piece is too long
} piece_state;

static void begin_piece_state(piece_state *state, const lk_explanation *e,
                              const lk_explained_piece *piece) {
    size_t length = piece->end - piece->begin;
    state->count = length <= MOST_STATE_BYTES ? length : 0;
    for (size_t i = 0; i < state->count; i++)
        state->ids[i] = e->tokenizer->bpe->bytes_as.ids[(uint8_t)e->text[piece->begin + i]];
}

static void advance(piece_state *state, const lk_explained_merge *merge) {
    uint32_t *at = state->ids + merge->place;
    *at = merge->result;
    memmove(at + 1, at + 2, (state->count - merge->place - 2) * sizeof *at);
    state->count--;
}

typedef struct merge_columns {
    size_t ids, merge;
} merge_columns;

static merge_columns find_columns(const lk_explanation *e, const lk_explained_piece *piece) {
    merge_columns columns = {3, 5};
    for (size_t i = 0; i < piece->listed; i++) {
        size_t ids = (size_t)ids_width(&piece->merges[i]);
        size_t merge = merge_width(e, &piece->merges[i]);
        columns.ids = ids > columns.ids ? ids : columns.ids;
        columns.merge = merge > columns.merge ? merge : columns.merge;
    }
    return columns;
}

static void append_merge(lk_buffer *out, const lk_explanation *e, const lk_explained_merge *merge,
                         size_t number, merge_columns columns) {
    lk_buffer_printf(out, "%6zu%8" PRIu32 "  %" PRIu32 " + %" PRIu32 " → %" PRIu32, number,
                     merge->rank, merge->left, merge->right, merge->result);
    lk_append_spaces(out, columns.ids - (size_t)ids_width(merge) + 2);
    append_quoted_token(out, e, merge->left);
    lk_buffer_append_text(out, " + ");
    append_quoted_token(out, e, merge->right);
    lk_buffer_append_text(out, " → ");
    append_quoted_token(out, e, merge->result);
}

static void append_state(lk_buffer *out, const lk_explanation *e, const piece_state *state,
                         size_t spaces, bool colors) {
    if (!state->count) return;
    lk_append_spaces(out, spaces + 2);
    for (size_t i = 0; i < state->count; i++) append_token(out, e, state->ids[i], i, colors);
}

static void append_merges(lk_buffer *out, const lk_explanation *e, const lk_explained_piece *piece,
                          bool colors) {
    if (piece->merge_count == 0) {
        lk_buffer_append_text(out, "  no pair merges\n");
        return;
    }
    piece_state state;
    begin_piece_state(&state, e, piece);
    merge_columns columns = find_columns(e, piece);
    lk_buffer_printf(out, "  step    rank  %-*s  merge\n", (int)columns.ids, "ids");
    for (size_t i = 0; i < piece->listed; i++) {
        const lk_explained_merge *merge = &piece->merges[i];
        append_merge(out, e, merge, i + 1, columns);
        if (state.count) advance(&state, merge);
        append_state(out, e, &state, columns.merge - merge_width(e, merge), colors);
        lk_buffer_append_byte(out, '\n');
    }
    if (piece->listed < piece->merge_count)
        lk_buffer_printf(out, "     … the first %zu of %zu merges\n", piece->listed,
                         piece->merge_count);
}

// ---- Bytes and code points ----------------------------------------------------------------------

static void append_bytes(lk_buffer *out, const lk_explanation *e, const lk_explained_piece *piece) {
    size_t length = piece->end - piece->begin;
    size_t shown = length < MOST_SHOWN_BYTES ? length : MOST_SHOWN_BYTES;
    lk_buffer_append_text(out, "  bytes       ");
    lk_hex_bytes(out, e->text + piece->begin, shown);
    if (shown < length) lk_buffer_printf(out, " … of %zu", length);
    lk_buffer_append_text(out, "\n  characters ");
    for (size_t at = 0; at < shown;) {
        uint32_t c;
        bool valid;
        const uint8_t *from = (const uint8_t *)e->text + piece->begin + at;
        size_t taken = lk_utf8_decode(from, length - at, &c, &valid);
        if (valid)
            lk_buffer_printf(out, " U+%04" PRIX32, c);
        else
            lk_buffer_append_text(out, " (no UTF-8)");
        at += taken;
    }
    lk_buffer_append_text(out, shown < length ? " …\n" : "\n");
}

// ---- Tokens -------------------------------------------------------------------------------------

// Walks through the characters of a piece as its tokens go on.
typedef struct character_walk {
    const uint8_t *text;
    size_t end;         // of the piece
    size_t begin, next; // of the character
    uint32_t code_point;
    bool valid;
} character_walk;

// Moves on to the character that has the byte at `place`.
static void walk_to(character_walk *walk, size_t place) {
    while (walk->next <= place && walk->next < walk->end) {
        walk->begin = walk->next;
        walk->next += lk_utf8_decode(walk->text + walk->begin, walk->end - walk->begin,
                                     &walk->code_point, &walk->valid);
    }
}

// Names the character that has the byte at `place` if the token has not all of it.
static bool append_part(lk_buffer *out, const character_walk *walk, size_t begin, size_t end,
                        const char *before) {
    if (walk->begin >= begin && walk->next <= end) return false;
    if (!walk->valid) return false;
    lk_buffer_printf(out, "%sU+%04" PRIX32 " '", before, walk->code_point);
    lk_escape_bytes(out, (const char *)walk->text + walk->begin, walk->next - walk->begin);
    lk_buffer_append_byte(out, '\'');
    return true;
}

static void append_token_line(lk_buffer *out, const lk_explanation *e, uint32_t id,
                              character_walk *walk, size_t begin, size_t end) {
    size_t length;
    const char *bytes = bytes_of(e, id, &length);
    size_t width = lk_escaped_width(bytes, length);
    lk_buffer_printf(out, "%8" PRIu32 "  ", id);
    lk_quote_bytes(out, bytes, length);
    lk_append_spaces(out, width < 16 ? 18 - width : 2);
    lk_hex_bytes(out, bytes, length < MOST_SHOWN_BYTES ? length : MOST_SHOWN_BYTES);
    if (length > MOST_SHOWN_BYTES) lk_buffer_printf(out, " … of %zu", length);
    if (!lk_is_utf8(bytes, length)) {
        walk_to(walk, begin);
        bool is_part = append_part(out, walk, begin, end, "  part of ");
        size_t first = walk->begin;
        walk_to(walk, end - 1);
        if (walk->begin != first)
            is_part |= append_part(out, walk, begin, end, is_part ? " and of " : "  part of ");
        if (!is_part) lk_buffer_append_text(out, "  no UTF-8");
    }
    lk_buffer_append_byte(out, '\n');
}

static void append_tokens(lk_buffer *out, const lk_explanation *e,
                          const lk_explained_piece *piece) {
    character_walk walk = {.text = (const uint8_t *)e->text,
                           .end = piece->end,
                           .begin = piece->begin,
                           .next = piece->begin};
    size_t begin = piece->begin, listed = 0;
    lk_buffer_append_text(out, "  tokens\n");
    for (; listed < piece->id_count && listed < e->most; listed++) {
        size_t length;
        bytes_of(e, piece->ids[listed], &length);
        // A vocabulary may say of a merge that it gives other bytes.
        size_t end = length < piece->end - begin ? begin + length : piece->end;
        append_token_line(out, e, piece->ids[listed], &walk, begin, end > begin ? end : begin + 1);
        begin = end;
    }
    if (listed < piece->id_count)
        lk_buffer_printf(out, "       … the first %zu of %zu tokens\n", listed, piece->id_count);
}

// ---- Pieces -------------------------------------------------------------------------------------

static void append_piece(lk_buffer *out, const lk_explanation *e, size_t index, bool colors) {
    lk_explained_piece piece = lk_explanation_at(e, index);
    size_t length = piece.end - piece.begin;
    size_t shown = length < MOST_SHOWN_BYTES ? length : MOST_SHOWN_BYTES;
    lk_buffer_printf(out, "\npiece %zu  ", index + 1);
    lk_quote_bytes(out, e->text + piece.begin, shown);
    lk_buffer_printf(out, "%s  from byte %zu on\n", shown < length ? "…" : "", piece.begin);
    append_bytes(out, e, &piece);
    if (piece.kind == LK_PIECE_MERGED) append_merges(out, e, &piece, colors);
    if (piece.kind == LK_PIECE_WHOLE)
        lk_buffer_append_text(out, "  the piece is a token: this tokenizer asks no merges then\n");
    if (piece.kind == LK_PIECE_SPECIAL) lk_buffer_append_text(out, "  a special token\n");
    append_tokens(out, e, &piece);
}

lk_status lk_explanation_to_text(lk_buffer *out, const lk_explanation *e, bool colors) {
    size_t count = lk_explanation_count(e);
    lk_buffer_printf(out, "%zu byte%s, %zu piece%s, %zu token%s\n", e->length,
                     lk_plural_ending(e->length), e->all_pieces, lk_plural_ending(e->all_pieces),
                     e->all_ids, lk_plural_ending(e->all_ids));
    if (count) append_boundaries(out, e, colors);
    for (size_t i = 0; i < count; i++) append_piece(out, e, i, colors);
    if (count < e->all_pieces)
        lk_buffer_printf(out, "\n… the first %zu of %zu pieces\n", count, e->all_pieces);
    if (!count) return lk_buffer_status(out);
    lk_buffer_append_text(out, "\nids");
    size_t shown = e->ids.count < e->most ? e->ids.count : e->most;
    for (size_t i = 0; i < shown; i++) lk_buffer_printf(out, " %" PRIu32, e->ids.ids[i]);
    lk_buffer_append_text(out, shown < e->all_ids ? " …\n" : "\n");
    return lk_buffer_status(out);
}
