#include "network/evidence_json.h"

// {"not":["a"]} where the likelihoods are 0 or 1, else {"likelihood":{"a":0.3,"b":0.7}}.
static void add_likelihood(lk_json_writer *writer, const lk_network *network,
                           const lk_variable *child, const char *name) {
    const lk_variable *v = &network->variables[child->seen_of];
    bool excludes = true;
    for (uint32_t s = 0; s < v->state_count; s++)
        if (child->table[2 * s] != 0 && child->table[2 * s] != 1) excludes = false;
    lk_json_begin_object(writer, name);
    if (excludes)
        lk_json_begin_array(writer, "not");
    else
        lk_json_begin_object(writer, "likelihood");
    for (uint32_t s = 0; s < v->state_count; s++) {
        if (!excludes)
            lk_json_add_number(writer, v->states[s], child->table[2 * s]);
        else if (child->table[2 * s] == 0)
            lk_json_add_string(writer, NULL, v->states[s]);
    }
    lk_json_end(writer);
    lk_json_end(writer);
}

typedef struct pieces {
    const lk_network *network;
    const uint32_t *evidence; // observed variables, children that carry likelihoods among them
    size_t count;
    const uint32_t *states;
} pieces;

// The variable that a piece of evidence speaks of.
static uint32_t subject(const pieces *p, size_t i) {
    const lk_variable *v = &p->network->variables[p->evidence[i]];
    return v->seen_of == LK_NO_VARIABLE ? p->evidence[i] : v->seen_of;
}

// The first piece from `i` on that speaks of the same variable; `count` when there is none.
static size_t next_piece(const pieces *p, size_t i, uint32_t variable) {
    while (i < p->count && subject(p, i) != variable) i++;
    return i;
}

static void add_piece(lk_json_writer *writer, const pieces *p, size_t i, const char *name) {
    const lk_variable *variable = &p->network->variables[p->evidence[i]];
    const char *state = variable->states[p->states[p->evidence[i]]];
    if (variable->seen_of != LK_NO_VARIABLE) {
        add_likelihood(writer, p->network, variable, name);
    } else if (variable->is_set) {
        lk_json_begin_object(writer, name);
        lk_json_add_string(writer, "do", state);
        lk_json_end(writer);
    } else {
        lk_json_add_string(writer, name, state);
    }
}

// All that is known of a variable of which piece `i` is the first to speak.
static void add_subject(lk_json_writer *writer, const pieces *p, size_t i) {
    uint32_t variable = subject(p, i);
    const char *name = p->network->variables[variable].name;
    if (next_piece(p, i + 1, variable) == p->count) {
        add_piece(writer, p, i, name);
        return;
    }
    lk_json_begin_array(writer, name);
    for (; i < p->count; i = next_piece(p, i + 1, variable)) add_piece(writer, p, i, NULL);
    lk_json_end(writer);
}

void lk_json_add_evidence(lk_json_writer *writer, const lk_network *network,
                          const uint32_t *evidence, size_t count, const uint32_t *states) {
    pieces p = {network, evidence, count, states};
    bool is_soft = false; // without likelihoods no variable has two pieces
    for (size_t i = 0; i < count; i++)
        is_soft |= network->variables[evidence[i]].seen_of != LK_NO_VARIABLE;
    lk_json_begin_object(writer, "evidence");
    for (size_t i = 0; i < count; i++) {
        if (!is_soft)
            add_piece(writer, &p, i, network->variables[evidence[i]].name);
        else if (next_piece(&p, 0, subject(&p, i)) == i)
            add_subject(writer, &p, i);
    }
    lk_json_end(writer);
}
