// The terminal: what it can show, and the keys that interrupt.
#ifndef LIKELORE_TERMINAL_H
#define LIKELORE_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

// Whether the stream is a terminal that moves its cursor (not TERM=dumb).
bool terminal_is_live(FILE *stream);
// The same and colours are welcome (NO_COLOR is unset or empty).
bool terminal_has_color(FILE *stream);
// Columns of the terminal, 80 where it does not tell.
int terminal_width(FILE *stream);
// Seconds of a clock that never goes back.
double terminal_seconds(void);

// From now on the first Ctrl-C sets the flag below and the second ends the process with 130.
void terminal_catch_interrupts(void);
bool terminal_interrupted(void);
// Sleeps until the first Ctrl-C; terminal_catch_interrupts comes before.
void terminal_wait_for_interrupt(void);
// read(2) of standard input, which fails with EINTR once there was a Ctrl-C, even just before.
ssize_t terminal_read_input(void *bytes, size_t length);

// A line that is written over and over, at most ten times a second on a live terminal; elsewhere
// nothing is shown and callers print plain lines instead.
typedef struct progress_line {
    FILE *stream;
    bool live;
    double shown_at;
    bool visible;
} progress_line;

progress_line progress_begin(FILE *stream, bool quiet);
// Whether it is time to show the line again.
bool progress_is_due(const progress_line *line);
void progress_show(progress_line *line, const char *text);
// Takes the line away, before something else is printed and at the end.
void progress_clear(progress_line *line);

#endif
