#include "terminal.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static const double SECONDS_BETWEEN_LINES = 0.1;

bool terminal_is_live(FILE *stream) {
    const char *kind = getenv("TERM");
    return isatty(fileno(stream)) && kind && strcmp(kind, "dumb") != 0;
}

bool terminal_has_color(FILE *stream) {
    const char *no_color = getenv("NO_COLOR");
    return terminal_is_live(stream) && !(no_color && no_color[0]);
}

int terminal_width(FILE *stream) {
    struct winsize size;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

double terminal_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// ---- Interrupts -------------------------------------------------------------------------------

static volatile sig_atomic_t interrupts;
static sem_t interrupted; // for who waits, whichever thread the signal comes to

static void on_interrupt(int signal_number) {
    (void)signal_number;
    if (interrupts) _exit(130);
    interrupts = 1;
    int error = errno;
    sem_post(&interrupted);
    errno = error;
}

void terminal_catch_interrupts(void) {
    sem_init(&interrupted, 0, 0);
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool terminal_interrupted(void) { return interrupts != 0; }

void terminal_wait_for_interrupt(void) {
    while (sem_wait(&interrupted) != 0 && errno == EINTR) {
    }
}

// ---- Progress ---------------------------------------------------------------------------------

progress_line progress_begin(FILE *stream, bool quiet) {
    return (progress_line){.stream = stream, .live = !quiet && terminal_is_live(stream)};
}

bool progress_is_due(const progress_line *line) {
    return line->live && terminal_seconds() - line->shown_at >= SECONDS_BETWEEN_LINES;
}

void progress_show(progress_line *line, const char *text) {
    if (!line->live) return;
    int width = terminal_width(line->stream) - 1;
    fprintf(line->stream, "\r%.*s\033[K", width, text);
    fflush(line->stream);
    line->shown_at = terminal_seconds();
    line->visible = true;
}

void progress_clear(progress_line *line) {
    if (!line->visible) return;
    fprintf(line->stream, "\r\033[K");
    fflush(line->stream);
    line->visible = false;
}
