// The parts of an answer about independence, for documents that hold it among others.
#ifndef LK_INDEPENDENCE_WORDS_H
#define LK_INDEPENDENCE_WORDS_H

#include "explain/document.h"
#include "explain/independence.h"

// "Are A and B independent given C?", as plain text.
void lk_append_independence_question(lk_buffer *text, const lk_independence *answer);

// Each writes blocks: a paragraph, or a paragraph and a list.
void lk_write_verdict(lk_document *document, const lk_independence *answer);
void lk_write_trails(lk_document *document, const lk_independence *answer);
void lk_write_difference(lk_document *document, const lk_independence *answer);
void lk_write_change(lk_document *document, const lk_independence *answer);

// Within a paragraph: A → B ← C, and what happens at each of its inner variables.
void lk_write_trail(lk_document *document, const lk_independence *answer, const lk_trail *trail);
void lk_write_trail_reasons(lk_document *document, const lk_independence *answer,
                            const lk_trail *trail);

#endif
