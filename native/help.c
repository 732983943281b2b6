#include "help.h"

#include <string.h>

enum { SUMMARY_COLUMN = 18, OPTION_COLUMN = 30 };

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

// ---- Man page -----------------------------------------------------------------------------------

// Writes text for roff: backslashes and hyphens escaped, no line mistaken for a request.
static void print_roff(FILE *stream, const char *text) {
    bool at_start = true;
    for (; *text; text++) {
        if (at_start && (*text == '.' || *text == '\'')) fputs("\\&", stream);
        if (*text == '\\')
            fputs("\\e", stream);
        else if (*text == '-')
            fputs("\\-", stream);
        else
            fputc(*text, stream);
        at_start = *text == '\n';
    }
}

static void print_roff_options(FILE *stream, const option *table) {
    for (const option *o = table; o && o->name; o++) {
        fputs(".TP\n.B ", stream);
        if (o->letter) fprintf(stream, "\\-%c, ", o->letter);
        fputs("\\-\\-", stream);
        print_roff(stream, o->name);
        if (o->value) fprintf(stream, " \\fI%s\\fR", o->value);
        fputc('\n', stream);
        print_roff(stream, o->help);
        fputc('\n', stream);
    }
}

static void print_roff_command(FILE *stream, const command *c) {
    fprintf(stream, ".SS likelore %s %s ", c->noun, c->verb);
    print_roff(stream, c->operands);
    fputc('\n', stream);
    print_roff(stream, c->summary);
    fputs(".\n", stream);
    if (c->details) {
        fputs(".PP\n.nf\n", stream);
        print_roff(stream, c->details);
        fputs("\n.fi\n", stream);
    }
    print_roff_options(stream, c->options);
}

static void print_roff_exit_codes(FILE *stream) {
    static const char *const meanings[] = {
        "0\tsuccess",          "1\tthe answer is no",      "2\twrong usage",
        "65\twrong data",      "66\tno such input",        "70\ta mistake inside Likelore",
        "71\tlimit or memory", "73\tcannot create output", "74\treading or writing failed",
        "130\tinterrupted"};
    fputs(".SH EXIT STATUS\n.nf\n", stream);
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        fprintf(stream, "%s\n", meanings[i]);
    fputs(".fi\n", stream);
}

void help_man_page(FILE *stream, const command *const *tables, size_t count) {
    fputs(".TH LIKELORE 1 \"\" \"Likelore " LIKELORE_VERSION "\" \"User Commands\"\n"
          ".SH NAME\nlikelore \\- exact reasoning with probabilities, and small language models\n"
          ".SH SYNOPSIS\n.B likelore\n\\fINOUN VERB\\fR [\\fIOPTION\\fR]... "
          "[\\fIOPERAND\\fR]...\n.SH COMMANDS\n",
          stream);
    for (size_t i = 0; i < count; i++)
        for (const command *c = tables[i]; c->verb; c++) print_roff_command(stream, c);
    fputs(".SH COMMON OPTIONS\n", stream);
    print_roff_options(stream, common_options);
    print_roff_exit_codes(stream);
}
