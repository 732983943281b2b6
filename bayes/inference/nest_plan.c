#include "inference/nest_plan.h"

#include "pool.h"

#include <assert.h>
#include <math.h>

enum {
    LEAST_LINE = 48,        // cells that the line of a small join should have
    LEAST_CHOICE = 1 << 12, // cells of a join whose line is chosen by what it costs,
    SHORTEST_LINE = 16,     // from among those
    LONGEST_LINE = 1024,
    MANY_LINES = 4,           // of a join, for lists of offsets to be worth making
    VECTOR_RUN = 4,           // cells side by side that are worth a vector
    LEAST_PARALLEL = 1 << 14, // cells of a join that is worth several threads
    LEAST_PART = 1 << 11,     // cells of a part
    ENOUGH_PARTS = 16,        // for threads to end at about the same time
    SHARED_SHARE = 4          // of the cells of a join: so many may be those of shared outputs
};

// ---- Scopes ------------------------------------------------------------------------------------

double lk_scope_cells(const uint32_t *cardinalities, lk_scope scope) {
    double cells = 1;
    for (uint32_t i = 0; i < scope.size; i++) cells *= cardinalities[scope.ranks[i]];
    return cells;
}

bool lk_scope_contains(lk_scope scope, lk_scope part) {
    uint32_t i = 0;
    for (uint32_t k = 0; k < part.size; k++) {
        while (i < scope.size && scope.ranks[i] < part.ranks[k]) i++;
        if (i == scope.size || scope.ranks[i] != part.ranks[k]) return false;
    }
    return true;
}

uint32_t lk_scope_unite(uint32_t *out, lk_scope a, lk_scope b) {
    uint32_t i = 0, k = 0, size = 0;
    while (i < a.size && k < b.size) {
        uint32_t rank = a.ranks[i], other = b.ranks[k];
        out[size++] = rank < other ? rank : other;
        i += rank <= other;
        k += other <= rank;
    }
    while (i < a.size) out[size++] = a.ranks[i++];
    while (k < b.size) out[size++] = b.ranks[k++];
    return size;
}

uint32_t lk_scope_intersect(uint32_t *out, lk_scope a, lk_scope b) {
    uint32_t size = 0;
    for (uint32_t i = 0, k = 0; i < a.size && k < b.size;) {
        uint32_t rank = a.ranks[i], other = b.ranks[k];
        out[size] = rank; // stays if it is in both
        size += rank == other;
        i += rank <= other;
        k += other <= rank;
    }
    return size;
}

lk_status lk_scope_copy(lk_arena *arena, lk_scope *copy, lk_scope scope) {
    uint32_t *ranks = lk_arena_alloc(arena, scope.size, sizeof *ranks);
    LK_NEED(ranks);
    if (scope.size) memcpy(ranks, scope.ranks, scope.size * sizeof *ranks);
    *copy = (lk_scope){ranks, scope.size};
    return LK_OK;
}

// ---- Loops -------------------------------------------------------------------------------------

// A join being compiled. Loops are the variables of more than one state, slowest first; the last
// `line_loops` of them are the line, the others are wheels.
typedef struct compiler {
    lk_arena *arena;
    lk_arena *scratch;
    lk_join_plan *plan;
    const uint32_t *cardinalities;
    uint32_t inputs;
    uint32_t operands;
    uint32_t loops;
    uint32_t line_loops;
    bool has_constants; // there are variables of one state
    uint32_t extents[LK_NEST_WHEELS];
    uint32_t ranks[LK_NEST_WHEELS];
    uint32_t wheel_of[LK_NEST_WHEELS];
    uint32_t inner[LK_NEST_WHEELS + 1]; // cells of a line of so many loops
    size_t strides[LK_NEST_OPERANDS][LK_NEST_WHEELS];
    uint64_t moves[LK_NEST_OPERANDS]; // the loops that move the operand; bit 0 is the innermost
} compiler;

static uint32_t wheels_of(const compiler *c) { return c->loops - c->line_loops; }

static void set_loops(compiler *c, lk_scope join) {
    c->loops = 0;
    c->plan->cells = 1;
    for (uint32_t i = 0; i < join.size; i++) {
        uint32_t extent = c->cardinalities[join.ranks[i]];
        if (extent == 1) continue;
        c->plan->cells *= extent;
        assert(c->loops < LK_NEST_WHEELS);
        c->extents[c->loops] = extent;
        c->ranks[c->loops++] = join.ranks[i];
    }
    c->has_constants = c->loops < join.size;
    c->inner[0] = 1;
    for (uint32_t k = 0; k < c->loops; k++)
        c->inner[k + 1] = c->inner[k] * c->extents[c->loops - 1 - k];
}

