// What language explanations are written in.
#ifndef LIKELORE_LANGUAGE_H
#define LIKELORE_LANGUAGE_H

#include "command.h"

#include "likelore/bayes.h"

#define LANGUAGE                                                                                   \
    { "language", 0, "LANGUAGE", "write in English (en, the default) or in Chinese (zh)" }

// Reads --language.
lk_status read_language(invocation *call, lk_language *language);

#endif
