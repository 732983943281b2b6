// What a command of `likelore` is: a row that says how it is called, and a function that does it.
// Files named command_… define them; main.c knows the groups.
#ifndef LIKELORE_COMMAND_H
#define LIKELORE_COMMAND_H

#include "options.h"

#include "likelore/core.h"
#include "likelore/lm_ranks.h"

// One call of a command: the parsed words and the context they ask for.
typedef struct invocation {
    const struct command *command;
    const arguments *arguments;
    lk_context *context;
    lk_ranks *ranks;   // of a command `in_ranks` that MPI has started; NULL: this process is alone
    int exit_code;     // for answers that are "no" although nothing failed
    char message[512]; // of a failure the command itself found; else the context has it
} invocation;

typedef struct command {
    const char *noun; // "net"; NULL for a command of one word
    const char *verb;
    const char *operands;  // how the operands are written in the usage line
    const char *summary;   // one line for the list of commands
    const char *details;   // paragraphs of --help: what it prints, examples; may be NULL
    const option *options; // beside the common ones; ends with a row whose name is NULL
    int least_operands;
    int most_operands; // -1: any number
    bool in_ranks;     // processes that MPI has started do it together
    bool settings;     // accepts --key=value of any key, for lk_settings_set
    lk_status (*run)(invocation *call);
} command;

// The commands of a noun, or the one that is a word by itself; the list ends with NULL.
typedef struct command_group {
    const char *noun;
    const command *const *commands;
} command_group;

extern const command_group net_commands;
extern const command_group nb_commands;
extern const command_group tok_commands;
extern const command_group lm_commands;
extern const command_group grad_commands;
extern const command_group serve_commands;
extern const command_group bench_commands;

// ---- What commands share -------------------------------------------------------------------

// Options of every command.
extern const option common_options[];

// Writes what a command has to say to --output, or to standard output. A file that exists is
// replaced with --force only.
lk_status emit(const invocation *call, const lk_buffer *text);
// The same before all is said: standard output gets long answers as they come, a file gets them at
// once, by emit.
lk_status emit_ready(const invocation *call, lk_buffer *text);
// What the option is called that may help, as a sentence without its end; NULL: none.
const char *remedy_text(lk_remedy remedy);
// The value of --seed (42 when it is not given). LK_ERROR_USAGE when it is no number.
lk_status seed_of(invocation *call, uint64_t *seed);
// Records what is wrong with the words of the command line and returns LK_ERROR_USAGE.
lk_status usage_error(invocation *call, const char *format, ...) LK_PRINTF(2, 3);

#endif
