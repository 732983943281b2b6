// Named configurations to begin with.
#ifndef LK_PRESETS_H
#define LK_PRESETS_H

#include "likelore/core.h"

typedef struct lk_preset {
    const char *name;
    const char *base;  // the preset it changes, an earlier row; NULL: the defaults of settings.h
    const char *lines; // `key = value` lines
} lk_preset;

// LK_ERROR_UNKNOWN_NAME with the nearest name.
lk_status lk_preset_find(lk_context *context, const lk_preset **preset, const char *name);

#endif