// The variables of a scope that are loops; in `room` where not all of them are.
static lk_scope without_constants(const compiler *c, lk_scope scope, uint32_t *room) {
    if (!c->has_constants) return scope;
    uint32_t size = 0;
    for (uint32_t i = 0; i < scope.size; i++)
        if (c->cardinalities[scope.ranks[i]] > 1) room[size++] = scope.ranks[i];
    return (lk_scope){room, size};
}

// Here and in find_pattern operands differ in all that could be asked: nothing branches on it.
static void set_strides(compiler *c, uint32_t operand, lk_scope scope) {
    uint32_t room[LK_NEST_WHEELS], none = UINT32_MAX;
    scope = without_constants(c, scope, room);
    size_t stride = 1;
    uint64_t moves = 0;
    const uint32_t *ranks = scope.size ? scope.ranks : &none;
    for (uint32_t k = 0, left = scope.size; k < c->loops; k++) {
        uint32_t loop = c->loops - 1 - k;
        bool is_moving = (left > 0) & (ranks[left - (left > 0)] == c->ranks[loop]);
        c->strides[operand][loop] = stride * is_moving;
        stride *= 1 + (size_t)(c->extents[loop] - 1) * is_moving;
        moves |= (uint64_t)is_moving << k;
        left -= is_moving;
    }
    c->moves[operand] = moves;
}

// ---- Operands ----------------------------------------------------------------------------------

// The next loop, from the inside, whose bit is set.
static uint32_t next_loop(uint64_t bits, uint32_t from) {
    return from + (uint32_t)__builtin_ctzll(bits >> from);
}

// How an operand meets the line.
static void find_pattern(const compiler *c, lk_nest_operand *operand, uint32_t number) {
    const uint32_t *inner = c->inner, end = c->line_loops;
    assert(end < LK_NEST_WHEELS); // few make the longest line
    uint64_t moving = (c->moves[number] & ((UINT64_C(1) << end) - 1)) | UINT64_C(1) << end;
    uint64_t still = ~c->moves[number] | UINT64_C(1) << end;
    uint32_t run = next_loop(still, 0), spread = next_loop(moving, run);
    uint32_t blocks = next_loop(still, spread), repeats = next_loop(moving, blocks);
    operand->run = inner[run];
    operand->spread = inner[spread] / inner[run];
    operand->blocks = inner[blocks] / inner[spread];
    operand->repeats = inner[repeats] / inner[blocks];
    operand->cells = operand->run * operand->blocks;
    operand->offsets = NULL;
    operand->level = 0;
    for (uint32_t k = repeats; k < end; k++)
        if (moving >> k & 1) operand->cells *= c->extents[c->loops - 1 - k];
    operand->kind = operand->cells == 1            ? LK_NEST_SINGLE
                    : operand->cells == inner[end] ? LK_NEST_DENSE
                                                   : LK_NEST_SCATTERED;
}

static void set_level(const compiler *c, lk_nest_operand *operand, uint32_t number) {
    uint32_t level = operand->level;
    for (uint32_t loop = 0; loop < wheels_of(c); loop++) {
        uint32_t inside = c->strides[number][loop] ? c->wheel_of[loop] + 1 : 0;
        level = inside > level ? inside : level;
    }
    operand->level = level;
}

// What a turn of a loop costs for an operand that it moves.
static uint32_t cost_of_turn(const compiler *c, const lk_nest_operand *operand, uint32_t number) {
    if (number >= c->inputs) return operand->kind == LK_NEST_DENSE ? 4 : 8;
    return operand->kind == LK_NEST_SINGLE ? 1 : operand->kind == LK_NEST_DENSE ? 3 : 6;
}

// Loops that move much come first: what an operand costs is paid once for all turns of the wheels
// inside of those that move it.
static void order_wheels(compiler *c, const lk_nest_operand *operands) {
    uint32_t wheels = wheels_of(c), costs[LK_NEST_WHEELS], sorted[LK_NEST_WHEELS];
    for (uint32_t loop = 0; loop < wheels; loop++) costs[loop] = 0;
    for (uint32_t i = 0; i < c->operands && wheels > 0; i++) {
        uint32_t cost = cost_of_turn(c, &operands[i], i);
        for (uint32_t loop = 0; loop < wheels; loop++)
            if (c->strides[i][loop]) costs[loop] += cost;
    }
    for (uint32_t loop = 0; loop < wheels; loop++) {
        uint32_t k = loop;
        for (; k > 0 && costs[sorted[k - 1]] < costs[loop]; k--) sorted[k] = sorted[k - 1];
        sorted[k] = loop;
    }
    for (uint32_t k = 0; k < wheels; k++) c->wheel_of[sorted[k]] = k;
}

