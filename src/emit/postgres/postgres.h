/* SPDX-License-Identifier: MIT */
/* What the writers of PostgreSQL share. */
#pragma once

#include "emit/state.h"
#include "model/collation.h"
#include "model/column.h"
#include "model/domain.h"
#include "model/enum.h"
#include "model/index.h"
#include "model/range.h"
#include "model/table.h"

/* --- the driver's hooks --- */

/* The order in which the changes are written: indexes that are built or dropped outside a
 * transaction move to the end and the beginning, so that the rest stays one transaction. */
const GPtrArray *ag_postgres_arrange(AgWriting *w, const GPtrArray *changes);
/* For writers of kinds that are made anew when a field of their own changes, whose fields all do
 * that (or are those of their parts), and whose name is made of others that move. */
AgStrategy ag_postgres_keep_common(const AgChange *change);
AgFieldSet ag_postgres_alter_nothing(AgWriting *w, const AgChange *change);
bool ag_postgres_move_nothing(AgWriting *w, const AgChange *change);
/* Validates what was added as NOT VALID, sets NOT NULL where that waited, and moves new labels of
 * enums that the script itself uses to steps of their own in front. */
bool ag_postgres_finish(AgWriting *w);
/* COMMENT ON and ALTER ... OWNER TO for the change's new side. Of what is created: its comment and
 * that of the index behind it, nothing where there is none. */
bool ag_postgres_comment(AgWriting *w, const AgChange *change);
bool ag_postgres_owner(AgWriting *w, const AgChange *change);
/* What has an owner: the word behind ALTER, the catalogue that keeps it and how the names of its
 * columns begin, and the type that finds it by its name as SQL has it (NULL: it is looked for by
 * name). All NULL for what belongs to the owner of something else. */
typedef struct {
    const char *word;
    const char *catalog, *prefix;
    const char *cast;
} AgPgOwned;
AgPgOwned ag_postgres_owned(AgKind kind);
/* "ALTER TABLE shop.orders OWNER TO ", for a role to follow. */
const char *ag_postgres_alter_owner(AgWriting *w, const AgObject *object);

/* --- owners of what is made (owner_kept.c) --- */

/* The role that read the database, for which the revision is planned; NULL: no database is known.
 */
const char *ag_postgres_role(const AgWriting *w);
/* Whose an object is: as the model says, else as it is in the database, else the role's that makes
 * it; NULL: no database is known. */
const char *ag_postgres_owner_of(const AgWriting *w, const AgObject *object);

/* Whom an object of the new side is given to when it is made: the owner that a model asks for, or
 * the one found in the database, when that was not the role that read it. NULL: whoever makes it
 * keeps it, or (`recreate`) it is given back by the statements below. */
const char *ag_postgres_new_owner(const AgWriting *w, const AgObject *object, bool recreate);
/* That, as a statement. */
bool ag_postgres_give(AgWriting *w, const AgChange *change, const AgObject *object, bool recreate);
/* Around what is made anew and whose owner no model names: the server is asked for its owner, who
 * gets it back behind everything else (so that privileges of the owner are, until then, those of
 * whoever runs the script), if that was another one than whoever read it. */
void ag_postgres_keep_owner(AgWriting *w, const AgChange *change, const AgObject *object);
void ag_postgres_give_back(AgWriting *w, const AgChange *change, const AgObject *object);
/* GRANT and REVOKE: from what the old side has, or what a new object has by itself, to the new
 * side's. */
bool ag_postgres_grants(AgWriting *w, const AgChange *change);
/* Likewise for an object that the change has made anew, under the old side's name. */
bool ag_postgres_grants_anew(AgWriting *w, const AgChange *change, const AgObject *object);
/* Takes away what is granted on an object that is none any more, but stays: a column of a view. */
bool ag_postgres_revoke_all(AgWriting *w, const AgChange *change);

/* Whether the field is among those changed; then it counts as handled. */
bool ag_postgres_take(const AgChange *change, int field, AgFieldSet *handled);
/* ALTER TABLE, SEQUENCE or TYPE ... RENAME TO and SET SCHEMA, whichever the names need. */
bool ag_postgres_move(AgWriting *w, const AgChange *change, const char *what);

