// The formulas of a trace, in the notation of any document.
#ifndef LK_EXPLAIN_FORMULA_H
#define LK_EXPLAIN_FORMULA_H

#include "explain/document.h"
#include "explain/explain.h"

// "B", or "W=w" when observed; "λ(B)" of the child that carries a likelihood of B, "λ2(B)" of the
// second.
void lk_formula_variable(lk_document *document, const lk_trace *trace, uint32_t variable);
// The same without a state.
void lk_formula_stateless(lk_document *document, const lk_trace *trace, uint32_t variable);
// "P(A|B,E)" with the parents in the order of the file, "λ(B)" of a likelihood, "φ3(A,B)" of a
// potential, "1(A)" of the ones of a variable that no potential has; of a generated factor
// "f1(A,W=w)", observed and other variables together in alphabetical order, or "f1" without any.
void lk_formula_factor(lk_document *document, const lk_trace *trace, uint32_t factor);
// "f1", or as above of an initial factor.
void lk_formula_symbol(lk_document *document, const lk_trace *trace, uint32_t factor);
// "Σ_E P(E) P(A|B,E)"
void lk_formula_step(lk_document *document, const lk_trace *trace, const lk_plan_step *step);
// "P(B|W=w)"
void lk_formula_query(lk_document *document, const lk_trace *trace);
// "P(B) f3(B,W=w) / Σ_B P(B) f3(B,W=w)"
void lk_formula_result(lk_document *document, const lk_trace *trace);
// "Σ_B P(B) f3(B,W=w)"
void lk_formula_normalization(lk_document *document, const lk_trace *trace);
// Its value: " = 0.0117363", or with a fraction " = 3/7 ≈ 0.428571".
void lk_formula_sum(lk_document *document, const lk_trace_sum *sum);
// "{A,B,E}"
void lk_formula_scope(lk_document *document, const lk_trace *trace, const uint32_t *scope,
                      uint32_t size);

#endif
