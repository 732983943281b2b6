// Batch normalisation (Ioffe and Szegedy 2015): each column over all rows. saved[0], saved[1]: mean
// and 1/deviation of each column.
//
// While training the mean m and the unbiased variance v are those of the batch, and with n rows,
// x̂ = (x - m) / √(v + ε) and d = gain dy:
//
//     dx = (d - Σ d / n - x̂ Σ d x̂ / (n - 1)) / √(v + ε)
//
// Otherwise both are constants, those that were kept, and dx = d / √(v + ε). Columns are shared
// among the threads and each is summed in double down the rows, so that the threads leave no trace.
#include "grad/op.h"

#include <math.h>

bool lk_batchnorm_shape(lk_node *node) {
    const lk_tensor *x = node->inputs[0];
    if (x->rank < 2) return false;
    for (int i = 1; i < LK_MAX_INPUTS; i++)
        if (node->inputs[i]->rank != 1 || node->inputs[i]->shape[0] != lk_tensor_columns(x))
            return false;
    return lk_shape_as(node, x);
}

enum { COLUMN_BLOCK = 32 }; // columns that are summed together

// Columns of one task: whole blocks that make up some work.
static size_t column_grain(size_t rows) {
    return (LK_GRAIN / (rows * COLUMN_BLOCK + 1) + 1) * COLUMN_BLOCK;
}

static size_t block_end(size_t begin, size_t end) {
    return end - begin < COLUMN_BLOCK ? end : begin + COLUMN_BLOCK;
}

// ---- Moments ------------------------------------------------------------------------------------

// Mean and Σ (x - mean)² of a block of columns.
typedef struct block_moments {
    double mean[COLUMN_BLOCK], squares[COLUMN_BLOCK];
} block_moments;

static void measure(block_moments *m, const lk_real *x, size_t rows, size_t columns, size_t count) {
    *m = (block_moments){0};
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < count; j++) m->mean[j] += (double)x[i * columns + j];
    for (size_t j = 0; j < count; j++) m->mean[j] /= (double)rows;
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < count; j++) {
            double off = (double)x[i * columns + j] - m->mean[j];
            m->squares[j] += off * off;
        }
    }
}

// Joins the moments of two parts of a whole (Chan, Golub and LeVeque 1979).
void lk_moments_add(lk_moments *moments, const lk_tensor *x) {
    size_t rows = lk_tensor_rows(x), columns = lk_tensor_columns(x);
    double before = (double)moments->rows, after = before + (double)rows;
    for (size_t begin = 0; begin < columns; begin += COLUMN_BLOCK) {
        size_t count = block_end(begin, columns) - begin;
        block_moments m;
        measure(&m, x->value + begin, rows, columns, count);
        for (size_t j = 0; j < count; j++) {
            double *mean = &moments->mean[begin + j], shift = m.mean[j] - *mean;
            moments->squares[begin + j] +=
                m.squares[j] + shift * shift * before * (double)rows / after;
            *mean += shift * (double)rows / after;
        }
    }
    moments->rows += rows;
}

// ---- Statistics that are kept -------------------------------------------------------------------

static double spread_of(const lk_batch_statistics *kept, double variance) {
    return kept->deviation ? sqrt(variance + kept->epsilon) : variance;
}

void lk_batch_statistics_set(const lk_batch_statistics *kept, const lk_moments *moments) {
    double freedom = (double)(moments->rows - 1);
    for (size_t j = 0; j < kept->mean->count; j++) {
        kept->mean->value[j] = (lk_real)moments->mean[j];
        kept->spread->value[j] = (lk_real)spread_of(kept, moments->squares[j] / freedom);
    }
}

void lk_batch_statistics_inverse(const lk_batch_statistics *kept, lk_real *rstd) {
    const lk_real *spread = kept->spread->value;
    for (size_t j = 0; j < kept->spread->count; j++)
        rstd[j] = (lk_real)(1 / (kept->deviation ? (double)spread[j]
                                                 : sqrt((double)spread[j] + kept->epsilon)));
}

