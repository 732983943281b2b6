// The answer to a question of independence in words.
#include "explain/independence_words.h"
#include "explain/words.h"

#include <stdio.h>

static const char *name_of(const lk_independence *a, uint32_t variable) {
    return a->network->variables[variable].name;
}

static bool is_markov(const lk_independence *a) { return a->network->is_markov; }

// The phrase of trails, or where the network has edges that of paths.
static lk_phrase trail_or_path(const lk_independence *a, lk_phrase of_trail, lk_phrase of_path) {
    return is_markov(a) ? of_path : of_trail;
}

typedef struct names {
    const lk_independence *answer;
    const uint32_t *variables;
    size_t count;
} names;

static void write_names(lk_document *d, const void *subject) {
    const names *n = subject;
    for (size_t i = 0; i < n->count; i++) {
        if (i) lk_say(d, i + 1 < n->count ? LK_SAY_COMMA : LK_SAY_AND);
        lk_document_formula(d);
        lk_formula_name(d, name_of(n->answer, n->variables[i]));
        lk_document_formula_end(d);
    }
}

// ---- Trails ------------------------------------------------------------------------------------

typedef struct path {
    const lk_independence *answer;
    const lk_trail *trail;
} path;

static void write_path(lk_document *d, const void *subject) {
    const path *p = subject;
    const lk_independence *a = p->answer;
    const lk_trail *trail = p->trail;
    lk_document_formula(d);
    lk_formula_name(d, name_of(a, trail->path[0]));
    for (uint32_t i = 1; i < trail->length; i++) {
        bool right = lk_is_parent(a->network, trail->path[i - 1], trail->path[i]);
        lk_formula_sign(d, is_markov(a) ? LK_SIGN_EDGE : right ? LK_SIGN_RIGHT : LK_SIGN_LEFT);
        lk_formula_name(d, name_of(a, trail->path[i]));
    }
    lk_document_formula_end(d);
}

// What an observation does where the trail passes a collider.
static lk_phrase state_of_collider(uint32_t at, uint32_t opener) {
    if (opener == LK_NO_VARIABLE) return LK_SAY_COLLIDER_BLOCKS;
    return opener == at ? LK_SAY_COLLIDER_OPEN : LK_SAY_DESCENDANT_OPENS;
}

// "fork, observed: blocked"
static void say_junction(lk_document *d, const path *p, uint32_t index) {
    static const lk_phrase phrases[] = {
        [LK_CHAIN] = LK_SAY_CHAIN,
        [LK_FORK] = LK_SAY_FORK,
        [LK_COLLIDER] = LK_SAY_COLLIDER,
        [LK_UNDIRECTED] = LK_SAY_BETWEEN_EDGES,
    };
    const lk_independence *a = p->answer;
    lk_junction junction = lk_trail_junction(a->network, p->trail, index);
    uint32_t at = p->trail->path[index];
    const uint32_t *opener = &a->question.opened_by[at];
    const names passed = {a, &at, 1}, descendant = {a, opener, 1};
    const lk_slot opened[] = {lk_written(write_names, &descendant)};
    lk_phrase state = junction == LK_COLLIDER ? state_of_collider(at, *opener)
                      : a->observed[at]       ? LK_SAY_OBSERVED_BLOCKS
                                              : LK_SAY_NOT_OBSERVED_OPEN;
    LK_SAY(d, phrases[junction], lk_written(write_names, &passed), lk_phrased(state, opened));
}

static void write_junctions(lk_document *d, const void *subject) {
    const path *p = subject;
    for (uint32_t i = 1; i + 1 < p->trail->length; i++) {
        if (i > 1) lk_say(d, LK_SAY_SEMICOLON);
        say_junction(d, p, i);
    }
}

static void append_trail(lk_document *d, const lk_independence *a, const lk_trail *trail) {
    const path p = {a, trail};
    lk_document_item(d);
    if (trail->active) {
        LK_SAY(d, trail_or_path(a, LK_SAY_IS_ACTIVE, LK_SAY_IS_OPEN), lk_written(write_path, &p));
    } else {
        const names at = {a, &trail->path[trail->blocked_at], 1};
        LK_SAY(d, LK_SAY_IS_BLOCKED, lk_written(write_path, &p), lk_written(write_names, &at));
    }
    if (trail->length == 2)
        lk_say(d, trail_or_path(a, LK_SAY_AN_ARROW, LK_SAY_AN_EDGE));
    else
        LK_SAY(d, LK_SAY_JUNCTIONS, lk_written(write_junctions, &p));
    lk_document_item_end(d);
}

