// Orders of elimination compared: a trace for each, of the structure alone.
#ifndef LK_ORDERS_H
#define LK_ORDERS_H

#include "explain/explain.h"
#include "explain/words.h"

typedef struct lk_order_entry {
    const char *name;   // "min-fill", "E,H,A"
    bool is_given;      // variables, not a heuristic
    lk_trace *trace;    // NULL when a limit rules the order out
    const char *reason; // the message of that error
    lk_trace_summary summary;
} lk_order_entry;

struct lk_orders {
    lk_context *context;
    lk_arena arena;
    lk_order_entry *entries;
    size_t count;
};

// Cells of tables and joins of an entry, 0 when there is none.
double lk_order_largest_generated(const lk_order_entry *entry);
double lk_order_largest_join(const lk_order_entry *entry);
// Variables of the largest join, less one.
uint32_t lk_order_width(const lk_order_entry *entry);
static inline double lk_order_work(const lk_order_entry *entry) {
    return entry->summary.multiplications + entry->summary.additions;
}

// The comparison in words, a sentence each, ended by zero bytes.
lk_status lk_orders_write_words(lk_buffer *sentences, const lk_orders *orders,
                                lk_language language);
// The name of an entry.
lk_slot lk_order_named(const lk_order_entry *entry);
// The table and the words.
void lk_write_orders(lk_document *document, const lk_orders *orders);

#endif