/* [schema.]name under its current name, with the argument types of what is told apart by them:
 * "shop.touch(integer)" (routine.c). */
const char *ag_postgres_called(AgWriting *w, const AgObject *object);
/* "FUNCTION shop.touch(integer)": as COMMENT ON and DROP want it. */
const char *ag_postgres_routine(AgWriting *w, const AgObject *object);
/* "(integer, text)" with types under their current names; "" for what has no signature. */
const char *ag_postgres_signature(AgWriting *w, const AgObject *object);
/* Likewise of a function, procedure or aggregate as GRANT wants it: without words between. */
const char *ag_postgres_input_types(AgWriting *w, const AgObject *object);

/* A type of an argument or a result, pseudo-types among them. */
const char *ag_postgres_argument(AgWriting *w, const AgObject *object, AgSql type);
/* "(integer ORDER BY text)" of an aggregate; with the names where `named` (aggregate.c). */
const char *ag_postgres_aggregate_arguments(AgWriting *w, const AgObject *object, bool named);

/* --- texts (text.c) --- */

/* A type as it is written, user types qualified and under their current names. */
const char *ag_postgres_type(AgWriting *w, const AgObject *object, AgSql type);
/* " COLLATE c" under its current name; nothing when there is none. */
void ag_postgres_put_collation(AgWriting *w, GString *out, const AgObject *object, AgQname name);
/* A type as the server prints it. */
const char *ag_postgres_print(AgWriting *w, AgSql type);
/* The next statement holds unqualified names of the object's side: its step gets the models' search
 * path, where that is more than public. */
void ag_postgres_want_path(AgWriting *w, const AgObject *object);
/* An expression of the object, columns under their current names. Where it has unqualified names
 * the next statement's step gets the models' search path. */
const char *ag_postgres_expression(AgWriting *w, const AgObject *object, AgSql sql);
/* The sequence of the object's side that the string (a token of SQL) names, or NULL. */
const AgObject *ag_postgres_sequence_of(AgWriting *w, const AgObject *object, const char *literal,
                                        size_t length);
/* The expression in parentheses, unless it stands in one pair already. */
const char *ag_postgres_wrapped(AgWriting *w, const AgObject *object, AgSql sql);
/* Whether the text is the call of one function, which an index takes without parentheses. */
bool ag_postgres_is_call(AgWriting *w, const char *text);
/* Whether `name` is among the names of the expression. */
bool ag_postgres_mentions(AgWriting *w, AgSql sql, const char *name);
/* The column of that name under its current name, quoted. */
const char *ag_postgres_column(AgWriting *w, const AgObject *table, const char *name);
void ag_postgres_put_columns(AgWriting *w, GString *out, const AgObject *table,
                             const GPtrArray *names);
/* "a = 1, b = 'x'", sorted as given. */
void ag_postgres_put_options(AgWriting *w, GString *out, const GPtrArray *options);
/* "ALTER TABLE t SET (...)" and RESET for options that differ; `what` is "TABLE" or "INDEX". */
void ag_postgres_alter_options(AgWriting *w, const AgChange *change, const char *what,
                               const char *qname, const GPtrArray *old_options,
                               const GPtrArray *new_options);
/* Whether the target has the version (150000); else AG_PROBLEM_UNSUPPORTED naming `what`. */
bool ag_postgres_needs(AgWriting *w, const AgObject *object, long version, const char *what);

/* --- expressions (volatile.c) --- */

/* Whether a default gives another value for each row, so that a new column rewrites the table. When
 * in doubt: yes. */
bool ag_postgres_is_volatile(AgPool *pool, AgSql sql);
/* Whether the name is that of a function or type every server has in pg_catalog. */
bool ag_postgres_is_well_known(const char *name);

/* --- constraints --- */

/* The new key that takes over a unique index which is dropped, and the index that a new key takes
 * over; NULL: there is none. */
