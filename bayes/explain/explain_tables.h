// Tables of probabilities within documents.
#ifndef LK_EXPLAIN_TABLES_H
#define LK_EXPLAIN_TABLES_H

#include "explain/explain_formula.h"

enum { LK_MOST_ROWS = 64 }; // of a table that are shown

// A row for each cell of a table over `scope`, the last variable fastest, and a line that says how
// many rows were left out. The formula under construction heads the column of values; where these
// are fractions, another column has their decimals. Nothing at all without numbers.
void lk_write_values(lk_document *document, const lk_network *network, const uint32_t *scope,
                     uint32_t size, lk_trace_values values, size_t cells);

// Whether a variable of the trace is the child that carries a likelihood the answer depends on.
bool lk_trace_has_likelihood(const lk_trace *trace, uint32_t variable);
// "λ(B), the likelihood of B: a 0.9, b 0.2", of such a child.
void lk_say_likelihood(lk_document *document, const lk_trace *trace, uint32_t variable);

// A trace as lines, into a document of text. LK_ERROR_MEMORY.
lk_status lk_trace_write_lines(lk_document *document, const lk_trace *trace);

// The sections of a trace: factors, steps, result, sizes. LK_ERROR_MEMORY.
lk_status lk_write_trace(lk_document *document, const lk_trace *trace);

#endif
