// The boxes of a drawing: a name, bars with the probabilities of its states, or a set of variables.
#include "draw/drawing.h"

#include <math.h>
#include <stdio.h>

enum { MOST_BARS = 12 }; // states beyond are summed up in the last row

// Pixels; bold text is wider, and some fonts are.
static const double NAME_SIZE = 14, SMALL_SIZE = 12, BOLD = 1.13, ROOM = 1.06;
static const double PADDING = 12, LEAST_WIDTH = 48, MOST_NAME = 260, MOST_LABEL = 130;
static const double LINE_HEIGHT = 18, HEADER_HEIGHT = 32, BAR_WIDTH = 76, BAR_HEIGHT = 10;
static const double GAP = 8, NUMBER_WIDTH = 54, MOST_SET = 230;

static const lk_variable *variable_of(const lk_diagram *d, const lk_diagram_node *node) {
    return &d->network->variables[node->variable];
}

static uint32_t observed_state(const lk_diagram *d, uint32_t variable) {
    return d->states[variable];
}

static bool has_bars(const lk_diagram *d, const lk_diagram_node *node) {
    if (!d->options->posteriors) return false;
    return d->posteriors[node->variable] || observed_state(d, node->variable) != LK_NO_STATE;
}

// Without bars the name of an observed variable has its state.
static bool shows_state(const lk_diagram *d, uint32_t variable) {
    return observed_state(d, variable) != LK_NO_STATE && !d->options->posteriors;
}

// ---- Bars --------------------------------------------------------------------------------------

static double probability_of(const lk_diagram *d, uint32_t variable, uint32_t state) {
    uint32_t observed = observed_state(d, variable);
    if (observed != LK_NO_STATE) return state == observed ? 1 : 0;
    return d->posteriors[variable][state];
}

// The states that have rows of their own, in the order of the file. Where there are too many they
// are the likeliest. Returns how many.
static uint32_t choose_states(const lk_diagram *d, uint32_t variable, uint32_t *states) {
    uint32_t all = d->network->variables[variable].state_count;
    uint32_t most = all <= MOST_BARS ? MOST_BARS : MOST_BARS - 1, count = 0;
    for (uint32_t s = 0; s < all; s++) {
        if (count < most) {
            states[count++] = s;
            continue;
        }
        uint32_t least = 0;
        for (uint32_t i = 1; i < count; i++)
            if (probability_of(d, variable, states[i]) <=
                probability_of(d, variable, states[least]))
                least = i;
        if (probability_of(d, variable, s) <= probability_of(d, variable, states[least])) continue;
        memmove(states + least, states + least + 1, (count - least - 1) * sizeof *states);
        states[count - 1] = s;
    }
    return count;
}

static double labels_width(const lk_diagram *d, uint32_t variable) {
    uint32_t states[MOST_BARS], count = choose_states(d, variable, states);
    const lk_variable *v = &d->network->variables[variable];
    double width = count < v->state_count ? lk_text_width("99999 others", SMALL_SIZE * ROOM) : 0;
    for (uint32_t i = 0; i < count; i++)
        width = fmax(width, lk_text_width(v->states[states[i]], SMALL_SIZE * ROOM));
    return fmin(width, MOST_LABEL);
}

static void append_rectangle(lk_buffer *out, const char *class, double x, double y, double width,
                             double height, double radius) {
    lk_buffer_printf(out, "<rect class=\"%s\" x=\"", class);
    lk_append_length(out, x);
    lk_buffer_append_text(out, "\" y=\"");
    lk_append_length(out, y);
    lk_buffer_append_text(out, "\" width=\"");
    lk_append_length(out, width);
    lk_buffer_append_text(out, "\" height=\"");
    lk_append_length(out, height);
    lk_buffer_append_text(out, "\" rx=\"");
    lk_append_length(out, radius);
    lk_buffer_append_text(out, "\"/>");
}

static void begin_text(lk_buffer *out, const char *class, double x, double y) {
    lk_buffer_printf(out, "<text class=\"%s\" x=\"", class);
    lk_append_length(out, x);
    lk_buffer_append_text(out, "\" y=\"");
    lk_append_length(out, y);
    lk_buffer_append_text(out, "\">");
}

static void end_text(lk_buffer *out) { lk_buffer_append_text(out, "</text>\n"); }

// A label, a track with a bar, and a number.
static void append_row(lk_buffer *out, const lk_box *box, const char *label, double p, double x,
                       double y) {
    double bar = x + PADDING + box->labels + GAP, middle = y + LINE_HEIGHT / 2;
    begin_text(out, "lk-small", x + PADDING, middle + 4);
    lk_append_fitting(out, label, SMALL_SIZE * ROOM, box->labels + 1);
    end_text(out);
    double width = box->width - (bar - x) - NUMBER_WIDTH - PADDING;
    append_rectangle(out, "lk-track", bar, middle - BAR_HEIGHT / 2, width, BAR_HEIGHT, 2);
    if (p > 0)
        append_rectangle(out, "lk-bar", bar, middle - BAR_HEIGHT / 2, fmax(width * p, 1),
                         BAR_HEIGHT, 2);
    begin_text(out, "lk-small lk-right", x + box->width - PADDING, middle + 4);
    lk_append_percentage(out, p, "&lt;", "&gt;");
    end_text(out);
}

