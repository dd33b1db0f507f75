/* SPDX-License-Identifier: MIT */
/* Asks the server how it prints an expression, in one transaction that is always rolled back:
 * temporary tables with the columns an expression mentions carry it as a check, a default or a
 * generated column, or have a trigger with it, and the server prints it with an empty search_path.
 * Many expressions share one table; one that does not compile is found by halving. No relation of
 * the user is touched. */
#pragma once

#include "db/db.h"
#include "introspect/cache.h"
#include "model/field.h"

typedef enum {
    AG_PRINT_TYPE,       /* a data type */
    AG_PRINT_DEFAULT,    /* of a column of type `target` */
    AG_PRINT_GENERATED,  /* of a column of type `target` */
    AG_PRINT_CONDITION,  /* a check, or the predicate of an index */
    AG_PRINT_EXPRESSION, /* of an index */
    AG_PRINT_POLICY,     /* of a policy: sub-selects are allowed, and may name the table itself */
    AG_PRINT_TRIGGER,    /* the condition of a trigger: OLD and NEW are known */
    AG_PRINT_RULE_CONDITION, /* of a rule, likewise; `target` is its event */
    AG_PRINT_RULE_COMMANDS,  /* of a rule; there the server locks what they write as it does for
                              * writing */
    AG_PRINT_ROUTINE, /* what follows the name of a function; `table` is that name, `target` is
                       * FUNCTION or PROCEDURE; for the answer see ag_scratch_routine */
    AG_PRINT_KEY,     /* of a partitioned table: "RANGE (a)" */
    AG_PRINT_BOUND,   /* of a partition; `target` is its parent's key */
    AG_PRINT_QUERY,   /* of a view; `target`: the names of its columns in parentheses, or "" */
} AgPrintKind;

typedef enum { AG_PRINT_WANTED, AG_PRINT_ANSWERED, AG_PRINT_FAILED } AgPrintState;

typedef struct {
    const char *name, *type; /* the type as SQL text */
    AgQname collation;
} AgPrintColumn;

/* A temporary table that stands for a relation which is not there yet, or not like that. */
typedef struct {
    const char *name;
    GPtrArray *columns; /* of const AgPrintColumn * */
    GPtrArray *key;     /* of const char *: its primary key; NULL: none */
} AgShadow;

typedef struct {
    AgPrintKind kind;
    const char *text;    /* what is asked about */
    const char *target;  /* DEFAULT, GENERATED: type of the column */
    GPtrArray *columns;  /* of const AgPrintColumn *: those the text may mean; NULL: none */
    const char *table;   /* the table's name when the text mentions it, else NULL */
    const char *path;    /* search_path in which the text is read */
    const char *context; /* QUERY: the columns of the relations it may read, for the cache */
    GPtrArray *shadows;  /* QUERY: of const AgShadow *, over which it is read; then the answer is
                          * not kept in the cache. NULL: none */
    AgQname own;         /* POLICY: the table that the temporary one stands for */
    /* the answer */
    AgPrintState state;
    const char *answer;  /* NULL although ANSWERED: the server keeps nothing (DEFAULT NULL) */
    const char *shape;   /* QUERY: the view's columns, for ag_pg_shape */
    const char *problem; /* FAILED: the server's words */
    bool from_cache;
    char *key;
} AgPrint;

typedef struct {
    AgDb *db;
    AgPool *pool;
    AgCache *cache;
    GHashTable *prints; /* key -> AgPrint * */
    GPtrArray *waiting; /* of AgPrint * */
    bool begun;
    bool unavailable; /* a standby, no right to TEMP: nothing can be asked */
    const char *why;  /* unavailable: the server's words */
    /* Set before the first wish, or left NULL. */
    GPtrArray *prelude; /* of const char *: statements that come before all questions */
    const char *(*translate)(const void *data, const char *text, bool is_type, bool back);
    const void *translate_data; /* names of types on the way to the server, and back */
} AgScratch;

void ag_scratch_init(AgScratch *scratch, AgDb *db, AgPool *pool, AgCache *cache);
/* The print of what `wish` describes, one for all equal wishes: answered from the cache, or waiting
 * for ag_scratch_run. */
AgPrint *ag_scratch_want(AgScratch *scratch, const AgPrint *wish);
/* Appends "name type COLLATE ...". For the files of the scratch only. */
void ag_scratch_put_column(const AgScratch *scratch, GString *sql, const AgPrintColumn *column);
/* Keeps an answer. QUERY: `type` is the shape. For the files of the scratch only. */
void ag_scratch_answer(AgScratch *scratch, AgPrint *print, const char *type, const char *text);
/* Asks about queries that share a search_path, in one round trip (scratch_query.c). */
bool ag_scratch_ask_queries(AgScratch *scratch, const GPtrArray *prints, AgDiag *diag);
/* Puts an answer of the cache to the server again. */
void ag_scratch_again(AgScratch *scratch, AgPrint *print);
/* Asks all that wait. Expressions that do not compile are FAILED and no problem; false: the
 * connection is gone. When nothing can be asked, `unavailable` is set and they stay WANTED. */
bool ag_scratch_run(AgScratch *scratch, AgDiag *diag);
/* The parts of an answer about a routine: the array of its arguments' defaults as text, and its
 * body when that is one of the SQL standard, else "". False: that is no such answer. */
bool ag_scratch_routine(AgPool *pool, const char *answer, const char **defaults, const char **body);
/* Rolls back. */
void ag_scratch_end(AgScratch *scratch);