const AgObject *ag_postgres_key_of_index(AgWriting *w, const AgObject *index);
const AgObject *ag_postgres_index_of_key(AgWriting *w, const AgObject *key);

/* "CONSTRAINT n CHECK (...)" as it stands in CREATE TABLE and behind ADD; false after a problem. */
bool ag_postgres_put_key(AgWriting *w, GString *out, const AgObject *object);
bool ag_postgres_put_exclude(AgWriting *w, GString *out, const AgObject *object);
bool ag_postgres_put_check(AgWriting *w, GString *out, const AgObject *object);
bool ag_postgres_put_foreign_key(AgWriting *w, GString *out, const AgObject *object);
void ag_postgres_put_constraint_name(AgWriting *w, GString *out, const AgObject *object);
void ag_postgres_put_deferrable(GString *out, const char *deferrable);
bool ag_postgres_rename_constraint(AgWriting *w, const AgChange *change);
bool ag_postgres_drop_constraint(AgWriting *w, const AgChange *change);
/* " USING method (parts) INCLUDE (columns)" of an index or exclusion constraint. */
bool ag_postgres_put_index_key(AgWriting *w, GString *out, const AgIndex *index);
/* The current name of an index, or of the one behind a constraint, with the schema of its table. */
const char *ag_postgres_index(AgWriting *w, const AgObject *object);
void ag_postgres_move_index(AgWriting *w, const AgChange *change, const char *tablespace);
/* COMMENT ON INDEX, of the index behind the constraint on the new side. */
void ag_postgres_index_comment(AgWriting *w, const AgChange *change);
/* The statistics targets of its expressions, of a new index or those that differ. */
void ag_postgres_index_statistics(AgWriting *w, const AgChange *change);
/* What can be altered of an index: its storage parameters, its tablespace. */
void ag_postgres_alter_index(AgWriting *w, const AgChange *change, bool params, bool tablespace);
/* ADD CONSTRAINT of a check or foreign key: on a table with rows NOT VALID first where the options
 * say so (online.c). */
bool ag_postgres_add_validated(AgWriting *w, const AgChange *change, const char *definition,
                               bool not_valid);
/* The same of a constraint that is not enforced: no row is looked at. */
bool ag_postgres_add_unchecked(AgWriting *w, const AgChange *change, const char *definition);
/* VALIDATE CONSTRAINT, in a step of its own or in its turn. */
void ag_postgres_validate(AgWriting *w, const AgChange *change);
void ag_postgres_validate_now(AgWriting *w, const AgChange *change);
/* Whether an index is built and dropped CONCURRENTLY. */
bool ag_postgres_is_concurrent(const AgWriting *w, const AgObject *object);

/* Whether the table's replica identity or cluster mark names this index or key, which is made now:
 * then they are said (marks.c). */
void ag_postgres_mark_index(AgWriting *w, const AgChange *change);
/* Their changes in a table; what names an index that this script makes is said behind it. */
AgFieldSet ag_postgres_alter_marks(AgWriting *w, const AgChange *change);
/* The replica identity of a new table that is not an index's. */
void ag_postgres_mark_table(AgWriting *w, const AgChange *change);

/* --- partitions and inheritance (partition.c) --- */

/* "PARTITION OF p" or nothing, and what stands behind the columns: bound, INHERITS, key. */
void ag_postgres_put_parents(AgWriting *w, GString *out, const AgTable *table);
/* What making a partition means for its parent. */
void ag_postgres_mark_partition(AgWriting *w, AgStatement *statement, const AgObject *object);
/* ATTACH, DETACH, INHERIT and NO INHERIT. */
AgFieldSet ag_postgres_alter_parents(AgWriting *w, const AgChange *change);
/* The name of a table given as [schema.]name of the object's side, as it is called at this step. */
const char *ag_postgres_table_name(AgWriting *w, const AgObject *object, AgQname name);

