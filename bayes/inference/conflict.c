// A minimal set of findings that contradict each other, by deletion: leave out one finding after
// the other, and put it back when the rest becomes possible.
#include "inference/conflict.h"

#include "inference/eliminate.h"

typedef struct trial {
    lk_arena arena;
    lk_arena scratch;
    lk_workspace workspace;
} trial;

static lk_status run_trial(trial *t, lk_wide *probability, const lk_network *network,
                           const bool *observed, const uint32_t *states) {
    lk_plan_request request = {.network = network, .observed = observed};
    lk_plan plan;
    LK_TRY(lk_plan_make(&t->arena, &plan, &t->scratch, &request, true));
    LK_TRY(lk_workspace_reserve(&t->workspace, &plan));
    const lk_factor *result;
    LK_TRY(lk_plan_execute(&t->workspace, &result, &plan, states));
    probability->mantissa = lk_factor_sum(result, &probability->exponent);
    return LK_OK;
}

lk_status lk_evidence_probability(const lk_network *network, lk_wide *probability,
                                  const bool *observed, const uint32_t *states) {
    lk_context *context = network->context;
    trial t = {lk_arena_make(context, 0), lk_arena_make(context, 0), lk_workspace_make(context)};
    lk_status status = run_trial(&t, probability, network, observed, states);
    lk_workspace_release(&t.workspace);
    lk_arena_release(&t.scratch);
    lk_arena_release(&t.arena);
    return status;
}

// Leaves in `observed` a set that is impossible and becomes possible without any of its findings.
// (A finding stays as well when the trial without it is too large to be made.)
static lk_status minimize(const lk_network *network, bool *observed, const uint32_t *states) {
    for (uint32_t v = 0; v < network->count; v++) {
        if (!observed[v]) continue;
        observed[v] = false;
        lk_wide probability;
        lk_status status = lk_evidence_probability(network, &probability, observed, states);
        if (status != LK_OK && status != LK_ERROR_LIMIT) return status;
        if (status == LK_ERROR_LIMIT || probability.mantissa != 0) observed[v] = true;
    }
    return LK_OK;
}

// What the message says of the findings; how many there are.
static uint32_t describe(const lk_network *network, lk_buffer *text, const bool *conflict,
                         const uint32_t *states) {
    uint32_t count = 0;
    for (uint32_t v = 0; v < network->count; v++) {
        if (!conflict[v]) continue;
        const lk_variable *variable = &network->variables[v];
        lk_buffer_printf(text, "%s%s", count++ ? ", " : "", variable->name);
        // The name of one that carries a likelihood says what was seen.
        if (variable->seen_of == LK_NO_VARIABLE)
            lk_buffer_printf(text, "=%s", variable->states[states[v]]);
    }
    return count;
}

// The variables that the findings are about, each once, for those who read no messages. What is
// known with a likelihood is marked in `conflict` as what is observed.
static void list_variables(const lk_network *network, lk_buffer *names, bool *conflict) {
    for (uint32_t v = 0; v < network->count; v++) {
        uint32_t about = network->variables[v].seen_of;
        if (!conflict[v] || about == LK_NO_VARIABLE) continue;
        conflict[v] = false;
        conflict[about] = true;
    }
    for (uint32_t v = 0; v < network->count; v++) {
        const char *name = network->variables[v].name;
        if (conflict[v]) lk_buffer_append(names, name, strlen(name) + 1);
    }
}

static lk_status fail_with(const lk_network *network, const lk_buffer *text, uint32_t count,
                           const lk_buffer *names) {
    lk_context *context = network->context;
    LK_TRY(lk_buffer_status(text));
    LK_TRY(lk_buffer_status(names));
    if (count == 0)
        return lk_fail(context, LK_ERROR_IMPOSSIBLE,
                       "the potentials have the product 0 in every joint state, with or without "
                       "evidence");
    lk_fail(context, LK_ERROR_IMPOSSIBLE, "the evidence has probability zero: %.800s %s",
            lk_buffer_text(text), count == 1 ? "never occurs" : "never occur together");
    lk_fail_about(context, names);
    return LK_ERROR_IMPOSSIBLE;
}

lk_status lk_fail_impossible(const lk_network *network, const bool *observed,
                             const uint32_t *states) {
    bool *conflict = lk_alloc(network->context, network->count, sizeof *conflict);
    LK_NEED(conflict);
    memcpy(conflict, observed, network->count * sizeof *conflict);
    lk_buffer text = lk_buffer_make(network->context), names = lk_buffer_make(network->context);
    lk_status status = minimize(network, conflict, states);
    if (status == LK_OK) {
        uint32_t count = describe(network, &text, conflict, states);
        list_variables(network, &names, conflict);
        status = fail_with(network, &text, count, &names);
    }
    lk_buffer_free(&names);
    lk_buffer_free(&text);
    lk_free(network->context, conflict);
    return status;
}
