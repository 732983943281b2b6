// The shards that `likelore tok encode --bin` writes: one, or two or three where --split asks for
// them.
#ifndef LIKELORE_SHARD_OUTPUT_H
#define LIKELORE_SHARD_OUTPUT_H

#include "command.h"

#include "likelore/json.h"
#include "likelore/tokenizer.h"

// What the parts of a text are for.
enum { SHARD_TRAIN, SHARD_VAL, SHARD_TEST, SHARD_PARTS };

typedef struct shard_output {
    invocation *call;
    lk_shard_format format;
    unsigned id_bytes;
    size_t count;                        // of parts
    double fractions[SHARD_PARTS];       // of the ids, but for the last part, which is the rest
    lk_shard_writer *parts[SHARD_PARTS]; // the first takes all ids until they are split
} shard_output;

// The options of the command that are read here.
#define SHARD_OPTIONS                                                                              \
    {"bin", 0, "FILE",                                                                             \
     "write the ids to FILE as numbers of 2 bytes, or of 4 where the vocabulary has more than "    \
     "65,536 tokens: a shard, which training reads"},                                              \
        {"to", 0, "FORMAT",                                                                        \
         "how the shard is written: raw, as nanoGPT's (default); llm.c, with its header; or npy, " \
         "as NumPy's (default for names in .npy)"},                                                \
    {                                                                                              \
        "split", 0, "FRACTION[,FRACTION]",                                                         \
            "write this fraction of the ids, from the first on, to FILE for training and the "     \
            "rest beside it for evaluation: train.bin and val.bin, or NAME_train.bin and "         \
            "NAME_val.bin; of two fractions the second is for evaluation, and the rest for a "     \
            "last test: test.bin"                                                                  \
    }

// Whether --bin is given; LK_ERROR_USAGE where options contradict each other.
lk_status shard_output_wanted(invocation *call, bool *wanted);
lk_status shard_output_open(shard_output *output, invocation *call, uint32_t vocab_count);
void shard_output_close(shard_output *output);
lk_status shard_output_append(shard_output *output, const lk_ids *ids);
// Splits the ids and gives the files their names.
lk_status shard_output_finish(shard_output *output);
// What was written, as members of a JSON object, or in words.
void shard_output_to_json(const shard_output *output, lk_json_writer *json);
void shard_output_print(const shard_output *output);

#endif
