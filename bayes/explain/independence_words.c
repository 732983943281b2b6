// The answer to a question of independence in words.
#include "explain/independence_words.h"
#include "explain/document.h"
#include "explain/independence.h"

static const char *name_of(const lk_independence *a, uint32_t variable) {
    return a->network->variables[variable].name;
}

static bool is_markov(const lk_independence *a) { return a->network->is_markov; }

// What a trail is called, and one that nothing blocks.
static const char *trail_word(const lk_independence *a) { return is_markov(a) ? "path" : "trail"; }
static const char *active_word(const lk_independence *a) {
    return is_markov(a) ? "open" : "active";
}

static void append_name(lk_document *d, const lk_independence *a, uint32_t variable) {
    lk_document_formula(d);
    lk_formula_name(d, name_of(a, variable));
    lk_document_formula_end(d);
}

static void append_names(lk_document *d, const lk_independence *a, const uint32_t *variables,
                         size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (i) lk_document_text(d, i + 1 < count ? ", " : " and ");
        append_name(d, a, variables[i]);
    }
}

// ---- Trails ------------------------------------------------------------------------------------

void lk_write_trail(lk_document *d, const lk_independence *a, const lk_trail *trail) {
    lk_document_formula(d);
    lk_formula_name(d, name_of(a, trail->path[0]));
    for (uint32_t i = 1; i < trail->length; i++) {
        bool right = lk_is_parent(a->network, trail->path[i - 1], trail->path[i]);
        lk_formula_sign(d, is_markov(a) ? LK_SIGN_EDGE : right ? LK_SIGN_RIGHT : LK_SIGN_LEFT);
        lk_formula_name(d, name_of(a, trail->path[i]));
    }
    lk_document_formula_end(d);
}

// "fork, observed: blocked"
static void append_junction(lk_document *d, const lk_independence *a, const lk_trail *trail,
                            uint32_t index) {
    lk_junction junction = lk_trail_junction(a->network, trail, index);
    uint32_t at = trail->path[index], opener = a->question.opened_by[at];
    append_name(d, a, at);
    lk_document_text(d, ": ");
    if (junction != LK_UNDIRECTED) lk_document_text(d, "%s, ", lk_junction_name(junction));
    if (junction != LK_COLLIDER) {
        lk_document_text(d, a->observed[at] ? "observed, blocks" : "not observed, open");
    } else if (opener == LK_NO_VARIABLE) {
        lk_document_text(d, "neither it nor a descendant is observed, blocks");
    } else if (opener == at) {
        lk_document_text(d, "observed, open");
    } else {
        lk_document_text(d, "its descendant ");
        append_name(d, a, opener);
        lk_document_text(d, " is observed, open");
    }
}

void lk_write_trail_reasons(lk_document *d, const lk_independence *a, const lk_trail *trail) {
    if (trail->length == 2)
        lk_document_text(d, " An %s, which nothing blocks.", is_markov(a) ? "edge" : "arrow");
    for (uint32_t i = 1; i + 1 < trail->length; i++) {
        lk_document_text(d, i > 1 ? "; " : " ");
        append_junction(d, a, trail, i);
    }
    if (trail->length > 2) lk_document_text(d, ".");
}

static void append_trail(lk_document *d, const lk_independence *a, const lk_trail *trail) {
    lk_document_item(d);
    lk_write_trail(d, a, trail);
    if (trail->active) {
        lk_document_text(d, " is %s.", active_word(a));
    } else {
        lk_document_text(d, " is blocked at ");
        append_name(d, a, trail->path[trail->blocked_at]);
        lk_document_text(d, ".");
    }
    lk_write_trail_reasons(d, a, trail);
    lk_document_item_end(d);
}

