// The file of names beside a file in the UAI format.
#include "formats/formats.h"
#include "fuzz.h"

#include <string.h>

static const char numbers[] = "BAYES\n3\n2 3 2\n3\n1 0\n2 0 1\n2 1 2\n"
                              "2 .25 .75\n6 .5 .5 0 .1 .2 .7\n6 .5 .5 .25 .75 1 0\n";

void fuzz_use(lk_context *context, const char *bytes, size_t length) {
    lk_network *network;
    lk_source side = {bytes, length, "fuzz.names", NULL};
    lk_source source = {numbers, sizeof numbers - 1, "fuzz", &side};
    if (lk_network_new(context, &network, "") != LK_OK) abort();
    lk_status status = lk_network_check_text(context, &side);
    if (status == LK_OK) status = fuzz_expect(lk_uai_read(network, &source, NULL));
    if (status == LK_OK) status = fuzz_expect(lk_network_finish(network));
    lk_buffer text = lk_buffer_make(context);
    if (status == LK_OK) fuzz_must(lk_network_write_uai_names(&text, network));
    lk_buffer_free(&text);
    lk_network_free(network);
}
