/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/diag.h"

#include <stdbool.h>

/* Loads libxml2 unless it is loaded; false after a problem. Before any function of it. */
bool ag_libxml_load(AgDiag *diag);
