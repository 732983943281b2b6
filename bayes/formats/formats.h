// The formats of networks, as a table. A format is added by its file and a row in table.c.
#ifndef LK_FORMATS_H
#define LK_FORMATS_H

#include "network/network.h"

typedef struct lk_source {
    const char *bytes; // not zero-terminated
    size_t length;
    const char *file;             // for messages; may be NULL
    const struct lk_source *side; // the file of names beside it; NULL: none
} lk_source;

typedef struct lk_network_format {
    const char *name;
    const char *extensions; // separated by spaces, each with its dot
    // Whether the content looks like this format.
    bool (*probe)(const lk_source *source);
    // Adds the variables, parents and tables of the source to an empty network.
    lk_status (*read)(lk_network *network, const lk_source *source,
                      const lk_network_read_options *options);
    // Appends a finished network. LK_ERROR_UNSUPPORTED for what the format cannot say. NULL:
    // networks are only read in this format.
    lk_status (*write)(lk_buffer *out, const lk_network *network);
    // Ending of the file beside it, which is looked for; NULL: there is none.
    const char *side_ending;
    bool any_encoding; // the reader itself knows encodings; otherwise it gets valid UTF-8 only
} lk_network_format;

// Of several formats whose probe says yes the first counts.
extern const lk_network_format lk_network_formats[];
extern const size_t lk_network_format_count;

// LK_ERROR_SYNTAX unless the bytes are UTF-8 without zero bytes.
lk_status lk_network_check_text(lk_context *context, const lk_source *source);

bool lk_bif_probe(const lk_source *source);
lk_status lk_bif_read(lk_network *network, const lk_source *source,
                      const lk_network_read_options *options);
lk_status lk_bif_write(lk_buffer *out, const lk_network *network);

bool lk_xmlbif_probe(const lk_source *source);
lk_status lk_xmlbif_read(lk_network *network, const lk_source *source,
                         const lk_network_read_options *options);
lk_status lk_xmlbif_write(lk_buffer *out, const lk_network *network);

bool lk_xdsl_probe(const lk_source *source);
lk_status lk_xdsl_read(lk_network *network, const lk_source *source,
                       const lk_network_read_options *options);
lk_status lk_xdsl_write(lk_buffer *out, const lk_network *network);

bool lk_hugin_probe(const lk_source *source);
lk_status lk_hugin_read(lk_network *network, const lk_source *source,
                        const lk_network_read_options *options);
lk_status lk_hugin_write(lk_buffer *out, const lk_network *network);

bool lk_network_json_probe(const lk_source *source);
lk_status lk_network_json_read(lk_network *network, const lk_source *source,
                               const lk_network_read_options *options);
lk_status lk_network_json_write(lk_buffer *out, const lk_network *network);

bool lk_uai_probe(const lk_source *source);
lk_status lk_uai_read(lk_network *network, const lk_source *source,
                      const lk_network_read_options *options);
lk_status lk_uai_write(lk_buffer *out, const lk_network *network);

#endif
