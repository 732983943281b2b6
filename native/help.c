#include "help.h"

#include <ctype.h>
#include <string.h>

enum { SUMMARY_COLUMN = 18, OPTION_COLUMN = 30, TEXT_WIDTH = 80 };

// Prints the words of a paragraph, broken before TEXT_WIDTH; what goes over is indented.
static void print_words(FILE *stream, const char *text, size_t length, int indent) {
    int column = indent;
    for (size_t at = 0; at < length;) {
        size_t word = strcspn(text + at, " \n");
        if (column > indent && column + 1 + (int)word > TEXT_WIDTH) {
            fprintf(stream, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', stream);
            column++;
        }
        fprintf(stream, "%.*s", (int)word, text + at);
        column += (int)word;
        at += word + 1;
    }
}

// Length of the paragraph at the start of the text: up to an empty line, or to a line that begins
// with a space, which is an example and stands alone.
static size_t paragraph_length(const char *text) {
    if (*text == ' ') return strcspn(text, "\n");
    size_t length = 0;
    while (text[length] && !(text[length] == '\n' && strchr("\n ", text[length + 1]))) length++;
    return length;
}

// Prints a text from the current column on, its paragraphs wrapped and examples as they are.
static void print_wrapped(FILE *stream, const char *text, int indent) {
    while (*text) {
        size_t length = paragraph_length(text);
        if (*text == ' ')
            fprintf(stream, "%.*s", (int)length, text);
        else
            print_words(stream, text, length, indent);
        fputc('\n', stream);
        text += length + (text[length] ? 1 : 0);
    }
}

void command_name(char name[COMMAND_NAME_BYTES], const command *c) {
    snprintf(name, COMMAND_NAME_BYTES, "%s%s%s", c->noun ? c->noun : "", c->noun ? " " : "",
             c->verb);
}

static void print_commands(FILE *stream, const command_group *group) {
    for (const command *const *c = group->commands; *c; c++) {
        char name[COMMAND_NAME_BYTES];
        command_name(name, *c);
        fprintf(stream, "  %-*s%s\n", SUMMARY_COLUMN, name, (*c)->summary);
    }
}

void help_overview(FILE *stream, const command_group *const *groups, size_t count) {
    fputs("Likelore reasons exactly with probabilities, and trains and runs small language "
          "models.\n\nUsage: likelore NOUN VERB [OPTION]... [OPERAND]...\n\nCommands:\n",
          stream);
    for (size_t i = 0; i < count; i++) print_commands(stream, groups[i]);
    fputs("\n`likelore NOUN VERB --help` tells more of each; `likelore --version` the version.\n",
          stream);
}

void help_noun(FILE *stream, const command_group *group) {
    fprintf(stream, "Usage: likelore %s VERB [OPTION]... [OPERAND]...\n\nCommands:\n", group->noun);
    print_commands(stream, group);
}

static void print_options(FILE *stream, const option *table) {
    for (const option *o = table; o && o->name; o++) {
        char name[64];
        char letter[8] = "    ";
        if (o->letter) snprintf(letter, sizeof letter, "-%c, ", o->letter);
        snprintf(name, sizeof name, "%s--%s%s%s", letter, o->name,
                 o->value && o->value[0] != '[' ? " " : "", o->value ? o->value : "");
        fprintf(stream, "  %-*s", OPTION_COLUMN, name);
        if (strlen(name) >= OPTION_COLUMN) fprintf(stream, "\n  %-*s", OPTION_COLUMN, "");
        print_wrapped(stream, o->help, OPTION_COLUMN + 2);
    }
}

void help_command(FILE *stream, const command *c) {
    char name[COMMAND_NAME_BYTES];
    command_name(name, c);
    fprintf(stream, "%c%s.\n\nUsage: likelore %s [OPTION]...%s%s\n", toupper(c->summary[0]),
            c->summary + 1, name, *c->operands ? " " : "", c->operands);
    if (c->details) {
        fputc('\n', stream);
        print_wrapped(stream, c->details, 0);
    }
    if (c->options && c->options->name) {
        fputs("\nOptions:\n", stream);
        print_options(stream, c->options);
    }
    fputs("\nCommon options:\n", stream);
    print_options(stream, common_options);
}

// ---- Man page -----------------------------------------------------------------------------------

// Writes text for roff: backslashes and hyphens escaped, no line mistaken for a request.
static void print_roff(FILE *stream, const char *text, size_t length) {
    bool at_start = true;
    for (const char *end = text + length; text < end; text++) {
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
        print_roff(stream, o->name, strlen(o->name));
        if (o->value) fprintf(stream, "%s\\fI%s\\fR", o->value[0] == '[' ? "" : " ", o->value);
        fputc('\n', stream);
        print_roff(stream, o->help, strlen(o->help));
        fputc('\n', stream);
    }
}

// Paragraphs are filled, examples are not.
static void print_roff_details(FILE *stream, const char *text) {
    while (*text) {
        size_t length = paragraph_length(text);
        bool example = *text == ' ';
        fputs(example ? ".PP\n.nf\n" : ".PP\n", stream);
        print_roff(stream, text, length);
        fputs(example ? "\n.fi\n" : "\n", stream);
        text += length + (text[length] ? 1 : 0);
        while (*text == '\n') text++;
    }
}

static void print_roff_command(FILE *stream, const command *c) {
    char name[COMMAND_NAME_BYTES];
    command_name(name, c);
    fprintf(stream, ".SS likelore %s ", name);
    print_roff(stream, c->operands, strlen(c->operands));
    fprintf(stream, "\n%c", toupper(c->summary[0]));
    print_roff(stream, c->summary + 1, strlen(c->summary + 1));
    fputs(".\n", stream);
    if (c->details) print_roff_details(stream, c->details);
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

void help_man_page(FILE *stream, const command_group *const *groups, size_t count) {
    fputs(".TH LIKELORE 1 \"\" \"Likelore " LIKELORE_VERSION "\" \"User Commands\"\n"
          ".SH NAME\nlikelore \\- exact reasoning with probabilities, and small language models\n"
          ".SH SYNOPSIS\n.B likelore\n\\fINOUN VERB\\fR [\\fIOPTION\\fR]... "
          "[\\fIOPERAND\\fR]...\n.SH COMMANDS\n",
          stream);
    for (size_t i = 0; i < count; i++)
        for (const command *const *c = groups[i]->commands; *c; c++) print_roff_command(stream, *c);
    fputs(".SH COMMON OPTIONS\n", stream);
    print_roff_options(stream, common_options);
    print_roff_exit_codes(stream);
}