// What is kept after this step lies where other tensors have their gradients.
static void keep(lk_tensor *kept, size_t column, double momentum, double of_batch) {
    const lk_real *from = kept->gradient_set ? kept->gradient : kept->value;
    kept->gradient[column] = (lk_real)((1 - momentum) * (double)from[column] + momentum * of_batch);
}

// ---- Forward ------------------------------------------------------------------------------------

typedef struct batchnorm_job {
    const lk_node *node;
    size_t rows, columns;
    lk_real *mean, *rstd;        // (columns)
    lk_real *dx, *dgain, *dbias; // NULL where they are not wanted
} batchnorm_job;

static batchnorm_job job_of(const lk_node *node) {
    return (batchnorm_job){.node = node,
                           .rows = lk_tensor_rows(&node->output),
                           .columns = lk_tensor_columns(&node->output),
                           .mean = node->saved[0],
                           .rstd = node->saved[1]};
}

void lk_batchnorm_rows(lk_real *y, const lk_real *x, const lk_batchnorm_columns *by, size_t rows,
                       size_t columns, size_t begin, size_t end) {
    for (size_t i = 0; i < rows; i++) {
        const lk_real *from = x + i * columns;
        lk_real *to = y + i * columns;
        for (size_t j = begin; j < end; j++)
            to[j] = (from[j] - by->mean[j]) * by->rstd[j] * by->gain[j] + by->bias[j];
    }
}

// Mean and deviation of a block of the batch, which also change those that are kept.
static void take_from_batch(const batchnorm_job *job, size_t begin, size_t end) {
    const lk_batch_statistics *kept = &job->node->attributes.batchnorm.kept;
    block_moments m;
    measure(&m, job->node->inputs[0]->value + begin, job->rows, job->columns, end - begin);
    for (size_t j = begin; j < end; j++) {
        double variance = m.squares[j - begin] / (double)(job->rows - 1);
        job->mean[j] = (lk_real)m.mean[j - begin];
        job->rstd[j] = (lk_real)(1 / sqrt(variance + kept->epsilon));
        keep(kept->mean, j, kept->momentum, m.mean[j - begin]);
        keep(kept->spread, j, kept->momentum, spread_of(kept, variance));
    }
}

static void run_forward(void *argument, size_t begin, size_t end) {
    const batchnorm_job *job = argument;
    const lk_node *node = job->node;
    if (node->attributes.batchnorm.of_batch)
        for (size_t j = begin; j < end; j = block_end(j, end))
            take_from_batch(job, j, block_end(j, end));
    lk_batchnorm_columns by = {job->mean, job->rstd, node->inputs[1]->value,
                               node->inputs[2]->value};
    lk_batchnorm_rows(node->output.value, node->inputs[0]->value, &by, job->rows, job->columns,
                      begin, end);
}

void lk_batchnorm_forward(lk_tape *tape, lk_node *node) {
    const lk_batch_statistics *kept = &node->attributes.batchnorm.kept;
    size_t columns = lk_tensor_columns(&node->output);
    node->saved[0] = lk_tape_room(tape, columns);
    node->saved[1] = lk_tape_room(tape, columns);
    if (tape->status != LK_OK) return;
    batchnorm_job job = job_of(node);
    if (!node->attributes.batchnorm.of_batch) {
        memcpy(job.mean, kept->mean->value, columns * sizeof *job.mean);
        lk_batch_statistics_inverse(kept, job.rstd);
    }
    lk_parallel_ranges(tape, columns, column_grain(job.rows), run_forward, &job);
    if (node->attributes.batchnorm.of_batch)
        kept->mean->gradient_set = kept->spread->gradient_set = true;
}

// ---- Backward -----------------------------------------------------------------------------------

// Σ dy and Σ dy x̂ of a block of columns.
typedef struct block_sums {
    double dy[COLUMN_BLOCK], dy_x[COLUMN_BLOCK];
} block_sums;

