// Logs of runs. What was read must be drawn.
#include "fuzz.h"

#include "likelore/lm_report.h"

void fuzz_use(lk_context *context, const char *text, size_t length) {
    lk_run_log log;
    if (fuzz_expect(lk_run_log_parse(context, &log, "run", "log.jsonl", text, length)) != LK_OK)
        return;
    lk_buffer out = lk_buffer_make(context);
    fuzz_must(lk_runs_page(&out, &log, 1));
    lk_buffer_clear(&out);
    fuzz_must(lk_losses_draw(&out, &log, 1));
    lk_buffer_free(&out);
    lk_run_log_release(&log);
}
