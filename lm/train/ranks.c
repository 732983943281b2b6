// The door to MPI, whose library is loaded when ranks are opened: a process that was started alone
// neither needs nor loads it (docs/decisions/0014-mpi-at-run-time.md).
#include "train/ranks.h"

#include "context.h"

#include <assert.h>
#include <dlfcn.h>
#include <limits.h>
#include <mpi.h>

// Open MPI's constants are addresses of objects of its library, by names that programs linked with
// it have in them too; here they are looked up. Those of MPICH are plain numbers.
#ifdef OPEN_MPI
#undef OMPI_PREDEFINED_GLOBAL
#define OMPI_PREDEFINED_GLOBAL(type, global) ((type)dlsym(mpi.handle, #global))
#endif

// X(NAME): MPI_NAME is called.
#define FUNCTION_LIST(X)                                                                           \
    X(Init_thread)                                                                                 \
    X(Finalize)                                                                                    \
    X(Comm_rank)                                                                                   \
    X(Comm_size)                                                                                   \
    X(Allreduce)                                                                                   \
    X(Bcast)                                                                                       \
    X(Sendrecv)                                                                                    \
    X(Isend)                                                                                       \
    X(Irecv)                                                                                       \
    X(Wait)

typedef struct library {
    void *handle;
    MPI_Comm world;
    MPI_Datatype byte_type, float_type, double_type;
    MPI_Op sum;
#define FUNCTION_FIELD(name) __typeof__ (&MPI_##name)(name);
    FUNCTION_LIST(FUNCTION_FIELD)
#undef FUNCTION_FIELD
} library;

static library mpi;

enum { TAG = 0 };

// ---- Loading ------------------------------------------------------------------------------------

// POSIX gives function pointers as void *; ISO C converts them by way of their bytes only.
static bool find_function(void *function, const char *name) {
    void *symbol = dlsym(mpi.handle, name);
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

// Parts of Open MPI that it loads itself look for its symbols among those of the process: GLOBAL.
static bool load(void) {
    mpi.handle = dlopen(LIKELORE_MPI_LIBRARY, RTLD_NOW | RTLD_GLOBAL);
    if (!mpi.handle) return false;
    mpi.world = MPI_COMM_WORLD;
    mpi.byte_type = MPI_BYTE;
    mpi.float_type = MPI_FLOAT;
    mpi.double_type = MPI_DOUBLE;
    mpi.sum = MPI_SUM;
    bool found = true;
#define FIND_FUNCTION(name) found = found && find_function(&mpi.name, "MPI_" #name);
    FUNCTION_LIST(FIND_FUNCTION)
#undef FIND_FUNCTION
    return found;
}

// ---- Life ---------------------------------------------------------------------------------------

static lk_status make(lk_context *context, lk_ranks **out, int rank, int count) {
    lk_ranks *ranks = lk_alloc_zero(context, 1, sizeof *ranks);
    LK_NEED(ranks);
    *ranks = (lk_ranks){.context = context, .rank = rank, .count = count};
    ranks->requests = lk_alloc(context, 2 * (size_t)count, sizeof(MPI_Request));
    ranks->statuses = lk_alloc(context, (size_t)count, sizeof(double));
    *out = ranks;
    if (ranks->requests && ranks->statuses) return LK_OK;
    return LK_ERROR_MEMORY;
}

static void release(lk_ranks *ranks) {
    if (!ranks) return;
    lk_free(ranks->context, ranks->requests);
    lk_free(ranks->context, ranks->statuses);
    lk_free(ranks->context, ranks);
}

static lk_status join(lk_context *context, lk_ranks **ranks, const lk_launch *launch) {
    int rank, count;
    mpi.Comm_rank(mpi.world, &rank);
    mpi.Comm_size(mpi.world, &count);
    if (count > 1) return make(context, ranks, rank, count);
    if (launch->count <= 1) return LK_OK;
    return lk_fail(context, LK_ERROR_UNSUPPORTED,
                   "this process was started as one of %d, but " LIKELORE_MPI_LIBRARY
                   " knows of no others: start it with the mpirun of that library",
                   launch->count);
}

lk_status lk_ranks_open(lk_context *context, lk_ranks **ranks) {
    *ranks = NULL;
    lk_launch launch = lk_launch_read();
    if (!launch.by_mpi) return LK_OK;
    if (!load())
        return lk_fail(context, LK_ERROR_UNSUPPORTED,
                       "this process was started by MPI, but its library cannot be loaded: %s",
                       mpi.handle ? LIKELORE_MPI_LIBRARY " lacks functions" : dlerror());
    int threads;
    mpi.Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &threads);
    lk_status status = join(context, ranks, &launch);
    if (status == LK_OK && *ranks) return LK_OK;
    release(*ranks);
    *ranks = NULL;
    mpi.Finalize();
    return status;
}

void lk_ranks_close(lk_ranks *ranks) {
    if (!ranks) return;
    release(ranks);
    mpi.Finalize();
}

// ---- Messages -----------------------------------------------------------------------------------

static int whole(size_t count) {
    assert(count <= INT_MAX);
    return (int)count;
}

void lk_ranks_broadcast(lk_ranks *ranks, void *bytes, int length, int from) {
    if (ranks) mpi.Bcast(bytes, length, mpi.byte_type, from, mpi.world);
}

void lk_ranks_collect(lk_ranks *ranks, double *values, size_t count) {
    if (!ranks) return;
    mpi.Allreduce(MPI_IN_PLACE, values, whole(count), mpi.double_type, mpi.sum, mpi.world);
}

// Around a ring: each rank hands on what it got last, so that every line carries each part once.
void lk_ranks_share(lk_ranks *ranks, float *block, const size_t *cuts) {
    if (!ranks) return;
    int count = ranks->count, next = (ranks->rank + 1) % count;
    int before = (ranks->rank + count - 1) % count;
    for (int step = 0; step < count - 1; step++) {
        int out = (ranks->rank + count - step) % count, in = (before + count - step) % count;
        mpi.Sendrecv(block + cuts[out], whole(cuts[out + 1] - cuts[out]), mpi.float_type, next, TAG,
                     block + cuts[in], whole(cuts[in + 1] - cuts[in]), mpi.float_type, before, TAG,
                     mpi.world, MPI_STATUS_IGNORE);
    }
}

// Elements of a piece that lie in part r.
static int piece_count(const size_t *cuts, int r, size_t offset, size_t length) {
    size_t count = cuts[r + 1] - cuts[r];
    if (offset >= count) return 0;
    return whole(count - offset < length ? count - offset : length);
}

void lk_ranks_exchange(lk_ranks *ranks, float *received, const float *block, const size_t *cuts,
                       size_t offset, size_t length, int senders) {
    if (!ranks) return;
    MPI_Request *requests = ranks->requests;
    int count = 0, mine = piece_count(cuts, ranks->rank, offset, length);
    for (int r = 0; r < senders && mine > 0; r++)
        if (r != ranks->rank)
            mpi.Irecv(received + (size_t)r * length, mine, mpi.float_type, r, TAG, mpi.world,
                      &requests[count++]);
    for (int r = 0; r < ranks->count && ranks->rank < senders; r++) {
        int theirs = piece_count(cuts, r, offset, length);
        if (r != ranks->rank && theirs > 0)
            mpi.Isend(block + cuts[r] + offset, theirs, mpi.float_type, r, TAG, mpi.world,
                      &requests[count++]);
    }
    for (int i = 0; i < count; i++) mpi.Wait(&requests[i], MPI_STATUS_IGNORE);
}
