/* SPDX-License-Identifier: MIT */
/* One row of a kind's field table, and the generic verbs over fields: get, set, compare, print.
 * Nobody writes a comparison by hand. */
#pragma once

#include "base/diag.h"
#include "base/dialect_id.h"
#include "base/pool.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a field is stored in its struct. */
typedef enum {
    AG_FIELD_BOOL, /* bool */
    AG_FIELD_INT,  /* int64_t; AG_INT_UNSET when absent */
    AG_FIELD_WORD, /* const char *, one of `words`; NULL when absent. words[0] is what absence means
                    */
    AG_FIELD_NAME, /* const char *: one identifier, NULL when absent */
    AG_FIELD_NAMES,  /* GPtrArray * of const char *: identifiers, order matters; NULL when absent */
    AG_FIELD_QNAME,  /* AgQname: an identifier that may carry a schema */
    AG_FIELD_COLUMN, /* AgColumnName: table and column, [schema.]table.column */
    AG_FIELD_TYPE,   /* AgSql: a data type: emitted as written, compared as canonical */
    AG_FIELD_EXPR,   /* AgSql: an expression or query: likewise */
    AG_FIELD_TEXT,   /* const char *: opaque, compared exactly; NULL when absent */
    AG_FIELD_OPTIONS,   /* GPtrArray * of AgOption *: key=value, order does not matter; <param>
                           children */
    AG_FIELD_PARTS,     /* GPtrArray * of AgPart *: the key parts of an index */
    AG_FIELD_VALUES,    /* GPtrArray * of AgEnumValue *: the values of an enum, order matters */
    AG_FIELD_SET,       /* GPtrArray * of const char *: names, or some of `words`, in no order: each
                           once, sorted (words as `words` has them); NULL when empty */
    AG_FIELD_TEXTS,     /* GPtrArray * of const char *: any texts, order matters; NULL when empty */
    AG_FIELD_ARGUMENTS, /* GPtrArray * of AgArgument *: those of a function, order matters */
    AG_FIELD_BODY,      /* AgSql: code that the database keeps as it is written */
} AgFieldType;

/* Where XML carries the field. A name "a/b" is attribute b of child element a; otherwise: */
typedef enum {
    AG_FORM_ATTRIBUTE,
    AG_FORM_ELEMENT,  /* the text of the child element of that name; may be src="file" */
    AG_FORM_TEXT,     /* the text of the object's own element; may be src="file" */
    AG_FORM_CHILDREN, /* PARTS, VALUES, OPTIONS, ARGUMENTS: child elements of their own */
} AgFieldForm;

enum {
    AG_FIELD_REQUIRED = 1 << 0,
    AG_FIELD_IF_WRITTEN = 1 << 1,   /* compared only where the model says something */
    AG_FIELD_NOT_COMPARED = 1 << 2, /* advice for making revisions (using, concurrently) */
    AG_FIELD_UNORDERED = 1 << 4,    /* NAMES: a set of columns, in whatever order */
    AG_FIELD_MAY_BE_EMPTY = 1 << 4, /* TEXT: "" is a value */
    AG_FIELD_STATEMENTS = 1 << 5,   /* EXPR: statements, which may have semicolons between */
    AG_FIELD_SPELLED = 1 << 6,      /* WORD: the default, where it is said, is kept as said */
    AG_FIELD_SHORT = 1 << 3, /* sugar: read from XML into another field, never written back */
};

#define AG_IN(DIALECT) (1u << AG_DIALECT_##DIALECT)
#define AG_IN_ALL (AG_IN(POSTGRESQL) | AG_IN(SQLITE))

#define AG_INT_UNSET INT64_MIN

/* SQL text in its two forms. `written` NULL: absent. `canonical` is set by introspection (what the
 * database prints) and, for a desired schema, by introspect/canonical: then two fields are equal
 * when their canonical texts are. Where canonical is NULL, written stands for it. */
typedef struct {
    const char *written;
    const char *canonical;
    AgPlace place;
} AgSql;

/* schema NULL: not written (resolved by the parser where the model can, else left open). */
typedef struct {
    const char *schema;
    const char *name; /* NULL: absent */
} AgQname;

typedef struct {
    AgQname table;
    const char *column; /* NULL: absent */
} AgColumnName;

typedef struct {
    const char *name, *value;
} AgOption;

/* One part of an index or exclusion key: a column or an expression. */
typedef struct {
    const char *column; /* NULL: an expression */
    AgSql expression;   /* written NULL: a column */
    const char *order;  /* NULL or "asc" (the same; SQLite keeps the word), "desc" */
    const char
        *nulls; /* NULL: the default of the order (last for asc, first for desc); "first", "last" */
    AgQname opclass;            /* name NULL: the type's default */
    const char *opclass_params; /* NULL or "siglen=32, ..." */
    AgQname collation;          /* name NULL: the column's own */
    const char *statistics;     /* of an expression: NULL, or its target as a number */
    const char *with;           /* exclusion constraints: the operator */
    AgPlace place;
} AgPart;

