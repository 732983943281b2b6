// Random records for networks, as CSV.
#ifndef LK_RANDOM_DATA_H
#define LK_RANDOM_DATA_H

#include "likelore/learn.h"

#include "random_network.h"

// `records` lines in which each field is, by chance, one of the states, or `?` once in `open` times
// (0: never).
static inline void random_table_text(lk_buffer *out, const lk_network *network, lk_random *random,
                                     int records, uint32_t open) {
    uint32_t n = lk_network_variable_count(network);
    for (int r = -1; r < records; r++)
        for (uint32_t v = 0; v < n; v++) {
            uint32_t states = lk_network_state_count(network, v);
            const char *text = lk_network_variable_name(network, v);
            if (r >= 0)
                text = lk_network_state_name(network, v, (uint32_t)lk_random_below(random, states));
            if (r >= 0 && open && lk_random_below(random, open) == 0) text = "?";
            lk_buffer_printf(out, "%s%c", text, v + 1 < n ? ',' : '\n');
        }
}

static inline lk_cases *read_cases(lk_context *context, const lk_network *network,
                                   const lk_buffer *text) {
    lk_csv *table;
    lk_cases *cases = NULL;
    cr_assert(lk_csv_new(context, &table, text->data, text->length, "data.csv", NULL) == LK_OK);
    lk_status status = lk_cases_read(context, &cases, network, table, false);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    lk_csv_free(table);
    return cases;
}

#endif
