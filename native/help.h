// The texts of --help and the man page, made from the tables of commands.
#ifndef LIKELORE_HELP_H
#define LIKELORE_HELP_H

#include "command.h"

#include <stdio.h>

// Writes how a command is called: "net query", or "serve".
enum { COMMAND_NAME_BYTES = 40 };
void command_name(char name[COMMAND_NAME_BYTES], const command *c);

void help_overview(FILE *stream, const command_group *const *groups, size_t count);
// The verbs of one noun.
void help_noun(FILE *stream, const command_group *group);
void help_command(FILE *stream, const command *c);
// The whole manual as a man page, in the man macros of roff.
void help_man_page(FILE *stream, const command_group *const *groups, size_t count);

#endif