/* Typed tables (typed.c): what comes before all changes and behind them, and its statements. */
void ag_postgres_untie(AgWriting *w, const GPtrArray *changes, GPtrArray *arranged);
void ag_postgres_tie(AgWriting *w, const GPtrArray *changes, GPtrArray *arranged);
void ag_postgres_alter_of(AgWriting *w, const AgChange *change);

/* "OPERATOR shop.=== (integer, NONE)" (operator.c). */
const char *ag_postgres_operator(AgWriting *w, const AgObject *object);
/* [schema.]name, quoted, of what `object` mentions and the models need not have; of an operator,
 * whose name is never quoted; and of a function. */
const char *ag_postgres_mention(AgWriting *w, const AgObject *object, AgQname name);
const char *ag_postgres_operator_name(AgWriting *w, const AgObject *object, AgQname name);
const char *ag_postgres_function_name(AgWriting *w, const AgObject *object, AgQname name);
/* " USING btree" of an operator class or family (operator_class.c). */
const char *ag_postgres_index_method(AgWriting *w, const AgObject *object);
/* "CAST (json AS text)" (type_cast.c). */
const char *ag_postgres_type_cast(AgWriting *w, const AgObject *object);
/* "ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA shop " (default_privileges.c). */
const char *ag_postgres_default_privileges(AgWriting *w, const AgObject *object);

/* --- foreign data (foreign_data.c) --- */

/* `lead`, then "OPTIONS (a 'x')"; nothing where there are none. */
void ag_postgres_put_foreign_options(AgWriting *w, GString *out, const char *lead,
                                     const GPtrArray *options);
/* "OPTIONS (DROP a, ADD b 'x', SET c 'y')": what makes the one list into the other. */
const char *ag_postgres_foreign_options(AgWriting *w, const GPtrArray *old,
                                        const GPtrArray *new_list);
/* The name of a server or wrapper that an object of either side speaks of, as it is at this step.
 */
const char *ag_postgres_foreign_name(AgWriting *w, const AgObject *object, AgKind kind,
                                     const char *name);

/* --- numbering (numbering.c) --- */

/* Numbers as a model says them (AG_INT_UNSET: not), or as they are in force. */
typedef struct {
    int64_t start, increment, min, max;
} AgNumbering;

/* What the server takes where nothing is said, for a sequence of that type. */
AgNumbering ag_postgres_numbering(AgWriting *w, AgSql type, AgNumbering said);

/* How the numbering of a sequence or an identity column changes. */
typedef struct {
    const AgChange *change;
    AgNumbering before, after;       /* in force */
    AgNumbering said;                /* of the new side, as it says */
    bool start, increment, min, max; /* to be written whether or not they differ */
    const char *lead;                /* what stands before each clause: "\n    " or " SET " */
    const char *sequence;            /* its name, or NULL: */
    const char *behind;              /* an expression of SQL that gives the name */
} AgNumberingChange;

/* The clauses of ALTER. */
void ag_postgres_put_numbering(const AgNumberingChange *change, GString *out);
/* Moves the sequence into its new bounds where it stands outside; before the ALTER. */
void ag_postgres_move_numbering(AgWriting *w, const AgNumberingChange *change);
/* Marks the ALTER when it makes the sequence begin anew. */
void ag_postgres_mark_numbering(AgWriting *w, const AgNumberingChange *change,
                                AgStatement *statement);

/* --- columns --- */

/* "name type NOT NULL DEFAULT ..." as it stands in CREATE TABLE and behind ADD COLUMN. */
bool ag_postgres_put_column(AgWriting *w, GString *out, const AgColumn *column);
/* What ADD COLUMN and CREATE TABLE leave out: storage, compression, statistics and options
 * (column_storage.c). For a new column, or what changes of one. */
bool ag_postgres_create_column_rest(AgWriting *w, const AgChange *change);
AgFieldSet ag_postgres_alter_column_rest(AgWriting *w, const AgChange *change);
/* NOT NULL in the definition of a column, and what stands behind it of that (not_null.c). */
bool ag_postgres_put_not_null(AgWriting *w, GString *out, const AgColumn *column);
bool ag_postgres_create_not_null_rest(AgWriting *w, const AgChange *change);
/* How NOT NULL, its name and the like change; the fields dealt with. */
AgFieldSet ag_postgres_alter_not_null(AgWriting *w, const AgChange *change);
/* SET NOT NULL behind a check that was added NOT VALID: the check is validated, in a step of its
 * own, and then stands for the look at all rows under the strongest lock. */