// ---- The line ----------------------------------------------------------------------------------

// Makes the last `loops` loops the line.
static void set_line(compiler *c, uint32_t loops, lk_nest_operand *operands) {
    assert(loops <= c->loops);
    c->line_loops = loops;
    c->plan->nest.line = c->inner[loops];
    for (uint32_t i = 0; i < c->operands; i++) find_pattern(c, &operands[i], i);
    if (wheels_of(c) == 0) return;
    order_wheels(c, operands);
    for (uint32_t i = 0; i < c->operands; i++) set_level(c, &operands[i], i);
}

// Cycles, about, that an operand takes each time that it moves; with vectors of eight cells.
static double cycles_of(const compiler *c, const lk_nest_operand *operand, uint32_t number) {
    double line = c->plan->nest.line, vectors = ceil(line / 8);
    bool is_input = number < c->inputs;
    if (operand->kind == LK_NEST_SINGLE) return is_input ? 2 : 16 + vectors;
    if (operand->kind == LK_NEST_DENSE) return is_input ? 3 + vectors : 4 + 2 * vectors;
    if (is_input) return (operand->cells <= 16 ? 4 : 7) * vectors + 8;
    if (operand->run >= VECTOR_RUN) return 8 + 1.5 * line / operand->run * ceil(operand->run / 8.0);
    return 8 + 1.2 * line;
}

// The cycles of a run of the nest, about.
static double cycles_of_nest(const compiler *c, const lk_nest_operand *operands) {
    double turns[LK_NEST_WHEELS + 1], cycles = 0; // of all wheels outside of a level
    uint32_t wheels = wheels_of(c);
    double vectors = ceil(c->plan->nest.line / 8.0);
    turns[0] = 1;
    for (uint32_t loop = 0; loop < wheels; loop++) turns[c->wheel_of[loop] + 1] = c->extents[loop];
    for (uint32_t level = 0; level < wheels; level++) turns[level + 1] *= turns[level];
    bool has_output[LK_NEST_WHEELS + 1] = {false};
    for (uint32_t i = 0; i < c->operands; i++) {
        cycles += turns[operands[i].level] * cycles_of(c, &operands[i], i);
        if (i >= c->inputs) has_output[operands[i].level] = true;
    }
    for (uint32_t level = 0; level <= wheels; level++)
        if (has_output[level]) cycles += turns[level] * (10 + 2 * vectors); // sums handed outward
    if (wheels > 0) cycles += turns[wheels - 1] * 40;
    return cycles + turns[wheels] * (6 + vectors);
}

// The shortest line of at least so many cells.
static uint32_t loops_of_line(const compiler *c, uint32_t least) {
    uint32_t loops = 0;
    while (loops < c->loops && c->inner[loops] < least) loops++;
    return loops;
}

// In small joins all lines are as good, in others the one is taken that costs least.
static void choose_line(compiler *c, lk_nest_operand *operands) {
    uint32_t first = loops_of_line(c, LEAST_LINE), best = first, last = first;
    if (c->plan->cells >= LEAST_CHOICE) {
        first = loops_of_line(c, SHORTEST_LINE);
        last = loops_of_line(c, LONGEST_LINE) - 1;
        if (last < first) last = first;
    }
    double least = INFINITY;
    for (uint32_t loops = first; loops <= last && first < last; loops++) {
        set_line(c, loops, operands);
        double cycles = cycles_of_nest(c, operands);
        if (cycles < least) {
            least = cycles;
            best = loops;
        }
    }
    set_line(c, best, operands);
}

// ---- Lists of offsets ---------------------------------------------------------------------------

// Offsets of the line's cells within an operand.
static void fill_offsets(const compiler *c, uint32_t *offsets, uint32_t operand) {
    const size_t *strides = c->strides[operand];
    uint32_t cells = 1;
    offsets[0] = 0;
    for (uint32_t loop = c->loops; loop-- > wheels_of(c);) {
        for (uint32_t turn = 1; turn < c->extents[loop]; turn++)
            for (uint32_t j = 0; j < cells; j++)
                offsets[turn * cells + j] = offsets[j] + (uint32_t)(turn * strides[loop]);
        cells *= c->extents[loop];
    }
}

