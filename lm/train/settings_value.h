// What the parts of the settings share: a value before its type is known.
#ifndef LK_SETTINGS_VALUE_H
#define LK_SETTINGS_VALUE_H

#include "train/settings.h"

#include "likelore/json.h"

typedef struct lk_setting_value {
    const char *text;
    bool quoted; // it was written as a text, so it is no number
} lk_setting_value;

lk_status lk_settings_assign(lk_settings *settings, const char *key, const lk_setting_value *value);
// Adds the settings as a JSON object.
void lk_settings_add_json(lk_json_writer *writer, const char *name, const lk_settings *settings);
// Applies the members of a JSON object.
lk_status lk_settings_read_object(lk_settings *settings, const lk_json *object);

#endif
