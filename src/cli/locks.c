/* SPDX-License-Identifier: MIT */
/* Source: PostgreSQL 15 documentation, 13.3 "Explicit Locking" and the pages of the commands. */
#include "cli/locks.h"

#include <stdbool.h>
#include <string.h>

#include "sql/tokens.h"

#define ACCESS_EXCLUSIVE "ACCESS EXCLUSIVE (readers and writers wait)"
#define SHARE_ROW_EXCLUSIVE "SHARE ROW EXCLUSIVE (writers wait)"
#define SHARE_LOCK "SHARE (writers wait)"
#define SHARE_UPDATE_EXCLUSIVE "SHARE UPDATE EXCLUSIVE (nobody waits but other schema changes)"
#define ROW_EXCLUSIVE "ROW EXCLUSIVE (the rows it touches)"

/* The first rule that fits counts: the statement begins with `begins` and has `has` somewhere. */
static const struct {
    const char *begins, *has, *lock;
} rules[] = {
    {"create index concurrently", NULL, SHARE_UPDATE_EXCLUSIVE},
    {"create unique index concurrently", NULL, SHARE_UPDATE_EXCLUSIVE},
    {"create index", NULL, SHARE_LOCK},
    {"create unique index", NULL, SHARE_LOCK},
    {"create table", " partition of ", ACCESS_EXCLUSIVE " on the partitioned table"},
    {"create table", " references ", SHARE_ROW_EXCLUSIVE " on the tables referred to"},
    {"create trigger", NULL, SHARE_ROW_EXCLUSIVE},
    {"create constraint trigger", NULL, SHARE_ROW_EXCLUSIVE},
    {"create", NULL, "none on existing tables"},
    {"drop index concurrently", NULL, SHARE_UPDATE_EXCLUSIVE},
    {"drop function", NULL, "none on tables"},
    {"drop procedure", NULL, "none on tables"},
    {"drop schema", NULL, "none on tables"},
    {"drop type", NULL, "none on tables"},
    {"drop", NULL, ACCESS_EXCLUSIVE},
    {"alter table", " validate constraint ", SHARE_UPDATE_EXCLUSIVE},
    {"alter table", " set statistics ", SHARE_UPDATE_EXCLUSIVE},
    {"alter table", " attach partition ", SHARE_UPDATE_EXCLUSIVE " on the partitioned table"},
    {"alter table", " foreign key ", SHARE_ROW_EXCLUSIVE " on both tables"},
    {"alter table", NULL, ACCESS_EXCLUSIVE},
    {"alter index", NULL, SHARE_UPDATE_EXCLUSIVE},
    {"alter sequence", NULL, SHARE_ROW_EXCLUSIVE " on the sequence"},
    {"alter view", NULL, ACCESS_EXCLUSIVE},
    {"alter", NULL, "none on tables"},
    {"comment on function", NULL, "none on tables"},
    {"comment on procedure", NULL, "none on tables"},
    {"comment on schema", NULL, "none on tables"},
    {"comment on type", NULL, "none on tables"},
    {"comment on", NULL, SHARE_UPDATE_EXCLUSIVE},
    {"truncate", NULL, ACCESS_EXCLUSIVE},
    {"cluster", NULL, ACCESS_EXCLUSIVE},
    {"vacuum full", NULL, ACCESS_EXCLUSIVE},
    {"reindex", " concurrently ", SHARE_UPDATE_EXCLUSIVE},
    {"reindex", NULL, SHARE_LOCK},
    {"refresh materialized view concurrently", NULL, "EXCLUSIVE (readers go on)"},
    {"refresh materialized view", NULL, ACCESS_EXCLUSIVE},
    {"insert", NULL, ROW_EXCLUSIVE},
    {"update", NULL, ROW_EXCLUSIVE},
    {"delete", NULL, ROW_EXCLUSIVE},
    {"merge", NULL, ROW_EXCLUSIVE},
    {"copy", NULL, ROW_EXCLUSIVE},
    {"select", NULL, "ACCESS SHARE (nobody waits)"},
    {"lock", NULL, "as it says"},
    {"grant", NULL, "none on rows"},
    {"revoke", NULL, "none on rows"},
};

static bool begins_with(const char *text, const char *words)
{
    size_t length = strlen(words);
    return strncmp(text, words, length) == 0 && (text[length] == ' ' || text[length] == '\0');
}

const char *ag_lock_of(AgPool *pool, const char *sql)
{
    const char *text = ag_sql_normal(pool, AG_DIALECT_POSTGRESQL, sql);
    for (size_t i = 0; text != NULL && i < G_N_ELEMENTS(rules); i++)
        if (begins_with(text, rules[i].begins) &&
            (rules[i].has == NULL || strstr(text, rules[i].has) != NULL))
            return rules[i].lock;
    return NULL;
}