static void append_rows(lk_buffer *out, const lk_diagram *d, uint32_t variable, const lk_box *box,
                        double x, double y) {
    const lk_variable *v = &d->network->variables[variable];
    uint32_t states[MOST_BARS], count = choose_states(d, variable, states);
    double rest = 1;
    for (uint32_t i = 0; i < count; i++, y += LINE_HEIGHT) {
        double p = probability_of(d, variable, states[i]);
        rest -= p;
        append_row(out, box, v->states[states[i]], p, x, y);
    }
    if (count == v->state_count) return;
    char label[32];
    snprintf(label, sizeof label, "%u others", v->state_count - count);
    append_row(out, box, label, rest < 1e-9 ? 0 : rest, x, y);
}

// ---- Sets --------------------------------------------------------------------------------------

// Calls `end_of_line` where a line of the set's names ends.
typedef struct wrapper {
    double used;
    double widest;
    uint32_t lines;
} wrapper;

// Puts a name on its line; true when it begins a new one.
static bool place_name(wrapper *w, double width) {
    bool begins = w->lines == 0 || w->used + width > MOST_SET;
    if (begins) {
        w->lines++;
        w->used = 0;
    }
    w->used += width;
    w->widest = fmax(w->widest, w->used);
    return begins;
}

static void append_member(lk_buffer *out, const lk_diagram *d, uint32_t variable) {
    lk_buffer_append_text(out, d->network->variables[variable].name);
    if (!shows_state(d, variable)) return;
    lk_buffer_printf(out, " = %s",
                     d->network->variables[variable].states[observed_state(d, variable)]);
}

// What a member takes on its line, with the comma and the blank behind it.
static double member_width(const lk_diagram *d, uint32_t variable) {
    const lk_variable *v = &d->network->variables[variable];
    double width = lk_text_width(v->name, NAME_SIZE * BOLD) + lk_text_width(", ", NAME_SIZE);
    if (shows_state(d, variable))
        width += lk_text_width(v->states[observed_state(d, variable)], NAME_SIZE * BOLD) +
                 lk_text_width(" = ", NAME_SIZE);
    return fmin(width, MOST_SET);
}

static lk_box set_box(const lk_diagram *d, const lk_diagram_node *node) {
    wrapper w = {0};
    for (uint32_t i = 0; i < node->member_count; i++)
        place_name(&w, member_width(d, node->members[i]));
    double height = LINE_HEIGHT * w.lines + (node->is_separator ? 0 : LINE_HEIGHT) + 14;
    return (lk_box){fmax(w.widest, LEAST_WIDTH) + 2 * PADDING, height, 0};
}

static void append_set(lk_buffer *out, const lk_diagram *d, const lk_diagram_node *node,
                       const lk_box *box, double x, double y) {
    lk_buffer text = lk_buffer_make(out->context);
    wrapper w = {0};
    double middle = x + box->width / 2, line = y + 7;
    for (uint32_t i = 0; i < node->member_count; i++) {
        if (place_name(&w, member_width(d, node->members[i]))) {
            if (i > 0) end_text(out);
            begin_text(out, "lk-name", middle, line += LINE_HEIGHT - (i == 0 ? 4 : 0));
        }
        lk_buffer_clear(&text);
        append_member(&text, d, node->members[i]);
        lk_append_fitting(out, lk_buffer_text(&text), NAME_SIZE * BOLD, MOST_SET);
        if (i + 1 < node->member_count) lk_buffer_append_text(out, ", ");
    }
    end_text(out);
    if (lk_buffer_status(&text) != LK_OK) out->status = lk_buffer_status(&text);
    lk_buffer_free(&text);
    if (node->is_separator) return;
    double cells = lk_cells_of(d->network, node->members, node->member_count);
    begin_text(out, "lk-small lk-middle lk-quiet", middle, y + box->height - 11);
    lk_buffer_printf(out, cells < 1e15 ? "%.0f %s" : "%.0e %s", cells,
                     cells == 1 ? "cell" : "cells");
    end_text(out);
}

// ---- Boxes -------------------------------------------------------------------------------------

static double name_width(const lk_diagram *d, const lk_diagram_node *node) {
    const lk_variable *v = variable_of(d, node);
    double width = lk_text_width(v->name, NAME_SIZE * BOLD);
    if (shows_state(d, node->variable))
        width += lk_text_width(" = ", NAME_SIZE * BOLD) +
                 lk_text_width(v->states[observed_state(d, node->variable)], NAME_SIZE * BOLD);
    return fmin(width, MOST_NAME);
}

