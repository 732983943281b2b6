#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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
// Readable once there was an interrupt, so that who is about to wait does not miss it, whichever
// thread the signal comes to.
static int wake[2] = {-1, -1};

static void on_interrupt(int signal_number) {
    (void)signal_number;
    if (interrupts) _exit(130);
    interrupts = 1;
    int error = errno;
    ssize_t written = write(wake[1], "", 1);
    (void)written; // the flag is set all the same
    errno = error;
}

void terminal_catch_interrupts(void) {
    if (wake[0] < 0 && pipe(wake) == 0)
        for (int i = 0; i < 2; i++) fcntl(wake[i], F_SETFD, FD_CLOEXEC);
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool terminal_interrupted(void) { return interrupts != 0; }

// Waits until the descriptor can be read (-1: for ever) or there was an interrupt.
static void wait_for(int descriptor) {
    struct pollfd ready[] = {{.fd = wake[0], .events = POLLIN},
                             {.fd = descriptor, .events = POLLIN}};
    while (!interrupts && poll(ready, 2, -1) < 0 && errno == EINTR) {
    }
}

void terminal_wait_for_interrupt(void) { wait_for(-1); }

ssize_t terminal_read_input(void *bytes, size_t length) {
    ssize_t got;
    do {
        wait_for(STDIN_FILENO);
        errno = EINTR;
        got = interrupts ? -1 : read(STDIN_FILENO, bytes, length);
    } while (got < 0 && errno == EINTR && !interrupts);
    return got;
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