static void sum_gradients(block_sums *sums, const batchnorm_job *job, size_t begin, size_t end) {
    const lk_real *x = job->node->inputs[0]->value, *dy = job->node->output.gradient;
    *sums = (block_sums){0};
    for (size_t i = 0; i < job->rows; i++) {
        for (size_t j = begin; j < end; j++) {
            double d = (double)dy[i * job->columns + j];
            double normal = (double)(x[i * job->columns + j] - job->mean[j]) * (double)job->rstd[j];
            sums->dy[j - begin] += d;
            sums->dy_x[j - begin] += d * normal;
        }
    }
}

// dx += scale (dy - mean_dy - slope x̂) for a block of columns.
static void add_dx(const batchnorm_job *job, const block_sums *sums, size_t begin, size_t end) {
    const lk_node *node = job->node;
    const lk_real *x = node->inputs[0]->value, *dy = node->output.gradient;
    lk_real scale[COLUMN_BLOCK], mean_dy[COLUMN_BLOCK] = {0}, slope[COLUMN_BLOCK] = {0};
    for (size_t j = begin; j < end; j++) {
        scale[j - begin] = node->inputs[1]->value[j] * job->rstd[j];
        if (!node->attributes.batchnorm.of_batch) continue;
        mean_dy[j - begin] = (lk_real)(sums->dy[j - begin] / (double)job->rows);
        slope[j - begin] =
            (lk_real)(sums->dy_x[j - begin] / (double)(job->rows - 1) * (double)job->rstd[j]);
    }
    for (size_t i = 0; i < job->rows; i++) {
        size_t row = i * job->columns;
        for (size_t j = begin; j < end; j++)
            job->dx[row + j] += scale[j - begin] * (dy[row + j] - mean_dy[j - begin] -
                                                    slope[j - begin] * (x[row + j] - job->mean[j]));
    }
}

static void run_backward(void *argument, size_t first, size_t last) {
    const batchnorm_job *job = argument;
    for (size_t begin = first; begin < last; begin = block_end(begin, last)) {
        size_t end = block_end(begin, last);
        block_sums sums;
        sum_gradients(&sums, job, begin, end);
        for (size_t j = begin; j < end; j++) {
            if (job->dgain) job->dgain[j] += (lk_real)sums.dy_x[j - begin];
            if (job->dbias) job->dbias[j] += (lk_real)sums.dy[j - begin];
        }
        if (job->dx) add_dx(job, &sums, begin, end);
    }
}

static lk_real *sum_where_wanted(lk_tape *tape, lk_tensor *tensor) {
    return lk_wants_gradient(tensor) ? lk_gradient_sum(tape, tensor) : NULL;
}

void lk_batchnorm_backward(lk_tape *tape, lk_node *node) {
    batchnorm_job job = job_of(node);
    job.dx = sum_where_wanted(tape, node->inputs[0]);
    job.dgain = sum_where_wanted(tape, node->inputs[1]);
    job.dbias = sum_where_wanted(tape, node->inputs[2]);
    if (tape->status == LK_OK)
        lk_parallel_ranges(tape, job.columns, column_grain(job.rows), run_backward, &job);
}

// As of layernorm.
lk_op_cost lk_batchnorm_cost(const lk_node *node, bool backward) {
    return lk_cost_of_norm(&node->output, 8, backward);
}

lk_tensor *lk_batchnorm(lk_tape *tape, lk_tensor *x, lk_tensor *gain, lk_tensor *bias,
                        const lk_batch_statistics *kept) {
    if (tape->status != LK_OK) return NULL;
    if (tape->training && lk_tensor_rows(x) < 2) {
        tape->status = lk_fail(tape->context, LK_ERROR_USAGE,
                               "batch normalisation learns from the variance of a batch, which one "
                               "row does not have: raise batch_size");
        return NULL;
    }
    lk_attributes attributes = {.batchnorm = {*kept, tape->training}};
    return lk_tape_apply(tape, LK_OP_BATCHNORM, x, gain, bias, &attributes);
}
