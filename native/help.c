#include "help.h"

#include <string.h>

enum {
    SUMMARY_COLUMN = 18,
    OPTION_COLUMN = 30
};

static void print_commands(FILE *stream, const command *table) {
    for (const command *c = table; c->verb; c++) {
        char name[40];
        snprintf(name, sizeof name, "%s %s", c->noun, c->verb);
        fprintf(stream, "  %-*s%s\n", SUMMARY_COLUMN, name, c->summary);
    }
}

void help_overview(FILE *stream, const command *const *tables, size_t count) {
    fputs("Likelore reasons exactly with probabilities, and trains and runs small language "
          "models.\n\nUsage: likelore NOUN VERB [OPTION]... [OPERAND]...\n\nCommands:\n",
          stream);
    for (size_t i = 0; i < count; i++) print_commands(stream, tables[i]);
    fputs("\n`likelore NOUN VERB --help` tells more of each; `likelore --version` the version.\n",
          stream);
}

void help_noun(FILE *stream, const command *table) {
    fprintf(stream, "Usage: likelore %s VERB [OPTION]... [OPERAND]...\n\nCommands:\n", table->noun);
    print_commands(stream, table);
}

static void print_options(FILE *stream, const option *table) {
    for (const option *o = table; o && o->name; o++) {
        char name[64];
        char letter[8] = "    ";
        if (o->letter) snprintf(letter, sizeof letter, "-%c, ", o->letter);
        snprintf(name, sizeof name, "%s--%s%s%s", letter, o->name, o->value ? " " : "",
                 o->value ? o->value : "");
        fprintf(stream, "  %-*s", OPTION_COLUMN, name);
        if (strlen(name) >= OPTION_COLUMN) fprintf(stream, "\n  %-*s", OPTION_COLUMN, "");
        fprintf(stream, "%s\n", o->help);
    }
}

void help_command(FILE *stream, const command *c) {
    fprintf(stream, "%s.\n\nUsage: likelore %s %s [OPTION]...%s%s%s\n", c->summary, c->noun,
            c->verb, c->settings ? " [--KEY=VALUE]..." : "", *c->operands ? " " : "", c->operands);
    if (c->details) fprintf(stream, "\n%s\n", c->details);
    if (c->options && c->options->name) {
        fputs("\nOptions:\n", stream);
        print_options(stream, c->options);
    }
    fputs("\nCommon options:\n", stream);
    print_options(stream, common_options);
}
