/* SPDX-License-Identifier: MIT */
/* How random schemas are written as model files; shared by the files that write them. */
#pragma once

#include "support/random_schema.h"

typedef struct {
    const RandomSchema *schema;
    AgPool *pool;
    GString *out;
} RandomWriting;

/* --- names --- */

const char *random_schema_name(const RandomWriting *w, int place);
/* As SQL writes it. */
const char *random_sql_name(const RandomWriting *w, const char *schema, const char *name);
const char *random_qualified(const RandomWriting *w, const RandomName *name);
/* As an attribute of a model writes it. */
const char *random_model_name(const RandomWriting *w, const RandomName *name);
const char *random_column_names(const RandomWriting *w, const RandomTable *table, const int *ids,
                                int n);

/* --- XML --- */

/* An attribute; none where the value is NULL, 0 or false. */
void random_put(RandomWriting *w, const char *name, const char *value);
void random_put_number(RandomWriting *w, const char *name, int value);
void random_put_flag(RandomWriting *w, const char *name, bool value);
void random_put_element(RandomWriting *w, const char *name, const char *text);
/* "<element name=...": `stands`: in a schema of its own choice. */
void random_put_head(RandomWriting *w, const char *element, const RandomName *name, bool stands);
/* To everybody, and of the owner, so that no roles have to be there. `column` NULL: none. */
void random_put_grants(RandomWriting *w, const char *const privileges[2], const RandomName *name,
                       const char *column);
bool random_has_version(const RandomWriting *w, long version);

/* --- SQL --- */

const char *random_type_text(const RandomWriting *w, const RandomColumn *column);
const char *random_literal(const RandomWriting *w, const char *text);
/* '@' stands for the column. */
const char *random_about(const RandomWriting *w, const RandomColumn *column, const char *pattern);
/* `function`: id of one that may be called in it, or NO_ID. */
const char *random_condition(const RandomWriting *w, const RandomColumn *column, unsigned choice,
                             int function);
const char *random_computed(const RandomWriting *w, const RandomColumn *column, unsigned choice,
                            int function);
const char *random_default_text(const RandomWriting *w, const RandomColumn *column);
const char *random_collation_of(const RandomWriting *w, const RandomColumn *column);

void random_put_fillfactor(RandomWriting *w, int fillfactor);
/* Statistics objects, which stand beside their table. */
void random_put_beside(RandomWriting *w, const RandomTable *table);
/* Keys, indexes, triggers and the like inside their table or view. */
void random_put_part(RandomWriting *w, const RandomTable *table, const RandomPart *part);
void random_put_table_grants(RandomWriting *w, const RandomTable *table);
void random_query_text(RandomWriting *w, const RandomTable *query);
void random_virtual_text(RandomWriting *w, const RandomVirtual *virtual);
void random_operator_text(RandomWriting *w, const RandomThing *thing);
void random_operator_class_text(RandomWriting *w, const RandomThing *thing);
void random_foreign_table_text(RandomWriting *w, const RandomThing *thing);
void random_typed_table_text(RandomWriting *w, const RandomThing *thing);
void random_conversion_text(RandomWriting *w, const RandomThing *thing);
void random_cast_text(RandomWriting *w, const RandomThing *thing);
void random_defaults_text(RandomWriting *w, const RandomThing *thing);
void random_thing_text(RandomWriting *w, const RandomThing *thing);
/* random_far_text.c */
void random_dictionary_text(RandomWriting *w, const RandomThing *thing);
void random_configuration_text(RandomWriting *w, const RandomThing *thing);
void random_wrapper_text(RandomWriting *w, const RandomThing *thing);
void random_server_text(RandomWriting *w, const RandomThing *thing);
