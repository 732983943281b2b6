// Carrying out a plan in natural numbers, a piece at a time.
#include "exact/exact.h"

#include <math.h>

// ---- Loops -------------------------------------------------------------------------------------

lk_status lk_loops_make(lk_arena *arena, lk_loops *loops, const lk_network *network,
                        const uint32_t *variables, uint32_t count, uint32_t tracks) {
    *loops = (lk_loops){.count = count, .tracks = tracks, .variables = variables};
    loops->extents = lk_arena_alloc(arena, count, sizeof *loops->extents);
    loops->turns = lk_arena_alloc_zero(arena, count, sizeof *loops->turns);
    loops->strides = lk_arena_alloc_zero(arena, (size_t)count * tracks, sizeof *loops->strides);
    loops->indices = lk_arena_alloc_zero(arena, tracks, sizeof *loops->indices);
    LK_NEED(loops->extents);
    LK_NEED(loops->turns);
    LK_NEED(loops->strides);
    LK_NEED(loops->indices);
    for (uint32_t i = 0; i < count; i++)
        loops->extents[i] = network->variables[variables[i]].state_count;
    return LK_OK;
}

void lk_loops_set_track(lk_loops *loops, uint32_t track, const lk_network *network,
                        const uint32_t *scope, uint32_t size) {
    size_t stride = 1;
    for (uint32_t i = size; i-- > 0;) {
        for (uint32_t k = 0; k < loops->count; k++)
            if (loops->variables[k] == scope[i])
                loops->strides[(size_t)track * loops->count + k] = stride;
        stride *= network->variables[scope[i]].state_count;
    }
}

static void move_tracks(lk_loops *loops, uint32_t loop, size_t turns, bool back) {
    for (uint32_t t = 0; t < loops->tracks; t++) {
        size_t distance = turns * loops->strides[(size_t)t * loops->count + loop];
        loops->indices[t] = back ? loops->indices[t] - distance : loops->indices[t] + distance;
    }
}

bool lk_loops_next(lk_loops *loops) {
    for (uint32_t i = loops->count; i-- > 0;) {
        if (++loops->turns[i] < loops->extents[i]) {
            move_tracks(loops, i, 1, false);
            return true;
        }
        loops->turns[i] = 0;
        move_tracks(loops, i, loops->extents[i] - 1, true);
    }
    return false;
}

// ---- Foreseeing --------------------------------------------------------------------------------

static double words(size_t bits) {
    size_t whole = bits / 64;
    return (double)(whole + 1);
}

static lk_status set_size(lk_elimination *run, lk_exact_factor *factor, size_t bits) {
    if (bits > LK_NATURAL_BITS) return lk_natural_refuse(run->context);
    factor->bits = bits;
    factor->width = bits / LK_LIMB_BITS + 1;
    double digits = ceil((double)bits * 0.30103);
    if (digits > run->digits) run->digits = digits;
    return LK_OK;
}

static double bytes_of(const lk_elimination *run, uint32_t factor) {
    return run->plan->factors[factor].cells * (double)run->factors[factor].width * sizeof(lk_limb);
}

// Sizes of the output of a step: its bits are those of a product of the inputs, and those by which
// adding up may make that longer.
static lk_status foresee_step(lk_elimination *run, const lk_plan_step *step) {
    size_t bits = 0;
    lk_exact_factor *output = &run->factors[step->output];
    LK_TRY(lk_natural_from_word(&run->arena, &output->denominator, 1));
    for (uint32_t i = 0; i < step->input_count; i++) {
        const lk_exact_factor *input = &run->factors[step->inputs[i]];
        if (i > 0) run->work += step->join_cells * words(bits) * words(input->bits);
        bits += input->bits;
        if (bits > LK_NATURAL_BITS) return lk_natural_refuse(run->context);
        LK_TRY(lk_natural_multiply(&run->arena, &output->denominator, output->denominator,
                                   input->denominator));
    }
    int growth; // each cell is the sum of less than 2^growth products
    frexp(step->join_cells / run->plan->factors[step->output].cells, &growth);
    bits += (size_t)growth;
    run->work += step->join_cells * words(bits);
    return set_size(run, output, bits);
}

static lk_status foresee(lk_elimination *run) {
    const lk_plan *plan = run->plan;
    for (uint32_t i = 0; i < plan->initial_count; i++) {
        const lk_exact_table *table = &run->input->tables[plan->factors[i].table];
        run->factors[i].denominator = table->denominator;
        LK_TRY(set_size(run, &run->factors[i], table->bits));
    }
    double alive = 0;
    for (uint32_t s = 0; s < plan->step_count; s++) {
        const lk_plan_step *step = &plan->steps[s];
        LK_TRY(foresee_step(run, step));
        alive += bytes_of(run, step->output);
        for (uint32_t i = 0; i < step->input_count; i++)
            if (step->inputs[i] < plan->initial_count) alive += bytes_of(run, step->inputs[i]);
        if (alive > run->bytes) run->bytes = alive;
        for (uint32_t i = 0; !run->keep_all && i < step->input_count; i++)
            alive -= bytes_of(run, step->inputs[i]);
    }
    double limit = (double)lk_context_memory_limit(run->context);
    if (run->bytes <= limit) return LK_OK;
    return lk_fail(
        run->context, LK_ERROR_LIMIT,
        "the exact answer needs %.4g bytes, for numbers of up to %.0f digits; the memory "
        "limit is %.4g bytes",
        run->bytes, run->digits, limit);
}

lk_status lk_exact_check_work(lk_context *context, double work, double digits) {
    if (work <= LK_EXACT_MOST_WORK) return LK_OK;
    return lk_fail(context, LK_ERROR_LIMIT,
                   "the exact answer needs %.3g multiplications of words, for numbers of up to "
                   "%.0f digits; the limit is %.3g",
                   work, digits, LK_EXACT_MOST_WORK);
}