static void append_count(lk_document *d, const lk_independence *a) {
    const lk_trail_list *list = &a->trails;
    const lk_slot listed[] = {lk_count(list->count)}, steps[] = {lk_count(LK_TRAIL_STEPS)};
    lk_phrase phrase = list->complete ? trail_or_path(a, LK_SAY_TRAILS, LK_SAY_PATHS)
                                      : trail_or_path(a, LK_SAY_MANY_TRAILS, LK_SAY_MANY_PATHS);
    lk_say_paragraph(
        d, phrase,
        LK_SLOTS(lk_count(list->total), lk_count(list->active),
                 list->count < list->total ? lk_phrased(LK_SAY_ARE_LISTED, listed) : lk_nothing(),
                 list->complete ? lk_nothing() : lk_phrased(LK_SAY_COUNTING_ENDED, steps)));
}

void lk_write_trails(lk_document *d, const lk_independence *a) {
    if (a->trails.count == 0) return;
    append_count(d, a);
    lk_document_list(d);
    for (size_t i = 0; i < a->trails.count; i++) append_trail(d, a, &a->trails.trails[i]);
    lk_document_list_end(d);
}

// ---- The verdict -------------------------------------------------------------------------------

// {A, B}, as plain text.
static void write_set(lk_document *d, const void *subject) {
    const names *n = subject;
    if (n->count > 1) lk_document_text(d, "{");
    for (size_t i = 0; i < n->count; i++)
        lk_document_text(d, "%s%s", i ? ", " : "", name_of(n->answer, n->variables[i]));
    if (n->count > 1) lk_document_text(d, "}");
}

static void write_question(lk_document *d, const lk_independence *a, lk_phrase alone,
                           lk_phrase given) {
    const names sets[] = {{a, a->sides[0], a->counts[0]},
                          {a, a->sides[1], a->counts[1]},
                          {a, a->given, a->given_count}};
    LK_SAY(d, a->given_count > 0 ? given : alone, lk_written(write_set, &sets[0]),
           lk_written(write_set, &sets[1]), lk_written(write_set, &sets[2]));
}

void lk_write_structure_question(lk_document *d, const lk_independence *a) {
    lk_document_paragraph(d);
    write_question(d, a, LK_SAY_BY_STRUCTURE, LK_SAY_BY_STRUCTURE_GIVEN);
    lk_document_paragraph_end(d);
}

static lk_phrase verdict_of(const lk_independence *a) {
    if (is_markov(a)) return a->separated ? LK_SAY_YES_SEPARATED : LK_SAY_NO_CONNECTED;
    return a->separated ? LK_SAY_YES_D_SEPARATED : LK_SAY_NO_D_CONNECTED;
}

static lk_phrase reason_of(const lk_independence *a) {
    if (!a->separated) return trail_or_path(a, LK_SAY_A_TRAIL_IS_ACTIVE, LK_SAY_A_PATH_IS_OPEN);
    return a->trails.count > 0 ? trail_or_path(a, LK_SAY_TRAILS_BLOCKED, LK_SAY_PATHS_BLOCKED)
                               : trail_or_path(a, LK_SAY_NO_TRAIL, LK_SAY_NO_PATH);
}

void lk_write_verdict(lk_document *d, const lk_independence *a) {
    lk_document_paragraph(d);
    lk_say_strong(d, verdict_of(a));
    lk_say(d, reason_of(a));
    lk_document_paragraph_end(d);
}

// ---- Numbers -----------------------------------------------------------------------------------

static void append_states(lk_document *d, const lk_independence *a, const uint32_t *variables,
                          const uint32_t *states, size_t count, bool *first) {
    for (size_t i = 0; i < count; i++) {
        if (!*first) lk_formula_sign(d, LK_SIGN_COMMA);
        *first = false;
        lk_formula_name(d, name_of(a, variables[i]));
        lk_formula_sign(d, LK_SIGN_STATE);
        lk_formula_name(d, a->network->variables[variables[i]].states[states[i]]);
    }
}

