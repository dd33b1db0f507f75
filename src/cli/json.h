/* SPDX-License-Identifier: MIT */
/* Writes JSON, two blanks per level, keys in the order they are written. Text that is not valid
 * UTF-8 has the bad bytes replaced by U+FFFD. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    GString *out;
    guint depth;
    bool empty; /* nothing written yet in the innermost object or array */
    bool line;  /* all in one line */
} AgJson;

void ag_json_init(AgJson *json, GString *out);
/* The same without line ends and blanks to line up, for a stream of objects. */
void ag_json_init_line(AgJson *json, GString *out);

/* `key` is NULL inside an array and at the top. The last end adds the closing line end. */
void ag_json_begin_object(AgJson *json, const char *key);
void ag_json_end_object(AgJson *json);
void ag_json_begin_array(AgJson *json, const char *key);
void ag_json_end_array(AgJson *json);

/* NULL text is null. */
void ag_json_text(AgJson *json, const char *key, const char *text);
void ag_json_int(AgJson *json, const char *key, int64_t value);
void ag_json_bool(AgJson *json, const char *key, bool value);
/* An array of texts (const char *). */
void ag_json_texts(AgJson *json, const char *key, const GPtrArray *texts);
