/* SPDX-License-Identifier: MIT */
/* How text of one encoding becomes text of another (CREATE CONVERSION). */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    const char *from, *to; /* XML `from-encoding`, `to-encoding` */
    AgQname function;
    bool is_default;
} AgConversion;
enum {
    AG_CONVERSION_FROM,
    AG_CONVERSION_TO,
    AG_CONVERSION_FUNCTION,
    AG_CONVERSION_DEFAULT,
};
