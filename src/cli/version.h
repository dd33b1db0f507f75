/* SPDX-License-Identifier: MIT */
/* Versions of the program and of the libraries it runs with. */
#pragma once

#include <glib.h>

/* One line each. Asks libraries for a constant only: none is initialised. */
void ag_version_render(GString *out);
