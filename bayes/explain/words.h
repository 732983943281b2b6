// The words of documents: every phrase in every language, and how it is said.
//
// A phrase has slots: {0} for a name, a number, a formula or another phrase, and {0:cell|cells} for
// the first word where slot 0 is one of something and else the second. The slots are the same in
// all languages and may stand in any order; where several hold numbers or formulas, these keep
// their order, so that a document reads alike in all languages.
#ifndef LK_WORDS_H
#define LK_WORDS_H

#include "explain/document.h"

enum {
    LK_PHRASE_BYTES = 320, // a phrase is shorter than this
    LK_PHRASE_SLOTS = 10
};

typedef enum lk_phrase {
    // Lists.
    LK_SAY_COMMA,
    LK_SAY_SEMICOLON,
    LK_SAY_AND,
    // Numbers as words.
    LK_SAY_NUMBER_0,
    LK_SAY_NUMBER_10 = LK_SAY_NUMBER_0 + 10,
    // What stands before the message of an error, which is in English.
    LK_SAY_BECAUSE,
    LK_SAY_BECAUSE_OF_DATA,
    LK_SAY_BECAUSE_IMPOSSIBLE,
    LK_SAY_BECAUSE_OF_LIMIT,

    // Traces as lines of text.
    LK_SAY_LINE_FACTORS,
    LK_SAY_LINE_PRUNED,
    LK_SAY_IS_BARREN,
    LK_SAY_IS_D_SEPARATED,
    LK_SAY_IS_SEPARATED,
    LK_SAY_LINE_STEP,
    LK_SAY_ALL_ONES,
    LK_SAY_LINE_NORMALIZATION,
    LK_SAY_LINE_RESULT,
    LK_SAY_LINE_LARGEST_GENERATED,
    LK_SAY_LINE_LARGEST_JOIN,
    LK_SAY_LINE_LARGEST_INITIAL,
    LK_SAY_LINE_TOTAL,
    LK_SAY_LINE_MORE_ROWS,
    LK_SAY_LIKELIHOOD,

    // Traces as documents.
    LK_SAY_ORDER,
    LK_SAY_NOTHING_TO_ELIMINATE,
    LK_SAY_FACTORS,
    LK_SAY_LEFT_OUT,
    LK_SAY_WHY_BARREN,
    LK_SAY_WHY_D_SEPARATED,
    LK_SAY_WHY_SEPARATED,
    LK_SAY_STEP,
    LK_SAY_STEP_SIZES,
    LK_SAY_REMAINING,
    LK_SAY_RESULT,
    LK_SAY_DECIMAL,
    LK_SAY_MORE_ROWS,
    LK_SAY_SIZES,
    LK_SAY_HEAD_TABLE,
    LK_SAY_HEAD_WHAT,
    LK_SAY_HEAD_SIZE,
    LK_SAY_HEAD_CELLS,
    LK_SAY_LARGEST_GENERATED,
    LK_SAY_LARGEST_JOIN,
    LK_SAY_LARGEST_INITIAL,
    LK_SAY_IN_TOTAL,

    // Comparisons of orders.
    LK_SAY_ORDERS_TITLE,
    LK_SAY_HEAD_ORDER,
    LK_SAY_HEAD_VARIABLES,
    LK_SAY_HEAD_WIDTH,
    LK_SAY_HEAD_FACTOR_SIZE,
    LK_SAY_HEAD_FACTOR_CELLS,
    LK_SAY_HEAD_JOIN_SIZE,
    LK_SAY_HEAD_JOIN_CELLS,
    LK_SAY_HEAD_ALL_CELLS,
    LK_SAY_HEAD_MULTIPLICATIONS,
    LK_SAY_HEAD_ADDITIONS,
    LK_SAY_GIVEN_ORDER,
    LK_SAY_MIN_FILL,
    LK_SAY_MIN_WEIGHT,
    LK_SAY_MIN_DEGREE,
    LK_SAY_WEIGHTED_MIN_FILL,
    LK_SAY_OPTIMAL,
    LK_SAY_NO_ORDER,
    LK_SAY_WORK,
    LK_SAY_FACTOR_SIZE,
    LK_SAY_COMPARED,
    LK_SAY_LARGEST_SAME,
    LK_SAY_LARGEST_LARGER,
    LK_SAY_LARGEST_SMALLER,
    LK_SAY_AND_SAME_WORK,
    LK_SAY_BUT_SAME_WORK,
    LK_SAY_MORE_WORK,
    LK_SAY_AND_MAKES,
    LK_SAY_BUT_MAKES,
    LK_SAY_SO_MANY_FACTORS,
    LK_SAY_MORE_JOINS,
    LK_SAY_BOTH,
    LK_SAY_LEAST_WORK,
    LK_SAY_LEAVES_OUT,

    // Independence: the question and the verdict.
    LK_SAY_INDEPENDENT,
    LK_SAY_INDEPENDENT_GIVEN,
    LK_SAY_BY_STRUCTURE,
    LK_SAY_BY_STRUCTURE_GIVEN,
    LK_SAY_YES_D_SEPARATED,
    LK_SAY_YES_SEPARATED,
    LK_SAY_NO_D_CONNECTED,
    LK_SAY_NO_CONNECTED,
    LK_SAY_A_TRAIL_IS_ACTIVE,
    LK_SAY_A_PATH_IS_OPEN,
    LK_SAY_TRAILS_BLOCKED,
    LK_SAY_PATHS_BLOCKED,
    LK_SAY_NO_TRAIL,
    LK_SAY_NO_PATH,
    // Trails.
    LK_SAY_TRAILS,
    LK_SAY_PATHS,
    LK_SAY_MANY_TRAILS,
    LK_SAY_MANY_PATHS,
    LK_SAY_ARE_LISTED,
    LK_SAY_COUNTING_ENDED,
    LK_SAY_IS_ACTIVE,
    LK_SAY_IS_OPEN,
    LK_SAY_IS_BLOCKED,
    LK_SAY_AN_ARROW,
    LK_SAY_AN_EDGE,
    LK_SAY_JUNCTIONS,
    LK_SAY_CHAIN,
    LK_SAY_FORK,
    LK_SAY_COLLIDER,
    LK_SAY_BETWEEN_EDGES,
    LK_SAY_OBSERVED_BLOCKS,
    LK_SAY_NOT_OBSERVED_OPEN,
    LK_SAY_COLLIDER_BLOCKS,
    LK_SAY_COLLIDER_OPEN,
    LK_SAY_DESCENDANT_OPENS,
    // Numbers.
    LK_SAY_NOTHING_TO_COMPARE,
    LK_SAY_ALL_EQUAL,
    LK_SAY_NEARLY_EQUAL,
    LK_SAY_LARGEST_DIFFERENCE,
    LK_SAY_AGREE_INDEPENDENT,
    LK_SAY_AGREE_DEPENDENT,
    LK_SAY_DISAGREE_SEPARATED,
    LK_SAY_DISAGREE_TRAIL,
    LK_SAY_DISAGREE_PATH,
    LK_SAY_NOT_COMPARED,
    LK_SAY_NO_NUMBERS,
    LK_SAY_TOO_MANY_STATES,
    // What would change it.
    LK_SAY_WOULD_BE_D_CONNECTED,
    LK_SAY_WOULD_BE_CONNECTED,
    LK_SAY_WOULD_BE_D_SEPARATED,
    LK_SAY_WOULD_BE_SEPARATED,
    LK_SAY_IF_OBSERVED,
    LK_SAY_IF_NOT_OBSERVED,
    LK_SAY_IF_BOTH,
    LK_SAY_NOTHING_CONNECTS,
    LK_SAY_NOTHING_SEPARATES,
    LK_SAY_NOTHING_SEPARATES_ARROW,
    LK_SAY_NOTHING_SEPARATES_EDGE,
    // What a side is independent of.
    LK_SAY_OF_WHICH,
    LK_SAY_OF_WHICH_GIVEN,
    LK_SAY_ALL_D_SEPARATED,
    LK_SAY_ALL_SEPARATED,
    LK_SAY_ALL_D_CONNECTED,
    LK_SAY_ALL_CONNECTED,
    LK_SAY_NONE_D_SEPARATED,
    LK_SAY_NONE_SEPARATED,
    LK_SAY_NONE_D_CONNECTED,
    LK_SAY_NONE_CONNECTED,

    // Reports.
    LK_SAY_REPORT_TITLE,
    LK_SAY_QUESTION,
    LK_SAY_NO_ANSWER,
    LK_SAY_NO_ANSWER_REASON,
    LK_SAY_BARREN_IN_SUM,
    LK_SAY_BAYES_RULE,
    LK_SAY_NUMBERS_EQUAL,
    LK_SAY_NUMBERS_NOT_EQUAL,
    LK_SAY_AS_FRACTIONS,
    LK_SAY_WITHIN,
    LK_SAY_DIFFER_BY,
    LK_SAY_NUMBERS_DO_NOT_TELL,
    LK_SAY_BOTH_SAY_EQUAL,
    LK_SAY_BOTH_SAY_NOT_EQUAL,
    LK_SAY_STRUCTURE_ALONE_EQUAL,
    LK_SAY_NUMBERS_ALONE_EQUAL,
    LK_SAY_STRUCTURE_DOES_NOT_TELL,

    // Naive Bayes: a row.
    LK_SAY_SMOOTHING,
    LK_SAY_SMOOTHED,
    LK_SAY_NOT_SMOOTHED,
    LK_SAY_LOG_JOINT,
    LK_SAY_POSTERIOR_OF_ROW,
    LK_SAY_POSTERIOR_OF_TEXT,
    LK_SAY_LOG_ODDS,
    LK_SAY_PRIOR,
    LK_SAY_ABSENT_WORDS,
    LK_SAY_MORE_FEATURES,
    // A model.
    LK_SAY_CATEGORICAL,
    LK_SAY_BERNOULLI,
    LK_SAY_MULTINOMIAL,
    LK_SAY_NAIVE_COLUMNS,
    LK_SAY_NAIVE_WORDS,
    LK_SAY_ALPHAS,
    LK_SAY_FEATURES_SMOOTHED,
    LK_SAY_FEATURES_NOT_SMOOTHED,
    LK_SAY_CLASSES_SMOOTHED,
    LK_SAY_CLASSES_NOT_SMOOTHED,
    LK_SAY_CLASS_ROWS,
    LK_SAY_SPEAK_MOST,
    LK_SAY_SPEAKER,

    LK_PHRASE_COUNT
} lk_phrase;

