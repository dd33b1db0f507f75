/* SPDX-License-Identifier: MIT */
/* What a kind of object is: its words and its table of fields. The field tables drive XML parsing,
 * catalog binding, comparing, printing, XML writing and the XSD. */
#pragma once

#include "base/diag.h"
#include "base/dialect_id.h"
#include "model/field.h"
#include "model/grant.h"

typedef enum {
#define AG_KIND(UPPER, lower) AG_KIND_##UPPER,
#include "model/kinds.def"
#undef AG_KIND
} AgKind; /* no COUNT member: a switch over AgKind lists kinds and nothing else */

enum {
    AG_N_KINDS = 0
#define AG_KIND(UPPER, lower) +1
#include "model/kinds.def"
#undef AG_KIND
};

/* The spaces of names in which no two objects may be called the same, besides that of the kind
 * itself (and for parts: of the kind below one holder). */
enum {
    AG_NAMED_AS_RELATION = 1 << 0,   /* of a schema: tables, sequences, views, indexes */
    AG_NAMED_AS_TYPE = 1 << 1,       /* of a schema: enums, domains, and the row types of tables */
    AG_NAMED_AS_CONSTRAINT = 1 << 2, /* of a table */
    AG_NAMED_AS_ROUTINE = 1 << 3,    /* of a schema, together with the signature */
};

typedef struct AgObject AgObject;
typedef struct AgNeeds AgNeeds;
typedef struct AgKindInfo AgKindInfo;

struct AgKindInfo {
    AgKind kind;
    const char *noun;    /* "foreign key": the word in messages and revision comments */
    const char *element; /* "foreign-key": the XML element */
    const char *also;    /* a second element for some of its objects (ag_object_element); or NULL */
    const AgKindInfo *const *parents; /* NULL-terminated: the kinds whose part it is (columns belong
                                         to tables); NULL: stands on its own */
    bool in_schema;                   /* stands in a database schema and has a schema attribute */
    bool name_optional;  /* keys and plain indexes: the naming template gives the name */
    unsigned dialects;   /* bit set of AG_IN(...): the databases that have this kind at all */
    unsigned names;      /* bit set of AG_NAMED_AS_... */
    AgGrantClass grants; /* the privileges its objects know */
    size_t size;         /* of the struct that begins with AgObject */
    const AgField *fields;
    unsigned n_fields; /* at most 60: the bits above are those of AG_FIELD_COMMON */
    const char *about; /* one sentence for the XSD and the format reference */
    /* What no single field can say: exclusive words, impossible combinations. Sees one object of
     * one dialect with its parts. */
    bool (*check)(const AgObject *object, AgDialectId dialect, AgDiag *diag);
    /* What an object without a name of its own goes by, made of its fields; NULL: it has a name
     * attribute. */
    const char *(*derive_name)(AgPool *pool, const AgObject *object);
    /* Names what must exist before this object, from its fields (needs.h). */
    void (*needs)(const AgObject *object, AgNeeds *needs);
};

#define AG_KIND(UPPER, lower) extern const AgKindInfo ag_kind_##lower;
#include "model/kinds.def"
#undef AG_KIND

/* The kind's description. Never NULL. */
const AgKindInfo *ag_kind_info(AgKind kind);
/* Whether objects of the kind hang below objects of `holder`; NULL: below none. */
bool ag_kind_is_part_of(const AgKindInfo *info, const AgKindInfo *holder);
/* Whether some kind is a part of this one. */
bool ag_kind_has_parts(const AgKindInfo *info);
/* Whether models can say privileges of its objects in an element of their own. */
bool ag_kind_is_grantable(const AgKindInfo *info);
/* Whether models can give its objects to an owner. */
bool ag_kind_is_owned(const AgKindInfo *info);
/* The kind whose XML element this is below `parent` (NULL: below <model>); NULL when none is. */
const AgKindInfo *ag_kind_by_element(const char *element, const AgKindInfo *parent);
/* The index of the field of that name, or -1. */
int ag_kind_field(const AgKindInfo *info, const char *name);
