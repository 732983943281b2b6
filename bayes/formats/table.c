// All formats.
#include "formats/formats.h"

const lk_network_format lk_network_formats[] = {
    {"xmlbif", ".xmlbif .xml .bifxml", lk_xmlbif_probe, lk_xmlbif_read, lk_xmlbif_write, NULL,
     true},
    {"xdsl", ".xdsl", lk_xdsl_probe, lk_xdsl_read, lk_xdsl_write, NULL, true},
    {"json", ".json", lk_network_json_probe, lk_network_json_read, lk_network_json_write, NULL,
     false},
    {"uai", ".uai", lk_uai_probe, lk_uai_read, lk_uai_write, ".names", false},
    {"hugin", ".net .hugin", lk_hugin_probe, lk_hugin_read, lk_hugin_write, NULL, false},
    {"bif", ".bif", lk_bif_probe, lk_bif_read, lk_bif_write, NULL, false},
};

const size_t lk_network_format_count = sizeof lk_network_formats / sizeof lk_network_formats[0];