// The phrase as it is written in this header's terms.
const char *lk_phrase_words(lk_phrase phrase, lk_language language);

// ---- What slots hold ---------------------------------------------------------------------------

typedef enum lk_slot_kind {
    LK_SLOT_NOTHING,
    LK_SLOT_TEXT,
    LK_SLOT_ENGLISH,
    LK_SLOT_COUNT,
    LK_SLOT_CELLS,
    LK_SLOT_NUMBER,
    LK_SLOT_WORDED,
    LK_SLOT_PHRASE,
    LK_SLOT_WRITER
} lk_slot_kind;

typedef void (*lk_slot_writer)(lk_document *document, const void *subject);

typedef struct lk_slot {
    lk_slot_kind kind;
    lk_phrase phrase;
    const struct lk_slot *slots; // of the phrase; NULL: it has none
    const char *text;
    uint64_t count;
    double number;
    lk_slot_writer write;
    const void *subject;
} lk_slot;

static inline lk_slot lk_nothing(void) { return (lk_slot){.kind = LK_SLOT_NOTHING}; }
static inline lk_slot lk_said(const char *text) {
    return (lk_slot){.kind = LK_SLOT_TEXT, .text = text};
}
// A text that is English in every document, which HTML marks.
static inline lk_slot lk_english(const char *text) {
    return (lk_slot){.kind = LK_SLOT_ENGLISH, .text = text};
}
static inline lk_slot lk_count(uint64_t count) {
    return (lk_slot){.kind = LK_SLOT_COUNT, .count = count};
}
// A count that may be beyond all integers.
static inline lk_slot lk_cells(double cells) {
    return (lk_slot){.kind = LK_SLOT_CELLS, .number = cells};
}
// A number of six digits.
static inline lk_slot lk_number(double number) {
    return (lk_slot){.kind = LK_SLOT_NUMBER, .number = number};
}
// A count that up to ten is a word.
static inline lk_slot lk_worded(uint64_t count) {
    return (lk_slot){.kind = LK_SLOT_WORDED, .count = count};
}
static inline lk_slot lk_phrased(lk_phrase phrase, const lk_slot *slots) {
    return (lk_slot){.kind = LK_SLOT_PHRASE, .phrase = phrase, .slots = slots};
}
// What the function writes into the document, with what lk_document_… and lk_formula_… are there
// for within a block.
static inline lk_slot lk_written(lk_slot_writer write, const void *subject) {
    return (lk_slot){.kind = LK_SLOT_WRITER, .write = write, .subject = subject};
}

// ---- Saying ------------------------------------------------------------------------------------

// Says a phrase within a block, in the language of the document.
void lk_say_slots(lk_document *document, lk_phrase phrase, const lk_slot *slots);
void lk_say(lk_document *document, lk_phrase phrase);
void lk_say_slot(lk_document *document, lk_slot slot);
#define LK_SLOTS(...) ((const lk_slot[]){__VA_ARGS__})
#define LK_SAY(document, phrase, ...) lk_say_slots(document, phrase, LK_SLOTS(__VA_ARGS__))

void lk_say_strong(lk_document *document, lk_phrase phrase);
// A heading, a cell of a table, a paragraph of its own.
void lk_say_heading(lk_document *document, int level, lk_phrase phrase, const lk_slot *slots);
void lk_say_cell(lk_document *document, lk_phrase phrase);
void lk_say_paragraph(lk_document *document, lk_phrase phrase, const lk_slot *slots);

// The phrase as plain text.
lk_status lk_say_plainly(lk_buffer *text, lk_language language, lk_phrase phrase,
                         const lk_slot *slots);

// Says the message of an error in a slot: in another language after what its status means.
lk_slot lk_because(lk_slot room[1], lk_status status, const char *message);

#endif
