// The formats for reading alone, and those in XML only to be told of: what a module of WebAssembly
// that is to be small links in place of formats/table.c. Expat and the readers that stand on it
// would be a fifth of what such a module weighs.
#include "formats/formats.h"

// Whether a text begins as XML does, white space and a byte order mark passed over.
static bool probe_xml(const lk_source *source) {
    static const char passed[] = " \t\r\n\xEF\xBB\xBF";
    size_t i = 0;
    while (i < source->length && source->bytes[i] && strchr(passed, source->bytes[i])) i++;
    return i < source->length && source->bytes[i] == '<';
}

static lk_status refuse_xml(lk_network *network, const lk_source *source,
                            const lk_network_read_options *options) {
    (void)source, (void)options;
    return lk_fail(network->context, LK_ERROR_UNSUPPORTED, "this build reads no XML");
}

const lk_network_format lk_network_formats[] = {
    {"xmlbif", ".xmlbif .xml .bifxml", probe_xml, refuse_xml, NULL, NULL, true},
    {"xdsl", ".xdsl", probe_xml, refuse_xml, NULL, NULL, true},
    {"json", ".json", lk_network_json_probe, lk_network_json_read, NULL, NULL, false},
    {"uai", ".uai", lk_uai_probe, lk_uai_read, NULL, ".names", false},
    {"hugin", ".net .hugin", lk_hugin_probe, lk_hugin_read, NULL, NULL, false},
    {"bif", ".bif", lk_bif_probe, lk_bif_read, NULL, NULL, false},
};

const size_t lk_network_format_count = sizeof lk_network_formats / sizeof lk_network_formats[0];