lk_box lk_box_of(const lk_diagram *d, const lk_diagram_node *node) {
    if (node->variable == LK_NO_VARIABLE) return set_box(d, node);
    lk_box box = {fmax(name_width(d, node), LEAST_WIDTH) + 2 * PADDING, HEADER_HEIGHT, 0};
    const char *mark = d->marks[node->variable];
    if (mark) {
        double width = fmin(lk_text_width(mark, SMALL_SIZE * ROOM), MOST_NAME);
        box.width = fmax(box.width, width + 2 * PADDING);
        box.height += LINE_HEIGHT;
    }
    if (node->step) {
        box.width =
            fmax(box.width, lk_text_width("eliminated 0000", SMALL_SIZE * ROOM) + 2 * PADDING);
        box.height += LINE_HEIGHT;
    }
    if (!has_bars(d, node)) return box;
    uint32_t states = variable_of(d, node)->state_count;
    box.labels = labels_width(d, node->variable);
    box.width = fmax(box.width, PADDING + box.labels + GAP + BAR_WIDTH + NUMBER_WIDTH + PADDING);
    box.height += LINE_HEIGHT * (states < MOST_BARS ? states : MOST_BARS) + GAP;
    return box;
}

static void append_name(lk_buffer *out, const lk_diagram *d, const lk_diagram_node *node, double x,
                        double y) {
    const lk_variable *v = variable_of(d, node);
    lk_buffer text = lk_buffer_make(out->context);
    append_member(&text, d, node->variable);
    begin_text(out, "lk-name", x, y);
    lk_append_fitting(out, lk_buffer_status(&text) == LK_OK ? lk_buffer_text(&text) : v->name,
                      NAME_SIZE * BOLD, MOST_NAME + 1);
    end_text(out);
    if (lk_buffer_status(&text) != LK_OK) out->status = lk_buffer_status(&text);
    lk_buffer_free(&text);
}

static void append_variable(lk_buffer *out, const lk_diagram *d, const lk_diagram_node *node,
                            const lk_box *box, double x, double y) {
    append_name(out, d, node, x + box->width / 2, y + HEADER_HEIGHT / 2 + 5);
    if (d->marks[node->variable]) {
        begin_text(out, "lk-small lk-middle", x + box->width / 2, y + HEADER_HEIGHT + 8);
        lk_append_fitting(out, d->marks[node->variable], SMALL_SIZE * ROOM, MOST_NAME + 1);
        end_text(out);
        y += LINE_HEIGHT;
    }
    if (node->step) {
        begin_text(out, "lk-small lk-middle lk-quiet", x + box->width / 2, y + HEADER_HEIGHT + 8);
        lk_buffer_printf(out, "eliminated %u", node->step);
        end_text(out);
        y += LINE_HEIGHT;
    }
    if (has_bars(d, node)) append_rows(out, d, node->variable, box, x, y + HEADER_HEIGHT);
}

// What a reader of screens or a resting pointer gets to know of a node.
static void append_names(lk_buffer *out, const char *before, const char *const *names,
                         uint32_t count) {
    for (uint32_t i = 0; i < count && i < MOST_BARS; i++) {
        lk_buffer_append_text(out, i ? ", " : before);
        lk_append_escaped(out, names[i]);
    }
    if (count > MOST_BARS) lk_buffer_printf(out, " and %u others", count - MOST_BARS);
}

static void append_title(lk_buffer *out, const lk_diagram *d, const lk_diagram_node *node) {
    lk_buffer_append_text(out, "<title>");
    if (node->variable == LK_NO_VARIABLE) {
        lk_buffer_append_text(out, node->is_separator ? "separator" : "clique");
        for (uint32_t i = 0; i < node->member_count; i++) {
            lk_buffer_append_text(out, i ? ", " : " ");
            lk_append_escaped(out, d->network->variables[node->members[i]].name);
        }
    } else {
        const lk_variable *v = variable_of(d, node);
        uint32_t observed = observed_state(d, node->variable);
        lk_append_escaped(out, v->name);
        append_names(out, ": ", v->states, v->state_count);
        if (observed != LK_NO_STATE) append_names(out, "; observed: ", v->states + observed, 1);
        if (d->marks[node->variable]) append_names(out, "; ", &d->marks[node->variable], 1);
    }
    lk_buffer_append_text(out, "</title>\n");
}

static const char *class_of(const lk_diagram *d, const lk_diagram_node *node) {
    if (node->variable == LK_NO_VARIABLE) return node->is_separator ? "lk-separator" : "lk-clique";
    if (observed_state(d, node->variable) != LK_NO_STATE) return "lk-box lk-observed";
    return d->marks[node->variable] ? "lk-box lk-hinted" : "lk-box";
}

void lk_append_box(lk_buffer *out, const lk_diagram *d, const lk_diagram_node *node,
                   const lk_box *box, double x, double y) {
    lk_buffer_append_text(out, "<g>");
    append_title(out, d, node);
    double radius = node->variable == LK_NO_VARIABLE ? (node->is_separator ? 0 : 14) : 6;
    append_rectangle(out, class_of(d, node), x, y, box->width, box->height, radius);
    lk_buffer_append_byte(out, '\n');
    if (node->variable == LK_NO_VARIABLE)
        append_set(out, d, node, box, x, y);
    else
        append_variable(out, d, node, box, x, y);
    lk_buffer_append_text(out, "</g>\n");
}