// ---- Beginning and end -------------------------------------------------------------------------

lk_elimination lk_elimination_make(lk_context *context, const lk_exact_input *input) {
    return (lk_elimination){.context = context,
                            .input = input,
                            .arena = lk_arena_make(context, 0),
                            .scratch = lk_arena_make(context, 0)};
}

static void give_back(lk_elimination *run, uint32_t factor) {
    lk_free(run->context, run->factors[factor].cells);
    run->factors[factor].cells = NULL;
}

static void give_back_all(lk_elimination *run) {
    if (!run->factors) return;
    for (uint32_t i = 0; i < run->plan->factor_count; i++) give_back(run, i);
    run->factors = NULL;
}

void lk_elimination_release(lk_elimination *run) {
    give_back_all(run);
    lk_arena_release(&run->arena);
    lk_arena_release(&run->scratch);
}

lk_status lk_elimination_start(lk_elimination *run, const lk_plan *plan, bool keep_all) {
    give_back_all(run);
    lk_arena_reset(&run->arena);
    lk_arena_reset(&run->scratch);
    run->plan = plan;
    run->keep_all = keep_all;
    run->step = 0;
    run->in_step = false;
    run->work = run->bytes = run->digits = 0;
    run->factors = lk_arena_alloc_zero(&run->arena, plan->factor_count, sizeof *run->factors);
    LK_NEED(run->factors);
    return foresee(run);
}

const lk_exact_factor *lk_elimination_result(const lk_elimination *run) {
    if (run->step < run->plan->step_count) return NULL;
    return &run->factors[run->plan->steps[run->plan->step_count - 1].output];
}

lk_status lk_exact_add_cells(lk_arena *arena, lk_natural *sum, const lk_exact_factor *factor,
                             size_t cells) {
    *sum = (lk_natural){NULL, 0};
    for (size_t i = 0; i < cells; i++)
        LK_TRY(lk_natural_add(arena, sum, *sum, lk_exact_cell(factor, i)));
    return LK_OK;
}

// ---- Working -----------------------------------------------------------------------------------

static lk_status take_cells(lk_elimination *run, uint32_t factor) {
    lk_exact_factor *made = &run->factors[factor];
    size_t cells = (size_t)run->plan->factors[factor].cells;
    made->cells = lk_alloc_zero(run->context, cells, made->width * sizeof(lk_limb));
    return made->cells ? LK_OK : LK_ERROR_MEMORY;
}

static lk_status begin_step(lk_elimination *run, const lk_plan_step *step) {
    const lk_plan_factor *shapes = run->plan->factors;
    const lk_network *network = run->input->network;
    lk_arena_reset(&run->scratch);
    for (uint32_t i = 0; i < step->input_count; i++) {
        uint32_t input = step->inputs[i];
        if (shapes[input].table == LK_NO_TABLE) continue;
        LK_TRY(take_cells(run, input));
        LK_TRY(lk_exact_load(&run->scratch, run->factors[input].cells, run->factors[input].width,
                             run->input, &shapes[input]));
    }
    LK_TRY(take_cells(run, step->output));
    LK_TRY(lk_loops_make(&run->scratch, &run->loops, network, step->join, step->join_size,
                         step->input_count + 1));
    lk_loops_set_track(&run->loops, 0, network, shapes[step->output].scope,
                       shapes[step->output].size);
    for (uint32_t i = 0; i < step->input_count; i++)
        lk_loops_set_track(&run->loops, i + 1, network, shapes[step->inputs[i]].scope,
                           shapes[step->inputs[i]].size);
    // A product fits the output; the room is for the limbs that are counted but empty.
    size_t room = run->factors[step->output].width + step->input_count + 1;
    for (int i = 0; i < 2; i++) {
        run->rooms[i] = lk_arena_alloc(&run->scratch, room, sizeof(lk_limb));
        LK_NEED(run->rooms[i]);
    }
    run->in_step = true;
    return LK_OK;
}

// Adds the product of the cells at hand to the output; returns how many words were multiplied.
static double add_product(lk_elimination *run, const lk_plan_step *step) {
    const size_t *indices = run->loops.indices;
    lk_limb one = 1;
    lk_natural product = {&one, 1};
    size_t multiplied = 1;
    for (uint32_t i = 0; i < step->input_count; i++) {
        lk_natural cell = lk_exact_cell(&run->factors[step->inputs[i]], indices[i + 1]);
        if (cell.count == 0) return (double)multiplied;
        multiplied += product.count * cell.count;
        product = i == 0 ? cell : lk_limbs_multiply(run->rooms[i % 2], product, cell);
    }
    lk_exact_factor *output = &run->factors[step->output];
    lk_limbs_add(output->cells + indices[0] * output->width, output->width, product);
    return (double)multiplied * LK_LIMB_BITS * LK_LIMB_BITS / (64 * 64);
}

static void end_step(lk_elimination *run, const lk_plan_step *step) {
    for (uint32_t i = 0; !run->keep_all && i < step->input_count; i++)
        give_back(run, step->inputs[i]);
    run->in_step = false;
    run->step++;
}

lk_status lk_elimination_next(lk_elimination *run, bool *done, double words_left) {
    *done = false;
    while (run->step < run->plan->step_count) {
        const lk_plan_step *step = &run->plan->steps[run->step];
        if (!run->in_step) LK_TRY(begin_step(run, step));
        do {
            if (words_left <= 0) return LK_OK;
            words_left -= add_product(run, step);
        } while (lk_loops_next(&run->loops));
        end_step(run, step);
    }
    *done = true;
    return LK_OK;
}