// Sorts the line's cells by the cell of the output that they belong to.
static lk_status sort_by_target(compiler *c, lk_nest_operand *operand) {
    uint32_t line = c->plan->nest.line;
    uint32_t *sources = lk_arena_alloc(c->arena, line, sizeof *sources);
    uint32_t *seen = lk_arena_alloc_zero(c->scratch, operand->cells, sizeof *seen);
    LK_NEED(sources);
    LK_NEED(seen);
    for (uint32_t j = 0; j < line; j++) {
        uint32_t cell = operand->offsets[j];
        sources[seen[cell]++ * operand->cells + cell] = j;
    }
    operand->offsets = sources;
    return LK_OK;
}

// A list of offsets is worth it where lines are many, and for outputs where runs are short.
static bool needs_offsets(const compiler *c, const lk_nest_operand *operand, uint32_t number) {
    if (operand->kind != LK_NEST_SCATTERED) return false;
    if (operand->repeats * operand->blocks * operand->spread * operand->run != c->plan->nest.line)
        return true;
    if (c->plan->cells < (double)MANY_LINES * c->plan->nest.line) return false;
    bool has_long_runs =
        operand->run >= VECTOR_RUN || (operand->run == 1 && operand->spread >= VECTOR_RUN);
    return number < c->inputs || !has_long_runs;
}

static lk_status list_offsets(compiler *c, lk_nest_operand *operand, uint32_t number) {
    if (!needs_offsets(c, operand, number)) return LK_OK;
    uint32_t *offsets = lk_arena_alloc(c->arena, c->plan->nest.line, sizeof *offsets);
    LK_NEED(offsets);
    fill_offsets(c, offsets, number);
    operand->offsets = offsets;
    return number < c->inputs ? LK_OK : sort_by_target(c, operand);
}

// ---- The nest ----------------------------------------------------------------------------------

// Where an operand stands in a nest: single inputs, other inputs, outputs; each by level.
static uint32_t place_of(const lk_nest *nest, const lk_nest_operand *operand, uint32_t slot) {
    uint32_t part = slot >= nest->inputs ? 2 : operand->kind != LK_NEST_SINGLE;
    return part * (LK_NEST_WHEELS + 1) + operand->level;
}

static void sort_operands(lk_nest *nest, lk_nest_operand *operands, uint32_t *slots) {
    uint32_t places[LK_NEST_OPERANDS];
    for (uint32_t i = 0; i < nest->inputs + nest->outputs; i++) {
        uint32_t place = place_of(nest, &operands[i], i), k = i;
        nest->singles += place <= LK_NEST_WHEELS;
        if (i > 0 && places[i - 1] > place) {
            lk_nest_operand operand = operands[i];
            for (; k > 0 && places[k - 1] > place; k--) {
                operands[k] = operands[k - 1];
                places[k] = places[k - 1];
                slots[k] = slots[k - 1];
            }
            operands[k] = operand;
        }
        places[k] = place;
        slots[k] = i;
    }
}

static lk_status set_wheels(compiler *c, const uint32_t *slots) {
    lk_nest *nest = &c->plan->nest;
    nest->wheels = wheels_of(c);
    nest->extents = NULL;
    nest->strides = NULL;
    if (nest->wheels == 0) return LK_OK;
    uint32_t *extents = lk_arena_alloc(c->arena, nest->wheels, sizeof *extents);
    size_t *strides = lk_arena_alloc(c->arena, (size_t)nest->wheels * c->operands, sizeof *strides);
    LK_NEED(extents);
    LK_NEED(strides);
    for (uint32_t loop = 0; loop < nest->wheels; loop++) {
        uint32_t wheel = c->wheel_of[loop];
        extents[wheel] = c->extents[loop];
        for (uint32_t i = 0; i < c->operands; i++)
            strides[(size_t)wheel * c->operands + i] = c->strides[slots[i]][loop];
    }
    nest->extents = extents;
    nest->strides = strides;
    return LK_OK;
}

// Whether the first `split` wheels all move an output.
static bool is_apart(const lk_nest *nest, uint32_t output, uint32_t split) {
    assert(split == 0 || nest->strides);
    for (uint32_t wheel = 0; wheel < split; wheel++)
        if (nest->strides[wheel * (nest->inputs + nest->outputs) + nest->inputs + output] == 0)
            return false;
    return true;
}