void ag_postgres_keep_promise(AgWriting *w, const AgChange *change);
/* What stands behind DEFAULT: in parentheses when it could be misread there. */
const char *ag_postgres_default(AgWriting *w, const AgObject *object, AgSql sql);
/* "GENERATED ALWAYS AS IDENTITY (...)" */
void ag_postgres_put_identity(AgWriting *w, GString *out, const AgColumn *column);
AgFieldSet ag_postgres_alter_column(AgWriting *w, const AgChange *change);
/* What the columns of a new child table have beside their parent's (inherited.c). */
bool ag_postgres_create_own(AgWriting *w, const AgObject *table);
/* Where a column gets another type: the defaults that its children have of their own would be cast;
 * each of them is set again by its own change. */
void ag_postgres_drop_defaults_below(AgWriting *w, const AgChange *change);
/* DROP NOT NULL, one table at a time, where a child has the column in its own primary key; false:
 * none has. */
bool ag_postgres_drop_null_here(AgWriting *w, const AgChange *change);
/* Whether there are tables below it, to which the server adds no identity column. */
bool ag_postgres_has_children(AgWriting *w, const AgObject *table);
/* What one inherited column has of its own, comment and privileges aside. */
bool ag_postgres_set_own(AgWriting *w, const AgColumn *column, bool has_children);
/* Whether a partition's column is NOT NULL because its parent's is. */
bool ag_postgres_is_held_above(AgWriting *w, const AgChange *change);
/* The tables of that side that inherit from the table or are partitions of it, on any level: of
 * AgObject *, in the order of the schema (family.c). */
GPtrArray *ag_postgres_tables_below(AgWriting *w, const AgSchema *side, const AgObject *table);
/* Whether SET NOT NULL can come later, behind a check that the tables below get as well and lose
 * again: when none of them comes, goes or wants it at once, and no parent brings it (family.c). */
bool ag_postgres_family_waits(AgWriting *w, const AgChange *change);
/* Whether a child keeps the column, as its own, that its parent loses; and the statements for those
 * children that do not. */
bool ag_postgres_outlived(AgWriting *w, const AgObject *column);
void ag_postgres_drop_others(AgWriting *w, const AgChange *change);
/* The statements of ag_postgres_alter_column that deal with numbering (identity.c). */
void ag_postgres_drop_identity(AgWriting *w, const AgChange *change);
void ag_postgres_prepare_identity(AgWriting *w, const AgChange *change);
void ag_postgres_add_identity(AgWriting *w, const AgChange *change);
void ag_postgres_continue_sequence(AgWriting *w, const AgChange *change);

/* What changing a column from one type to another means (cast.c). */
typedef enum {
    AG_CAST_FREE = 0,              /* the catalogue only */
    AG_CAST_REWRITES = 1 << 0,     /* every row is written anew */
    AG_CAST_CHANGES = 1 << 1,      /* values may be rounded, cut or read in another way */
    AG_CAST_MAY_FAIL = 1 << 2,     /* values may not fit */
    AG_CAST_REBUILDS = 1 << 3,     /* indexes on the column are built anew */
    AG_CAST_EXPLICIT = 1 << 4,     /* needs USING c::type */
    AG_CAST_THROUGH_TEXT = 1 << 5, /* needs USING c::text::type */
    AG_CAST_IN_ZONE = 1 << 6,      /* the time zone of the session decides */
} AgCast;
/* From a type of one object to that of another; a domain counts as what it is based on. */
unsigned ag_postgres_cast_between(AgWriting *w, const AgObject *old, AgSql from,
                                  const AgObject *new_object, AgSql to);
/* Types as the server prints them. */
unsigned ag_postgres_cast(AgPool *pool, const char *from, const char *to);

