// What the bridges of language models share.
#ifndef LK_BRIDGE_LM_H
#define LK_BRIDGE_LM_H

#include "bridge.h"

#include "likelore/lm.h"

// Files whose bytes follow each other, as a manifest [{"name","length"}] says.
typedef struct lk_bridge_files {
    lk_context *context;
    lk_json *manifest; // holds the names
    lk_memory_file *files;
    size_t count;
} lk_bridge_files;

// Reads the manifest; the bytes are borrowed. Nothing is to be closed when it fails.
lk_status lk_bridge_files_open(lk_bridge *bridge, lk_bridge_files *files, const char *manifest,
                               size_t manifest_length, const uint8_t *bytes, size_t length);
void lk_bridge_files_close(lk_bridge_files *files);

#endif
