/* SPDX-License-Identifier: MIT */
/* An operator (CREATE OPERATOR), told from others of its name by the types of its operands. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    AgSql left, right; /* written NULL: none; a prefix operator has no left one */
    AgQname function;
    AgQname commutator, negator;      /* operators; name NULL: none */
    AgQname restrict_with, join_with; /* XML `restrict`, `join`: estimators; name NULL: none */
    bool hashes, merges;
} AgOperator;
enum {
    AG_OPERATOR_LEFT,
    AG_OPERATOR_RIGHT,
    AG_OPERATOR_FUNCTION,
    AG_OPERATOR_COMMUTATOR,
    AG_OPERATOR_NEGATOR,
    AG_OPERATOR_RESTRICT,
    AG_OPERATOR_JOIN,
    AG_OPERATOR_HASHES,
    AG_OPERATOR_MERGES,
};

/* "integer, text" or "NONE, text", the types as canonical as they are. In the pool. */
const char *ag_operator_signature(AgPool *pool, const AgOperator *operator_object);