/* Marks the statement that converts the column by that cast. */
void ag_postgres_mark_cast(AgWriting *w, AgStatement *statement, const AgObject *column,
                           unsigned cast);

/* --- types --- */

/* What stands behind the name in CREATE DOMAIN (without its checks), AS RANGE and CREATE
 * COLLATION; an attribute, and a check of a domain. False after a problem. */
void ag_postgres_put_domain(AgWriting *w, GString *out, const AgDomain *domain);
/* A domain over a domain has taken over its default: behind CREATE DOMAIN, where it has none. */
void ag_postgres_shed_default(AgWriting *w, const AgChange *change, const AgDomain *domain);
void ag_postgres_put_domain_check(AgWriting *w, GString *out, const AgObject *check);
void ag_postgres_put_field(AgWriting *w, GString *out, const AgObject *field);
/* What ALTER TYPE of a range type does not rename or move with it: its constructors, and its
 * multirange type with the constructors of that. */
typedef struct {
    const char *schema, *range, *multirange;
} AgRangeNames;
void ag_postgres_range_follows(AgWriting *w, const AgChange *change, const AgRange *range,
                               AgRangeNames from, AgRangeNames to);
bool ag_postgres_put_range(AgWriting *w, GString *out, const AgRange *range);
bool ag_postgres_put_collation_of(AgWriting *w, GString *out, const AgCollation *collation);
/* Makes the type (of an attribute: its composite type) or the collation anew as the new side says
 * it, and converts what holds its values (type_rebuild.c). */
void ag_postgres_rebuild_type(AgWriting *w, const AgChange *change);
/* Whether a column of a table holds values of the type, maybe inside others. */
bool ag_postgres_is_stored(AgWriting *w, const AgObject *type);

/* The object that the type of `object` names, on its side; NULL when it is none. `rest`: what
 * stands behind the name ("[]"). */
const AgObject *ag_postgres_type_of(AgWriting *w, const AgObject *object, AgSql type,
                                    const char **rest);
/* Likewise an enum, with that definition. `loses`: labels go. */
void ag_postgres_rebuild_enum(AgWriting *w, const AgChange *change, const char *definition,
                              bool loses);

/* Moves ADD VALUE in front where a later statement uses the label. */
void ag_postgres_move_labels(AgWriting *w);

extern const AgKindWriter ag_postgres_namespace_writer, ag_postgres_extension_writer,
    ag_postgres_collation_writer, ag_postgres_enum_writer, ag_postgres_domain_writer,
    ag_postgres_domain_check_writer, ag_postgres_composite_writer,
    ag_postgres_composite_field_writer, ag_postgres_range_writer, ag_postgres_sequence_writer,
    ag_postgres_function_writer, ag_postgres_procedure_writer, ag_postgres_aggregate_writer,
    ag_postgres_table_writer, ag_postgres_column_writer, ag_postgres_primary_key_writer,
    ag_postgres_unique_writer, ag_postgres_exclude_writer, ag_postgres_check_writer,
    ag_postgres_foreign_key_writer, ag_postgres_index_writer, ag_postgres_trigger_writer,
    ag_postgres_policy_writer, ag_postgres_statistics_writer, ag_postgres_view_writer,
    ag_postgres_materialized_view_writer, ag_postgres_view_column_writer,
    ag_postgres_event_trigger_writer, ag_postgres_publication_writer,
    ag_postgres_published_table_writer, ag_postgres_rule_writer,
    ag_postgres_foreign_data_wrapper_writer, ag_postgres_server_writer,
    ag_postgres_user_mapping_writer, ag_postgres_cast_writer, ag_postgres_default_privileges_writer,
    ag_postgres_operator_writer, ag_postgres_conversion_writer, ag_postgres_operator_family_writer,
    ag_postgres_operator_class_writer, ag_postgres_class_operator_writer,
    ag_postgres_class_function_writer, ag_postgres_text_search_dictionary_writer,
    ag_postgres_text_search_configuration_writer, ag_postgres_text_search_mapping_writer;