typedef struct {
    const char *name;
    GPtrArray *former; /* of const char *: renamed-from, newest first; NULL when none */
    AgPlace place;
} AgEnumValue;

/* An argument of a function, procedure or aggregate, or a column of its result. */
typedef struct {
    const char *name; /* NULL: none */
    const char *mode; /* NULL: in; "out", "inout", "variadic", "table" (a column of the result) */
    AgSql type;
    AgSql default_sql; /* written NULL: none */
    AgPlace place;
} AgArgument;

typedef struct {
    const char *name; /* the XML attribute, the catalog query's column, the word in messages */
    AgFieldType type;
    size_t offset;
    const char *const *words; /* AG_FIELD_WORD, and AG_FIELD_SET where it is limited to some;
                                 NULL-terminated */
    AgFieldForm form;
    unsigned flags;
    unsigned dialects; /* 0 stands for all: the databases that have this field */
    const char *about; /* one sentence for the XSD and the format reference */
} AgField;

#define AG_FIELD_OF(Struct, member, TYPE)                                                          \
    .type = AG_FIELD_##TYPE, .offset = offsetof(Struct, member)

typedef uint64_t AgFieldSet; /* bit i stands for fields[i] */
#define AG_FIELD_BIT(i) ((AgFieldSet)1 << (i))
/* Common to all kinds, beyond every table. */
#define AG_FIELD_COMMENT AG_FIELD_BIT(63)
#define AG_FIELD_OWNER AG_FIELD_BIT(62)
#define AG_FIELD_GRANTS AG_FIELD_BIT(61)
#define AG_FIELD_COMMON (AG_FIELD_COMMENT | AG_FIELD_OWNER | AG_FIELD_GRANTS)

/* Whether that database has the field. */
static inline bool ag_field_in(const AgField *field, AgDialectId dialect)
{
    return field->dialects == 0 || (field->dialects & (1u << dialect)) != 0;
}

/* Pointers into an object. The object begins with AgObject; `field` is one of its kind. */
static inline const void *ag_field_at(const void *object, const AgField *field)
{
    return (const char *)object + field->offset;
}
static inline void *ag_field_slot(void *object, const AgField *field)
{
    return (char *)object + field->offset;
}

/* Whether the field says anything (a false bool says nothing; nor does words[0], except where
 * absence is not compared). */
bool ag_field_is_set(const void *object, const AgField *field);

/* Whether two objects of one kind agree in a field. Names compare exactly, or without regard to
 * case (ASCII) when `fold` (SQLite). */
bool ag_field_same(const void *a, const void *b, const AgField *field, bool fold);

/* Sets a field from one text, as XML attributes and catalog columns give it: "true"/"t"/"false"/"f"
 * for BOOL, digits for INT, one of the words, names separated by blanks with "quoted names" for
 * NAMES, SET and TEXTS, [schema.]name for QNAME. `pool` keeps what is stored. PARTS, VALUES,
 * OPTIONS and ARGUMENTS cannot be set so. False: not understood; the caller words the problem. */
bool ag_field_set_text(AgPool *pool, void *object, const AgField *field, const char *text);

/* The field as one text, the inverse of ag_field_set_text (PARTS and the like: for messages only).
 * Empty when not set. In the pool. */
char *ag_field_text(AgPool *pool, const void *object, const AgField *field);

/* Two names: equal exactly, or ASCII case aside when `fold`. NULL equals only NULL. */
bool ag_name_same(const char *a, const char *b, bool fold);
/* Qualified names; a schema that is NULL on one side fits any. */
bool ag_qname_same(AgQname a, AgQname b, bool fold);
/* SQL texts by canonical (or written) form. */
bool ag_sql_same(AgSql a, AgSql b);
bool ag_part_same(const AgPart *a, const AgPart *b, bool fold);
bool ag_argument_same(const AgArgument *a, const AgArgument *b);
/* Key=value lists without regard to order; NULL equals an empty list. */
bool ag_options_same(const GPtrArray *a, const GPtrArray *b);
bool ag_names_same(const GPtrArray *a, const GPtrArray *b, bool fold);
/* Likewise, whatever their order. */
bool ag_names_same_set(const GPtrArray *a, const GPtrArray *b, bool fold);

/* Splits "a b \"c d\"" into names; NULL when a quote is not closed or a name is empty. */
GPtrArray *ag_names_split(AgPool *pool, const char *text);
char *ag_names_join(AgPool *pool, const GPtrArray *names);
/* Likewise of any texts, which may be empty ("" in quotes). */
GPtrArray *ag_texts_split(AgPool *pool, const char *text);
/* The members sorted, by `words` where that is not NULL, each once; NULL when there are none.
 * False: one is not among the words, and stands in `wrong`. */
bool ag_set_sort(AgPool *pool, const GPtrArray *members, const char *const *words, GPtrArray **out,
                 const char **wrong);
/* Splits `[schema.]name`, parts in double quotes where they hold dots, blanks or quotes. */
bool ag_qname_split(AgPool *pool, const char *text, AgQname *out);
char *ag_qname_text(AgPool *pool, AgQname name);
bool ag_column_name_split(AgPool *pool, const char *text, AgColumnName *out);
