/* SPDX-License-Identifier: MIT */
/* Every limit on input, in one place; going over one gives a proper problem (too-large). */
#pragma once

enum {
    AG_LIMIT_MODEL_BYTES = 16 * 1024 * 1024,   /* one model file */
    AG_LIMIT_MODELS_BYTES = 256 * 1024 * 1024, /* all of them together */
    AG_LIMIT_MODEL_FILES = 100 * 1000,
    AG_LIMIT_XML_DEPTH = 32,
    AG_LIMIT_MIXIN_DEPTH = 16,
    AG_LIMIT_REVISION_BYTES = 256 * 1024 * 1024,
    AG_LIMIT_REVISION_FILES = 100 * 1000,
    AG_LIMIT_CHECKED_BYTES = 256 * 1024 * 1024, /* an SQLite file looked through before a run */
    AG_LIMIT_SQL_DEPTH = 1000,                  /* nested parentheses and comments */
    AG_LIMIT_CONFIG_BYTES = 1024 * 1024,
};