// Cells of the outputs that parts write to together.
static double shared_cells(const compiler *c, const lk_scope *outputs, uint32_t split) {
    const lk_nest *nest = &c->plan->nest;
    double cells = 0;
    for (uint32_t o = 0; o < nest->outputs; o++)
        if (!is_apart(nest, o, split))
            cells += lk_scope_cells(c->cardinalities,
                                    outputs[c->plan->slots[nest->inputs + o] - nest->inputs]);
    return cells;
}

// Splits wheels until the parts are enough, as long as they are worth it.
static void split_wheels(const compiler *c, const lk_scope *outputs) {
    lk_join_plan *plan = c->plan;
    plan->parts = 1;
    if (plan->cells < LEAST_PARALLEL) return;
    while (plan->split < plan->nest.wheels && plan->parts < ENOUGH_PARTS) {
        double parts = (double)plan->parts * plan->nest.extents[plan->split];
        double shared = parts * shared_cells(c, outputs, plan->split + 1);
        if (plan->cells < parts * LEAST_PART || shared * SHARED_SHARE > plan->cells) return;
        plan->parts = (uint32_t)parts;
        plan->split++;
    }
}

static lk_status set_parts(compiler *c, const lk_scope *outputs) {
    lk_join_plan *plan = c->plan;
    lk_nest *nest = &plan->nest;
    split_wheels(c, outputs);
    if (plan->split == 0) return LK_OK;
    bool *is_shared = lk_arena_alloc(c->arena, nest->outputs, sizeof *is_shared);
    lk_nest_operand *operands = lk_arena_alloc(c->arena, c->operands, sizeof *operands);
    LK_NEED(is_shared);
    LK_NEED(operands);
    for (uint32_t o = 0; o < nest->outputs; o++) is_shared[o] = !is_apart(nest, o, plan->split);
    for (uint32_t i = 0; i < c->operands; i++) {
        operands[i] = nest->operands[i];
        operands[i].level -= plan->split < operands[i].level ? plan->split : operands[i].level;
    }
    plan->is_shared = is_shared;
    plan->shared_cells = (size_t)shared_cells(c, outputs, plan->split);
    plan->part = *nest;
    plan->part.wheels -= plan->split;
    plan->part.extents += plan->split;
    plan->part.strides += (size_t)plan->split * c->operands;
    plan->part.operands = operands;
    return LK_OK;
}

static lk_status compile(compiler *c, lk_scope join, const lk_scope *inputs,
                         const lk_scope *outputs) {
    assert(c->operands <= LK_NEST_OPERANDS);
    lk_nest_operand *operands = lk_arena_alloc(c->arena, c->operands, sizeof *operands);
    uint32_t *slots = lk_arena_alloc(c->arena, c->operands, sizeof *slots);
    LK_NEED(operands);
    LK_NEED(slots);
    set_loops(c, join);
    for (uint32_t i = 0; i < c->inputs; i++) set_strides(c, i, inputs[i]);
    for (uint32_t o = 0; o < c->operands - c->inputs; o++)
        set_strides(c, c->inputs + o, outputs[o]);
    choose_line(c, operands);
    for (uint32_t i = 0; i < c->operands; i++) LK_TRY(list_offsets(c, &operands[i], i));
    sort_operands(&c->plan->nest, operands, slots);
    c->plan->nest.operands = operands;
    c->plan->slots = slots;
    LK_TRY(set_wheels(c, slots));
    return set_parts(c, outputs);
}

lk_status lk_join_compile(lk_arena *arena, lk_join_plan *plan, lk_arena *scratch,
                          const uint32_t *cardinalities, lk_scope join, const lk_scope *inputs,
                          uint32_t input_count, const lk_scope *outputs, uint32_t output_count,
                          bool maximize) {
    plan->nest = (lk_nest){.inputs = input_count, .outputs = output_count, .maximize = maximize};
    plan->split = 0; // what parts have is set where there are several
    plan->shared_cells = 0;
    compiler c; // large: what is not set here is set as it is needed
    c.arena = arena;
    c.scratch = scratch;
    c.plan = plan;
    c.cardinalities = cardinalities;
    c.inputs = input_count;
    c.operands = input_count + output_count;
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    lk_status status = compile(&c, join, inputs, outputs);
    lk_arena_rewind(scratch, mark);
    return status;
}

// ---- Room --------------------------------------------------------------------------------------

static void widen(size_t *cells, size_t needed) {
    if (needed > *cells) *cells = needed;
}