static void append_count(lk_document *d, const lk_independence *a) {
    const lk_trail_list *list = &a->trails;
    const char *bound = list->complete ? "" : "More than ";
    lk_document_text(d, "%s%llu %s%s, ", bound, (unsigned long long)list->total, trail_word(a),
                     list->total == 1 ? "" : "s");
    lk_document_text(d, "%s%llu %s", list->complete ? "" : "at least ",
                     (unsigned long long)list->active, active_word(a));
    if (list->count < list->total) lk_document_text(d, "; %zu are listed", list->count);
    if (!list->complete) lk_document_text(d, "; counting ended after %d steps", LK_TRAIL_STEPS);
    lk_document_text(d, ".");
}

void lk_write_trails(lk_document *d, const lk_independence *a) {
    if (a->trails.count == 0) return;
    lk_document_paragraph(d);
    append_count(d, a);
    lk_document_paragraph_end(d);
    lk_document_list(d);
    for (size_t i = 0; i < a->trails.count; i++) append_trail(d, a, &a->trails.trails[i]);
    lk_document_list_end(d);
}

// ---- The verdict -------------------------------------------------------------------------------

static void append_set(lk_buffer *text, const lk_independence *a, const uint32_t *variables,
                       size_t count) {
    if (count > 1) lk_buffer_append_byte(text, '{');
    for (size_t i = 0; i < count; i++)
        lk_buffer_printf(text, "%s%s", i ? ", " : "", name_of(a, variables[i]));
    if (count > 1) lk_buffer_append_byte(text, '}');
}

void lk_append_independence_question(lk_buffer *text, const lk_independence *a) {
    lk_buffer_append_text(text, "Are ");
    append_set(text, a, a->sides[0], a->counts[0]);
    lk_buffer_append_text(text, " and ");
    append_set(text, a, a->sides[1], a->counts[1]);
    lk_buffer_append_text(text, " independent");
    if (a->given_count > 0) lk_buffer_append_text(text, " given ");
    append_set(text, a, a->given, a->given_count);
    lk_buffer_append_byte(text, '?');
}

