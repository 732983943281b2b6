// The settings that a command line gives: --preset, a configuration and --key=value.
#ifndef LIKELORE_LM_SETTINGS_H
#define LIKELORE_LM_SETTINGS_H

#include "command.h"

#include "likelore/lm.h"

// The settings among the words of the command line, as keys and values that end with a zero byte.
typedef struct given_settings {
    char **keys;
    const char **values;
    size_t count;
} given_settings;

// --seed is an option of every command, and a setting of these.
lk_status given_settings_collect(const invocation *call, given_settings *given);
void given_settings_free(given_settings *given);
// The preset that --preset names, changed by the configuration that the operand names, if there is
// one, and then by what was given.
lk_status settings_of_call(invocation *call, lk_settings **settings, const given_settings *given);

#endif