void lk_join_need(lk_join_room *room, const lk_join_plan *plan, bool runs_alone) {
    size_t shared = plan->shared_cells * plan->parts;
    widen(&room->line_cells, lk_nest_room(&plan->nest));
    widen(&room->shared_cells, shared);
    if (runs_alone) widen(&room->own_cells, shared);
}

lk_status lk_join_make_room(lk_arena *arena, lk_join_room *room, int threads) {
    size_t each = (size_t)threads;
    room->lines = lk_arena_alloc(arena, room->line_cells * each, sizeof *room->lines);
    room->shared = lk_arena_alloc(arena, room->shared_cells, sizeof *room->shared);
    room->own = lk_arena_alloc(arena, room->own_cells * each, sizeof *room->own);
    LK_NEED(room->lines);
    LK_NEED(room->shared);
    LK_NEED(room->own);
    return LK_OK;
}

// ---- Running -----------------------------------------------------------------------------------

typedef struct job {
    const lk_join_plan *plan;
    double *const *tables;      // by operand of the nest
    const size_t *output_cells; // as the caller numbered them
    const lk_join_room *room;
    double *shared; // outputs of all parts
    lk_table_worker worker;
} job;

// Cells of output o of the nest.
static size_t cells_of_output(const job *j, uint32_t o) {
    const lk_nest *nest = &j->plan->nest;
    return j->output_cells[j->plan->slots[nest->inputs + o] - nest->inputs];
}

// Moves the tables to where a part begins.
static void find_part(const lk_join_plan *plan, double **tables, size_t part) {
    uint32_t operands = plan->nest.inputs + plan->nest.outputs;
    for (uint32_t wheel = plan->split; wheel-- > 0;) {
        size_t turn = part % plan->nest.extents[wheel];
        part /= plan->nest.extents[wheel];
        for (uint32_t i = 0; i < operands; i++)
            tables[i] += turn * plan->nest.strides[(size_t)wheel * operands + i];
    }
}

static void run_part(void *argument, size_t part) {
    const job *j = argument;
    const lk_nest *nest = &j->plan->part;
    double *tables[LK_NEST_OPERANDS];
    double *shared = j->shared + part * j->plan->shared_cells;
    memcpy(tables, j->tables, (nest->inputs + nest->outputs) * sizeof *tables);
    find_part(j->plan, tables, part);
    for (uint32_t o = 0; o < nest->outputs; o++) {
        if (!j->plan->is_shared[o]) continue;
        memset(shared, 0, cells_of_output(j, o) * sizeof *shared);
        // The cells that this part adds to lie as in the output.
        tables[nest->inputs + o] =
            shared + (tables[nest->inputs + o] - j->tables[nest->inputs + o]);
        shared += cells_of_output(j, o);
    }
    j->worker.kernels->run_nest(
        nest, tables, j->room->lines + (size_t)lk_pool_thread_index() * j->room->line_cells);
}

static void merge_shared(const job *j) {
    const lk_nest *nest = &j->plan->nest;
    for (uint32_t part = 0; part < j->plan->parts; part++) {
        const double *shared = j->shared + part * j->plan->shared_cells;
        for (uint32_t o = 0; o < nest->outputs; o++) {
            if (!j->plan->is_shared[o]) continue;
            double *output = j->tables[nest->inputs + o];
            size_t cells = cells_of_output(j, o);
            if (nest->maximize)
                j->worker.kernels->maximize(output, shared, cells);
            else
                j->worker.kernels->add(output, shared, cells);
            shared += cells;
        }
    }
}

void lk_join_run(const lk_join_plan *plan, double *const *tables, const size_t *output_cells,
                 const lk_join_room *room, lk_table_worker worker) {
    const lk_nest *nest = &plan->nest;
    double *sorted[LK_NEST_OPERANDS];
    for (uint32_t i = 0; i < nest->inputs + nest->outputs; i++) sorted[i] = tables[plan->slots[i]];
    for (uint32_t o = 0; o < nest->outputs; o++)
        lk_table_clear(worker, tables[nest->inputs + o], output_cells[o]);
    size_t thread = (size_t)lk_pool_thread_index();
    if (plan->parts == 1) {
        worker.kernels->run_nest(nest, sorted, room->lines + thread * room->line_cells);
        return;
    }
    double *shared = worker.pool ? room->shared : room->own + thread * room->own_cells;
    job j = {plan, sorted, output_cells, room, shared, worker};
    lk_pool_run(worker.pool, plan->parts, run_part, &j);
    if (plan->shared_cells) merge_shared(&j);
}
