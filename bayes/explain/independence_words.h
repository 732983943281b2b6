// The parts of an answer about independence, for documents that hold it among others.
#ifndef LK_INDEPENDENCE_WORDS_H
#define LK_INDEPENDENCE_WORDS_H

#include "explain/document.h"
#include "explain/independence.h"

// Each writes blocks: a paragraph, or a paragraph and a list.
void lk_write_verdict(lk_document *document, const lk_independence *answer);
void lk_write_trails(lk_document *document, const lk_independence *answer);
void lk_write_difference(lk_document *document, const lk_independence *answer);
void lk_write_change(lk_document *document, const lk_independence *answer);
// "By the structure: are A and B independent given C?"
void lk_write_structure_question(lk_document *document, const lk_independence *answer);

// Within a paragraph: why the numbers were not compared. The subject is the answer.
void lk_write_difference_reason(lk_document *document, const void *subject);

#endif
