// Sheets of questions: docs/formats/questions.md.
#ifndef LK_QUESTIONS_H
#define LK_QUESTIONS_H

#include "network/network.h"

#define LK_NO_STATE UINT32_MAX

// A variable in a state, or with LK_NO_STATE in any.
typedef struct lk_term {
    uint32_t variable;
    uint32_t state;
} lk_term;

// P(asked | given)
typedef struct lk_probability {
    lk_term *asked;
    size_t asked_count;
    lk_term *given;
    size_t given_count;
} lk_probability;

typedef struct lk_name_list {
    uint32_t *variables;
    size_t count;
} lk_name_list;

typedef enum lk_question_kind {
    LK_ASK_PROBABILITY, // P(A=a|B=b)
    LK_ASK_COMPARISON,  // P(A=a|B=b) = P(A=a) ?
    LK_ASK_TRACE,       // trace P(B|W=w) order E,H,A
    LK_ASK_ORDERS,      // orders P(B|W=w): E,H,A; E,A,H
    LK_ASK_INDEPENDENCE // independent A, B given C ?
} lk_question_kind;

typedef struct lk_question {
    lk_question_kind kind;
    const char *label;             // what stands in brackets before it; NULL: nothing
    const char *text;              // the question as it was written
    lk_probability probability[2]; // the second of a comparison
    lk_name_list *lists;           // the order of a trace; the orders; both sides and what is given
    size_t list_count;
} lk_question;

typedef struct lk_question_sheet {
    const char *title; // NULL: none
    lk_question *questions;
    size_t count;
} lk_question_sheet;

// Reads a sheet within the arena. LK_ERROR_SYNTAX and LK_ERROR_DATA with the place.
lk_status lk_question_sheet_read(lk_arena *arena, lk_question_sheet *sheet,
                                 const lk_network *network, const char *text, size_t length,
                                 const char *file_name);

#endif
