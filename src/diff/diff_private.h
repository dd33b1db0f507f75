/* SPDX-License-Identifier: MIT */
/* What the files of diff share: the two schemas, who is whose counterpart, and what is called
 * otherwise afterwards. */
#pragma once

#include "diff/diff.h"

/* An object and its counterpart. old NULL: to be created; new NULL: only the old schema has it. */
typedef struct {
    const AgObject *old, *new;
    const AgObject *respelled; /* old as it reads after all renames; old itself where nothing is
                                * called otherwise */
    bool renamed;              /* another name or schema is wanted */
    bool kept;                 /* matched by shape: the names differ and the database's stays */
    GPtrArray *parts;          /* of AgPair *; NULL for parts, and for tables that have none */
} AgPair;

typedef struct {
    AgPool *pool;
    const AgSchema *from, *to;
    const AgDiffOptions *options;
    AgDiag *diag;
    bool fold; /* ASCII case of names does not count */

    GPtrArray *pairs;   /* of AgPair *: what stands on its own */
    GPtrArray *changes; /* the result */

    /* Old name -> new one, filled by ag_diff_note_* before anything is compared. */
    bool any_renames;
    GHashTable *schemas;   /* name -> name */
    GHashTable *objects;   /* key of the old one -> AgQname * */
    GHashTable *columns;   /* old table (pointer) -> GHashTable * of column name -> name */
    GHashTable *values;    /* old enum (pointer) -> GHashTable * of value -> value */
    GHashTable *set;       /* AgPair * of a column -> what is set at it (inherit.c) */
    GHashTable *by_object; /* object of either side -> its AgPair *, of what stands on its own */
} AgDiffing;

/* --- match.c: who is whose counterpart --- */

/* A text that is equal for equal (kind, a, b), names folded where case does not count. In the
 * pool. */
char *ag_diff_key(const AgDiffing *d, AgKind kind, const char *a, const char *b);
/* Fills d->pairs with their parts, and the tables of renames. */
void ag_diff_match(AgDiffing *d);

/* --- parts.c: keys, checks, foreign keys and indexes of a table --- */

/* Appends the pairs of all parts but columns to table->parts. Needs the renames of all tables. */
void ag_diff_match_parts(AgDiffing *d, AgPair *table);
/* A name that was kept may be wanted by something new: then the keeper takes the name its model
 * gives it after all. */
void ag_diff_settle_names(AgDiffing *d);

/* --- rename.c: renamed-from --- */

/* Objects of one scope by key: whole schemas for what stands on its own, one table for parts. */
typedef struct {
    AgDiffing *d;
    GHashTable *olds, *news; /* by kind and name -> AgObject *; news NULL: none has a former name */
    GHashTable *claims;      /* old AgObject * -> the new AgObject * that was called so; likewise */
    GHashTable *taken;       /* old AgObject * that has its counterpart */
} AgScope;

void ag_scope_init(AgScope *scope, AgDiffing *d);
void ag_scope_add_old(AgScope *scope, AgObject *object);
void ag_scope_end(AgScope *scope);
/* The old object that goes by the new one's name, or NULL. */
AgObject *ag_scope_old(const AgScope *scope, const AgObject *object);
/* After all old ones are added: notes which old name each renamed-from speaks of. */
void ag_scope_claim(AgScope *scope, const GPtrArray *news);
/* The counterpart of a new object by renamed-from or by name, or NULL; marks it taken. */
AgObject *ag_scope_resolve(AgScope *scope, const AgObject *object);

/* Notes the renamed values of an enum and refuses contradictory hints. */
void ag_diff_note_values(AgDiffing *d, const AgPair *pair);
/* Refuses a dropped and an added column of one type, unless that is allowed. */
void ag_diff_suspect(AgDiffing *d, const AgPair *table);

/* --- respell.c: old objects as they read after the renames --- */

/* The new name of a schema, a standing object or a column; what it was where it stays. */
const char *ag_diff_schema_name(const AgDiffing *d, const char *schema);
AgQname ag_diff_object_name(const AgDiffing *d, AgKind kind, AgQname name);
const char *ag_diff_column_name(const AgDiffing *d, const AgObject *old_table, const char *column);
/* The signature of an old object as it reads after the renames, in normal form where there are any;
 * NULL when it has none. */
const char *ag_diff_signature_now(const AgDiffing *d, const AgObject *old);
/* The object itself, or a copy that says the same with new names. */
const AgObject *ag_diff_respell(const AgDiffing *d, const AgObject *old);
/* SQL text likewise. `table` NULL: no columns. `is_type`: the whole text is a data type. */
const char *ag_diff_respell_sql(const AgDiffing *d, const char *text, const AgObject *table,
                                bool is_type);

/* --- compare.c --- */

/* Which fields of a pair differ, as the options want it. */
AgFieldSet ag_diff_differences(const AgDiffing *d, const AgPair *pair);
/* Whether two parts are the same thing but for name, comment and owner. */
bool ag_diff_same_shape(const AgDiffing *d, const AgObject *respelled, const AgObject *new_object);
/* A text that is equal for parts of equal shape (the converse does not hold). */
char *ag_diff_signature(const AgDiffing *d, const AgObject *object);

/* --- inherit.c: partitions and INHERITS --- */

/* Whether a part changes by itself, because it comes from a parent that stays one. */
bool ag_diff_follows(AgDiffing *d, const AgPair *table, const AgPair *part);
/* Which fields of a column have to be set at it: what differs. Where the table has parents with
 * that column, their changes do some of it, and take along what was the child's own. */
AgFieldSet ag_diff_set_at(AgDiffing *d, const AgPair *table, const AgPair *column);
/* Columns of the table that get another name with those of its parents are told as such; whether
 * there were any. */
bool ag_diff_follow_renames(AgDiffing *d, const AgPair *table);
/* Whether that pair of parts, a renamed one, is a column or check that the table says as well as a
 * parent, where it is renamed likewise: by that it has its new name. */
bool ag_diff_is_renamed_above(AgDiffing *d, const AgPair *table, const AgPair *part);
/* Whether ATTACH would not take the old key or index for that of the parent, which goes by the same
 * name. */
bool ag_diff_is_in_the_way(const AgDiffing *d, const AgPair *part);
/* Whether the table cannot stay: its partition key becomes another, or that of an ancestor. */
bool ag_diff_is_replaced(AgDiffing *d, const AgPair *table);
/* Whether a table that no model has is a partition somebody else looks after: of a series, or of a
 * table that hands all over. */
bool ag_diff_is_left(AgDiffing *d, const AgObject *old);
