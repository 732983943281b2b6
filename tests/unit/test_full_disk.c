// A disk that is full or broken while a checkpoint is written: whichever write or sync fails, the
// failure is told, nothing half written stays, and the run is what it was.
#include "checkpoint/checkpoint.h"
#include "train/trainer.h"

#include "directory.h"
#include "test_context.h"
#include "test_directory.h"
#include "training_text.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

TestSuite(full_disk, .init = enter_fresh_directory, .fini = leave_fresh_directory);

// ---- The disk -----------------------------------------------------------------------------------

static int calls_left = -1; // until one fails; -1: none does
static int reason;

static bool fails(void) {
    if (calls_left < 0) return false;
    errno = reason;
    return calls_left-- == 0;
}

// These take the place of the C library's in this program. After the first failure the disk works
// again, so that what follows it is not excused.
ssize_t write(int file, const void *bytes, size_t length) {
    return fails() ? -1 : (ssize_t)syscall(SYS_write, file, bytes, length);
}

int fsync(int file) { return fails() ? -1 : (int)syscall(SYS_fsync, file); }

// ---- A run --------------------------------------------------------------------------------------

static lk_status save_with_failure(lk_trainer *trainer, int call, int error) {
    calls_left = call;
    reason = error;
    lk_status status = lk_trainer_save_in_run(trainer, "run", true);
    bool came = calls_left < 0;
    calls_left = -1;
    cr_assert(status != LK_OK || !came, "a failure was not told");
    return status;
}

static void expect_no_leftovers(lk_context *context) {
    lk_directory *list;
    cr_assert(lk_directory_list(context, &list, "run") == LK_OK);
    for (size_t i = 0; i < lk_directory_count(list); i++)
        cr_assert(!strstr(lk_directory_name_at(list, i), ".tmp"), "%s",
                  lk_directory_name_at(list, i));
    lk_directory_free(list);
}

static void expect_loadable(lk_context *context) {
    lk_checkpoint *checkpoint = NULL;
    cr_assert(lk_checkpoint_load(context, &checkpoint, "run") == LK_OK, "%s",
              lk_context_error(context).message);
    lk_checkpoint_free(checkpoint);
}

static void fail_every_call(int error, const char *words) {
    lk_context *context = make_context();
    lk_trainer *trainer;
    lk_train_report report;
    cr_assert(make_tiny_trainer(context, &trainer, "nanogpt", NULL, 0) == LK_OK);
    cr_assert(lk_trainer_save_in_run(trainer, "run", true) == LK_OK);
    while (lk_trainer_step(trainer) < 1) cr_assert(lk_trainer_next(trainer, &report) == LK_OK);
    lk_status status = LK_ERROR_IO;
    int call = 0;
    for (; status != LK_OK; call++) {
        status = save_with_failure(trainer, call, error);
        if (status != LK_OK) expect_failure(context, status, LK_ERROR_IO, words);
        expect_no_leftovers(context);
        expect_loadable(context);
    }
    cr_assert(call > 12, "there are writes and syncs of six files and three names");
    cr_assert(lk_status_exit_code(LK_ERROR_IO) == 74);
    lk_trainer_free(trainer);
    free_context(context);
}

Test(full_disk, no_space_is_left) { fail_every_call(ENOSPC, "No space left on device"); }

Test(full_disk, the_disk_is_broken) { fail_every_call(EIO, "Input/output error"); }