// P(B=b|E=e,W=w)
static void write_probability(lk_document *d, const lk_independence *a, const uint32_t *condition) {
    bool first = true;
    lk_formula_sign(d, LK_SIGN_PROBABILITY);
    append_states(d, a, a->sides[0], a->difference.states[0], a->counts[0], &first);
    lk_formula_sign(d, LK_SIGN_GIVEN);
    first = true;
    append_states(d, a, a->sides[1], condition, a->counts[1], &first);
    append_states(d, a, a->given, a->difference.given, a->given_count, &first);
    lk_formula_sign(d, LK_SIGN_CLOSE);
}

typedef struct probability {
    const lk_independence *answer;
    int index; // of the two that are compared
} probability;

// P(B=b|E=e,W=w) = 0.3
static void write_value(lk_document *d, const void *subject) {
    const probability *p = subject;
    const lk_difference *difference = &p->answer->difference;
    lk_document_formula(d);
    write_probability(d, p->answer, p->index ? difference->other : difference->states[1]);
    lk_formula_sign(d, LK_SIGN_EQUALS);
    lk_formula_value(d, difference->probability[p->index],
                     difference->exact ? &difference->fractions[p->index] : NULL);
    lk_document_formula_end(d);
}

// P(B=b|E=e) = P(B=b|E=not_e) = 3/10
static void write_equality(lk_document *d, const void *subject) {
    const lk_independence *a = subject;
    const lk_difference *difference = &a->difference;
    lk_document_formula(d);
    write_probability(d, a, difference->states[1]);
    lk_formula_sign(d, LK_SIGN_EQUALS);
    write_probability(d, a, difference->other);
    lk_formula_sign(d, LK_SIGN_EQUALS);
    lk_formula_value(d, difference->probability[0], &difference->fractions[0]);
    lk_document_formula_end(d);
}

static void write_largest(lk_document *d, const void *subject) {
    const lk_difference *difference = subject;
    if (!difference->exact) {
        lk_say_slot(d, lk_number(difference->largest));
        return;
    }
    lk_document_formula(d);
    lk_formula_value(d, difference->largest, &difference->largest_fraction);
    lk_document_formula_end(d);
}

static void say_nearly_equal(lk_document *d, double tolerance) {
    char digits[40];
    snprintf(digits, sizeof digits, "%.3g", tolerance);
    LK_SAY(d, LK_SAY_NEARLY_EQUAL, lk_said(digits));
}

static void append_difference(lk_document *d, const lk_independence *a) {
    const lk_difference *difference = &a->difference;
    const probability values[] = {{a, 0}, {a, 1}};
    if (!difference->compared)
        lk_say(d, LK_SAY_NOTHING_TO_COMPARE);
    else if (difference->equal && difference->exact)
        LK_SAY(d, LK_SAY_ALL_EQUAL, lk_written(write_equality, a));
    else if (difference->equal)
        say_nearly_equal(d, a->tolerance);
    else
        LK_SAY(d, LK_SAY_LARGEST_DIFFERENCE, lk_written(write_largest, difference),
               lk_written(write_value, &values[0]), lk_written(write_value, &values[1]));
}

static lk_phrase agreement_of(const lk_independence *a) {
    bool equal = a->difference.equal;
    if (a->separated) return equal ? LK_SAY_AGREE_INDEPENDENT : LK_SAY_DISAGREE_SEPARATED;
    if (!equal) return LK_SAY_AGREE_DEPENDENT;
    return trail_or_path(a, LK_SAY_DISAGREE_TRAIL, LK_SAY_DISAGREE_PATH);
}

void lk_write_difference_reason(lk_document *d, const void *subject) {
    const lk_independence *a = subject;
    const lk_difference *difference = &a->difference;
    lk_slot message[1];
    if (difference->why_not == LK_NO_NUMBERS)
        lk_say(d, LK_SAY_NO_NUMBERS);
    else if (difference->why_not == LK_TOO_MANY_STATES)
        LK_SAY(d, LK_SAY_TOO_MANY_STATES, lk_said(difference->cells), lk_count(LK_MOST_COMPARED));
    else
        lk_say_slot(d, lk_because(message, difference->status, difference->message));
}

