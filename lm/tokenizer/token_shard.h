// What reading and writing shards share.
#ifndef LK_TOKEN_SHARD_H
#define LK_TOKEN_SHARD_H

#include "likelore/tokenizer.h"

// llm.c's header: 256 numbers of 4 bytes, little-endian, the magic number, the version and the
// count of ids being the first.
enum { LK_LLMC_HEADER_BYTES = 1024 };

typedef struct lk_llmc_kind {
    uint32_t magic, version;
    unsigned width; // bytes of an id
} lk_llmc_kind;

// That of ids of 2 bytes, and of 4.
extern const lk_llmc_kind lk_llmc_kinds[2];

#endif
