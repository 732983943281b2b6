// The file is a mark and a list of words with counts, as in runs. The first three are the header:
// the note with the number of whole texts, and empty words with the bytes of the next text and with
// the number of words that follow.
#include "tokenizer/counts_file.h"

#include "file_writer.h"

enum { MARK_BYTES = 8, BLOCK_BYTES = 1 << 16 };

static const char mark[MARK_BYTES + 1] = "LKCOUNT1";

// ---- Writing ------------------------------------------------------------------------------------

typedef struct counts_writer {
    lk_file_writer *file;
    lk_buffer block;
} counts_writer;

static lk_status write_block(counts_writer *writer) {
    LK_TRY(lk_buffer_status(&writer->block));
    LK_TRY(lk_file_writer_append(writer->file, writer->block.data, writer->block.length));
    lk_buffer_clear(&writer->block);
    return LK_OK;
}

static lk_status write_word(counts_writer *writer, const lk_word *word) {
    lk_word_append(&writer->block, word);
    return writer->block.length < BLOCK_BYTES ? LK_OK : write_block(writer);
}

static lk_status write_number(counts_writer *writer, uint64_t number) {
    return write_word(writer, &(lk_word){.bytes = (const uint8_t *)mark, .count = number});
}

static lk_status write_header(counts_writer *writer, const lk_counts_header *header,
                              uint64_t words) {
    lk_word note = {.bytes = (const uint8_t *)header->note,
                    .length = strlen(header->note),
                    .count = header->counted.texts};
    lk_buffer_append(&writer->block, mark, MARK_BYTES);
    LK_TRY(write_word(writer, &note));
    LK_TRY(write_number(writer, header->counted.bytes));
    return write_number(writer, words);
}

static lk_status write_counted(counts_writer *writer, const lk_counts_header *header,
                               lk_word_counter *counter) {
    uint64_t words, bytes;
    lk_word_counter_measure(counter, &words, &bytes);
    LK_TRY(write_header(writer, header, words));
    lk_word_counter_begin(counter);
    for (;;) {
        lk_word word;
        bool found;
        LK_TRY(lk_word_counter_next(counter, &word, &found));
        if (!found) return LK_OK;
        LK_TRY(write_word(writer, &word));
    }
}

static lk_status write_learned(counts_writer *writer, const lk_counts_header *header,
                               const lk_bpe_learner *learner, lk_buffer *bytes) {
    LK_TRY(write_header(writer, header, learner->word_count));
    for (size_t i = 0; i < learner->word_count; i++) {
        lk_buffer_clear(bytes);
        lk_learned_word_spell(bytes, learner, i);
        LK_TRY(lk_buffer_status(bytes));
        lk_word word = {.bytes = (const uint8_t *)bytes->data,
                        .length = bytes->length,
                        .count = learner->words[i].count};
        LK_TRY(write_word(writer, &word));
    }
    return LK_OK;
}

static lk_status begin_writing(lk_context *context, counts_writer *writer, const char *path) {
    writer->block = lk_buffer_make(context);
    return lk_file_writer_new(context, &writer->file, path, true);
}

static lk_status end_writing(counts_writer *writer, lk_status status) {
    if (status == LK_OK) status = write_block(writer);
    if (status == LK_OK) status = lk_file_writer_finish(writer->file);
    lk_buffer_free(&writer->block);
    lk_file_writer_free(writer->file);
    return status;
}

lk_status lk_counts_write(lk_context *context, const char *path, const lk_counts_header *header,
                          lk_word_counter *counter) {
    counts_writer writer;
    LK_TRY(begin_writing(context, &writer, path));
    return end_writing(&writer, write_counted(&writer, header, counter));
}

lk_status lk_counts_write_learned(lk_context *context, const char *path,
                                  const lk_counts_header *header, const lk_bpe_learner *learner) {
    counts_writer writer;
    lk_buffer bytes = lk_buffer_make(context);
    LK_TRY(begin_writing(context, &writer, path));
    lk_status status = end_writing(&writer, write_learned(&writer, header, learner, &bytes));
    lk_buffer_free(&bytes);
    return status;
}

// ---- Reading ------------------------------------------------------------------------------------

typedef struct counts_reader {
    lk_context *context;
    const uint8_t *bytes;
    size_t length, at;
} counts_reader;

static lk_status fail_here(const counts_reader *reader, const char *what) {
    return lk_fail_at(reader->context, LK_ERROR_SYNTAX, (lk_location){.byte = (int64_t)reader->at},
                      "%s", what);
}

static lk_status read_word(counts_reader *reader, lk_word *word) {
    size_t taken = lk_word_parse(word, reader->bytes + reader->at, reader->length - reader->at);
    if (taken == 0) return fail_here(reader, "the file of counts ends within a word");
    reader->at += taken;
    return LK_OK;
}

static lk_status read_header(counts_reader *reader, const char *note, lk_text_position *counted,
                             uint64_t *words) {
    lk_word word;
    if (reader->length < MARK_BYTES || memcmp(reader->bytes, mark, MARK_BYTES) != 0)
        return fail_here(reader, "this is no file of counts");
    reader->at = MARK_BYTES;
    LK_TRY(read_word(reader, &word));
    if (word.length != strlen(note) || memcmp(word.bytes, note, word.length) != 0)
        return lk_fail(reader->context, LK_ERROR_DATA,
                       "other texts were counted, or they were cut in another way");
    counted->texts = word.count;
    LK_TRY(read_word(reader, &word));
    counted->bytes = word.count;
    LK_TRY(read_word(reader, &word));
    *words = word.count;
    return LK_OK;
}

static lk_status read_words(counts_reader *reader, uint64_t words, lk_word_counter *counter) {
    for (; words > 0; words--) {
        lk_word word;
        LK_TRY(read_word(reader, &word));
        if (word.length == 0 || word.count == 0)
            return fail_here(reader, "a word is empty, or was never met");
        LK_TRY(lk_word_counter_add_word(counter, &word));
    }
    if (reader->at == reader->length) return LK_OK;
    return fail_here(reader, "there is more than the words that were counted");
}

lk_status lk_counts_parse(lk_context *context, const uint8_t *bytes, size_t length,
                          const char *note, lk_text_position *counted, lk_word_counter *counter) {
    counts_reader reader = {.context = context, .bytes = bytes, .length = length};
    uint64_t words = 0;
    LK_TRY(read_header(&reader, note, counted, &words));
    return read_words(&reader, words, counter);
}

lk_status lk_counts_read(lk_context *context, const char *path, const char *note,
                         lk_text_position *counted, lk_word_counter *counter) {
    lk_file *file;
    LK_TRY(lk_file_open(context, &file, path));
    lk_status status =
        lk_counts_parse(context, lk_file_bytes(file), lk_file_length(file), note, counted, counter);
    lk_file_free(file);
    return status == LK_OK ? LK_OK : lk_fail_in_file(context, status, path);
}
