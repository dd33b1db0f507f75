/* SPDX-License-Identifier: MIT */
/* Collects problems. Every function that can fail returns bool (or a pointer, NULL for failure)
 * and takes `AgDiag *diag` last. False means: at least one error was recorded. True means: this
 * call recorded none. Nothing below `cli` prints; `cli` prints what was collected. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Where something stands. `file` NULL: no place; line 0: the file as a whole; column counts
 * characters from 1, 0 when not known. The text must outlive the diag's user (pool or static). */
typedef struct {
    const char *file;
    int line, column;
} AgPlace;

#define AG_NOWHERE ((AgPlace){NULL, 0, 0})

/* What a problem means for the exit code; `ag_diag_exit_code` maps them. */
typedef enum {
    AG_CLASS_NOTICE,        /* 0 */
    AG_CLASS_FAILED,        /* 1 */
    AG_CLASS_DIFFERENT,     /* 2 */
    AG_CLASS_REFUSED,       /* 3 */
    AG_CLASS_WRONG_USAGE,   /* 64 */
    AG_CLASS_INVALID,       /* 65: model or revision */
    AG_CLASS_MISSING,       /* 66 */
    AG_CLASS_UNREACHABLE,   /* 69 */
    AG_CLASS_BUG,           /* 70 */
    AG_CLASS_UNWRITABLE,    /* 73 */
    AG_CLASS_LOCKED,        /* 75 */
    AG_CLASS_DENIED,        /* 77 */
    AG_CLASS_CONFIGURATION, /* 78 */
    AG_CLASS_STOPPED,       /* 130 or 143: by the signal */
} AgProblemClass;

typedef enum {
#define AG_PROBLEM(ID, word, CLASS, explanation) AG_PROBLEM_##ID,
#include "base/problems.def"
#undef AG_PROBLEM
} AgProblemId;

typedef enum { AG_SEVERITY_ERROR, AG_SEVERITY_WARNING, AG_SEVERITY_NOTICE } AgSeverity;

typedef struct {
    AgProblemId id;
    AgSeverity severity;
    AgPlace place;
    AgPlace other;        /* the second place of a clash; AG_NOWHERE otherwise */
    const char *message;  /* one line, lower case, no full stop, names in single quotes */
    const char *hint;     /* NULL, or lines of advice */
    const char *sqlstate; /* NULL, or five characters of the server */
    const char *detail;   /* NULL, or what the server added (DETAIL, CONTEXT) */
} AgProblem;

typedef struct AgDiag AgDiag;

AgDiag *ag_diag_new(void);
void ag_diag_free(AgDiag *diag);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgDiag, ag_diag_free)

/* Records an error and returns false, so that failing is one statement. */
bool ag_fail(AgDiag *diag, AgProblemId id, AgPlace place, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* Record what does not fail: a warning asks for attention, a notice informs. */
void ag_warn(AgDiag *diag, AgProblemId id, AgPlace place, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
void ag_note(AgDiag *diag, AgProblemId id, AgPlace place, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* Records a problem of another diag once more. */
void ag_diag_copy(AgDiag *diag, const AgProblem *problem);

/* These add to the problem recorded last: advice (several calls give several lines), the second
 * place, the server's SQLSTATE and detail. */
void ag_hint(AgDiag *diag, const char *format, ...) G_GNUC_PRINTF(2, 3);
void ag_also(AgDiag *diag, AgPlace other);
void ag_sqlstate(AgDiag *diag, const char *sqlstate, const char *detail);

/* Adds "did you mean 'x'?" with the nearest of `words` (NULL-terminated) when one is near. */
void ag_hint_nearest(AgDiag *diag, const char *word, const char *const *words);

guint ag_diag_count(const AgDiag *diag);
guint ag_diag_errors(const AgDiag *diag);
/* The i-th problem in order of recording. Valid until the diag is freed or rewound. */
const AgProblem *ag_diag_problem(const AgDiag *diag, guint i);
/* The problem recorded last, or NULL. */
const AgProblem *ag_diag_last(const AgDiag *diag);

/* Forgets all problems from the `count`-th on: for a caller to whom a failure is an answer. */
void ag_diag_rewind(AgDiag *diag, guint count);

/* The stable word, the class and the explanation of a problem id. */
const char *ag_problem_word(AgProblemId id);
AgProblemClass ag_problem_class(AgProblemId id);
const char *ag_problem_explanation(AgProblemId id);
bool ag_problem_parse(const char *word, AgProblemId *out);

/* The exit code of a run with these problems: that of the first error; 0 when there is none. */
int ag_diag_exit_code(const AgDiag *diag);
