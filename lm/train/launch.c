// How a process was started: what launchers of MPI leave in the environment. MPI itself need not be
// asked, which takes longer than most commands.
#include "train/ranks.h"

#include <stdlib.h>

#ifndef __EMSCRIPTEN__
#include <sched.h>
#include <unistd.h>
#endif

// The first of the variables that is set; -1 where none is.
static int first_number(const char *const *names) {
    for (; *names; names++) {
        const char *text = getenv(*names);
        if (text && *text) return atoi(text);
    }
    return -1;
}

// Of Open MPI; of MPICH and those that follow it; of PMIx, which Slurm has.
lk_launch lk_launch_read(void) {
    static const char *const count_names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", NULL};
    static const char *const here_names[] = {"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", NULL};
    int count = first_number(count_names), here = first_number(here_names);
    return (lk_launch){.by_mpi = count > 1 || (count < 0 && getenv("PMIX_RANK")),
                       .count = count > 0 ? count : 0,
                       .count_here = here > 0 ? here : 0};
}

bool lk_ranks_is_first_here(void) {
    static const char *const names[] = {"OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID",
                                        "SLURM_LOCALID", NULL};
    return !lk_launch_read().by_mpi || first_number(names) <= 0;
}

#ifdef __EMSCRIPTEN__
int lk_ranks_threads(void) { return 0; }
#else
// A launcher may have bound the process to some of the processors.
int lk_ranks_threads(void) {
    lk_launch launch = lk_launch_read();
    if (!launch.by_mpi || launch.count_here == 0) return 0;
    int share = (int)sysconf(_SC_NPROCESSORS_ONLN) / launch.count_here;
    cpu_set_t allowed;
    bool known = sched_getaffinity(0, sizeof allowed, &allowed) == 0;
    if (known && CPU_COUNT(&allowed) < share) share = CPU_COUNT(&allowed);
    return share > 1 ? share : 1;
}
#endif