void lk_write_difference(lk_document *d, const lk_independence *a) {
    lk_document_paragraph(d);
    if (a->difference.available) {
        append_difference(d, a);
        lk_say(d, agreement_of(a));
    } else {
        LK_SAY(d, LK_SAY_NOT_COMPARED, lk_written(lk_write_difference_reason, a));
    }
    lk_document_paragraph_end(d);
}

// ---- What would change it -----------------------------------------------------------------------

static bool find_arrow(const lk_independence *a, uint32_t *left, uint32_t *right) {
    for (size_t i = 0; i < a->counts[0]; i++)
        for (size_t k = 0; k < a->counts[1]; k++) {
            *left = a->sides[0][i], *right = a->sides[1][k];
            if (lk_are_neighbours(&a->question, *left, *right)) return true;
        }
    return false;
}

static void append_impossible(lk_document *d, const lk_independence *a) {
    uint32_t left, right;
    if (a->separated) {
        lk_say(d, LK_SAY_NOTHING_CONNECTS);
    } else if (find_arrow(a, &left, &right)) {
        const names ends[] = {{a, &left, 1}, {a, &right, 1}};
        LK_SAY(d, trail_or_path(a, LK_SAY_NOTHING_SEPARATES_ARROW, LK_SAY_NOTHING_SEPARATES_EDGE),
               lk_written(write_names, &ends[0]), lk_written(write_names, &ends[1]));
    } else {
        lk_say(d, LK_SAY_NOTHING_SEPARATES);
    }
}

static lk_phrase changed_verdict(const lk_independence *a) {
    if (is_markov(a)) return a->separated ? LK_SAY_WOULD_BE_CONNECTED : LK_SAY_WOULD_BE_SEPARATED;
    return a->separated ? LK_SAY_WOULD_BE_D_CONNECTED : LK_SAY_WOULD_BE_D_SEPARATED;
}

static void append_possible(lk_document *d, const lk_independence *a) {
    const lk_change *change = &a->change;
    const names sets[] = {{a, change->add, change->add_count},
                          {a, change->remove, change->remove_count}};
    const lk_slot both[] = {lk_written(write_names, &sets[0]), lk_written(write_names, &sets[1])};
    lk_phrase condition = change->remove_count == 0 ? LK_SAY_IF_OBSERVED
                          : change->add_count == 0  ? LK_SAY_IF_NOT_OBSERVED
                                                    : LK_SAY_IF_BOTH;
    LK_SAY(d, changed_verdict(a), lk_phrased(condition, both + (change->add_count == 0)));
}

void lk_write_change(lk_document *d, const lk_independence *a) {
    lk_document_paragraph(d);
    if (a->change.possible)
        append_possible(d, a);
    else
        append_impossible(d, a);
    lk_document_paragraph_end(d);
}

// ---- The whole ----------------------------------------------------------------------------------

static void write_all(lk_document *d, const lk_independence *a, const char *title) {
    lk_document_begin(d, title);
    lk_write_verdict(d, a);
    lk_write_trails(d, a);
    lk_write_difference(d, a);
    lk_write_change(d, a);
    lk_document_end(d);
}

static lk_status write_title(lk_buffer *title, lk_language language, const lk_independence *a) {
    lk_document plain = lk_document_open(title, &(lk_document_options){.language = language});
    write_question(&plain, a, LK_SAY_INDEPENDENT, LK_SAY_INDEPENDENT_GIVEN);
    return lk_document_finish(&plain);
}

lk_status lk_independence_to_document(lk_buffer *out, const lk_independence *a,
                                      const lk_document_options *options) {
    lk_buffer title = lk_buffer_make(a->context);
    lk_document d = lk_document_open(out, options);
    lk_status status = write_title(&title, d.language, a);
    write_all(&d, a, lk_buffer_text(&title));
    lk_buffer_free(&title);
    lk_status written = lk_document_finish(&d);
    return status == LK_OK ? written : status;
}