void lk_write_verdict(lk_document *d, const lk_independence *a) {
    const char *prefix = is_markov(a) ? "" : "d-";
    lk_buffer verdict = lk_buffer_make(d->out->context);
    lk_buffer_printf(&verdict, "%s: %s%s.", a->separated ? "Yes" : "No", prefix,
                     a->separated ? "separated" : "connected");
    if (verdict.status != LK_OK) d->out->status = verdict.status;
    lk_document_paragraph(d);
    lk_document_strong(d, lk_buffer_text(&verdict));
    lk_buffer_free(&verdict);
    if (!a->separated)
        lk_document_text(d, " A %s is %s, so that the structure does not make them independent.",
                         trail_word(a), active_word(a));
    else if (a->trails.count > 0)
        lk_document_text(d,
                         " Every %s is blocked, so that they are independent whatever the "
                         "numbers.",
                         trail_word(a));
    else
        lk_document_text(d,
                         " No %s leads from one to the other, so that they are independent "
                         "whatever the numbers.",
                         trail_word(a));
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

// P(B=b|E=e,W=w) = 0.3
static void append_probability(lk_document *d, const lk_independence *a, const uint32_t *condition,
                               int index) {
    const lk_difference *difference = &a->difference;
    lk_document_formula(d);
    write_probability(d, a, condition);
    lk_formula_sign(d, LK_SIGN_EQUALS);
    lk_formula_value(d, difference->probability[index],
                     difference->exact ? &difference->fractions[index] : NULL);
    lk_document_formula_end(d);
}

// P(B=b|E=e) = P(B=b|E=not_e) = 3/10
static void append_equality(lk_document *d, const lk_independence *a) {
    const lk_difference *difference = &a->difference;
    lk_document_text(d, "All conditional probabilities are equal, as fractions, such as ");
    lk_document_formula(d);
    write_probability(d, a, difference->states[1]);
    lk_formula_sign(d, LK_SIGN_EQUALS);
    write_probability(d, a, difference->other);
    lk_formula_sign(d, LK_SIGN_EQUALS);
    lk_formula_value(d, difference->probability[0], &difference->fractions[0]);
    lk_document_formula_end(d);
    lk_document_text(d, ". ");
}

static void append_largest(lk_document *d, const lk_difference *difference) {
    if (!difference->exact) {
        lk_document_text(d, "%.6g", difference->largest);
        return;
    }
    lk_document_formula(d);
    lk_formula_value(d, difference->largest, &difference->largest_fraction);
    lk_document_formula_end(d);
}

static void append_difference(lk_document *d, const lk_independence *a) {
    const lk_difference *difference = &a->difference;
    if (!difference->compared) {
        lk_document_text(d, "There is nothing to compare: the second side has only one state that "
                            "is possible. ");
        return;
    }
    if (difference->equal && difference->exact) {
        append_equality(d, a);
        return;
    }
    if (difference->equal) {
        lk_document_text(d, "No conditional probability differs by more than %.3g. ", a->tolerance);
        return;
    }
    lk_document_text(d, "The largest difference is ");
    append_largest(d, difference);
    lk_document_text(d, ": ");
    append_probability(d, a, difference->states[1], 0);
    lk_document_text(d, " and ");
    append_probability(d, a, difference->other, 1);
    lk_document_text(d, ". ");
}

static void append_agreement(lk_document *d, const lk_independence *a) {
    bool equal = a->difference.equal;
    if (a->separated && equal)
        lk_document_text(d, "The numbers agree: they are independent.");
    else if (a->separated)
        lk_document_text(d, "The numbers disagree by more than rounding explains.");
    else if (!equal)
        lk_document_text(d, "The numbers agree: they depend on each other.");
    else
        lk_document_text(d,
                         "The numbers disagree with the structure: they happen to be independent, "
                         "though a %s is %s.",
                         trail_word(a), active_word(a));
}

void lk_write_difference(lk_document *d, const lk_independence *a) {
    lk_document_paragraph(d);
    if (a->difference.available) {
        append_difference(d, a);
        append_agreement(d, a);
    } else {
        lk_document_text(d, "The numbers were not compared: %s.", a->difference.reason);
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
        lk_document_text(d, "No observation connects them.");
    } else if (find_arrow(a, &left, &right)) {
        lk_document_text(d, "No observation separates them: an %s joins ",
                         is_markov(a) ? "edge" : "arrow");
        append_name(d, a, left);
        lk_document_text(d, " and ");
        append_name(d, a, right);
        lk_document_text(d, ".");
    } else {
        lk_document_text(d, "No observation separates them.");
    }
}

void lk_write_change(lk_document *d, const lk_independence *a) {
    const lk_change *change = &a->change;
    lk_document_paragraph(d);
    if (change->possible) {
        lk_document_text(d, "They would be %s%s", is_markov(a) ? "" : "d-",
                         a->separated ? "connected" : "separated");
        if (change->add_count > 0) lk_document_text(d, " if one also observed ");
        append_names(d, a, change->add, change->add_count);
        if (change->add_count > 0 && change->remove_count > 0) lk_document_text(d, " and");
        if (change->remove_count > 0) lk_document_text(d, " if one did not observe ");
        append_names(d, a, change->remove, change->remove_count);
        lk_document_text(d, ".");
    } else {
        append_impossible(d, a);
    }
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

lk_status lk_independence_to_document(lk_buffer *out, const lk_independence *a,
                                      lk_document_format format) {
    lk_buffer title = lk_buffer_make(a->context);
    lk_document d = lk_document_make(out, format);
    lk_append_independence_question(&title, a);
    write_all(&d, a, lk_buffer_text(&title));
    lk_status status = lk_buffer_status(&title);
    lk_buffer_free(&title);
    lk_status written = lk_document_finish(&d);
    return status == LK_OK ? written : status;
}
