/* SPDX-License-Identifier: MIT */
#include "model/collation.h"

static const char *const providers[] = {"libc", "icu", "builtin", NULL};
static const char *const deterministic[] = {"true", "false", NULL};

static const AgField fields[] = {
    [AG_COLLATION_PROVIDER] = {.name = "provider",
                               AG_FIELD_OF(AgCollation, provider, WORD),
                               .words = providers,
                               .about = "Who knows the locale: libc (the default), icu, builtin."},
    [AG_COLLATION_LOCALE] = {.name = "locale",
                             AG_FIELD_OF(AgCollation, locale, TEXT),
                             .about = "The locale; of libc for both categories."},
    [AG_COLLATION_LC_COLLATE] = {.name = "lc-collate",
                                 AG_FIELD_OF(AgCollation, lc_collate, TEXT),
                                 .about = "libc: the locale that sorts."},
    [AG_COLLATION_LC_CTYPE] = {.name = "lc-ctype",
                               AG_FIELD_OF(AgCollation, lc_ctype, TEXT),
                               .about = "libc: the locale that knows letters."},
    [AG_COLLATION_DETERMINISTIC] = {.name = "deterministic",
                                    AG_FIELD_OF(AgCollation, deterministic, WORD),
                                    .words = deterministic,
                                    .about = "false: texts that differ in bytes may be equal."},
    [AG_COLLATION_RULES] = {.name = "rules",
                            AG_FIELD_OF(AgCollation, rules, TEXT),
                            .about = "icu: rules of its own (PostgreSQL 16)."},
};

static bool check_collation(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    const AgCollation *collation = (const AgCollation *)object;
    bool both = collation->lc_collate != NULL && collation->lc_ctype != NULL;
    (void)dialect;
    if (collation->locale != NULL && (collation->lc_collate != NULL || collation->lc_ctype != NULL))
        return ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                       "collation '%s' has a locale and also lc-collate or lc-ctype", object->name);
    if (collation->locale == NULL && (!both || collation->provider != NULL))
        return ag_fail(diag, AG_PROBLEM_MISSING_ATTRIBUTE, object->place,
                       "collation '%s' has no locale", object->name);
    if (collation->rules != NULL && g_strcmp0(collation->provider, "icu") != 0)
        return ag_fail(diag, AG_PROBLEM_EXCLUSIVE, object->place,
                       "collation '%s' has rules, which only provider icu takes", object->name);
    return true;
}

const AgKindInfo ag_kind_collation = {
    .kind = AG_KIND_COLLATION,
    .noun = "collation",
    .element = "collation",
    .in_schema = true,
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgCollation),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .about = "A collation; the server's version of it is not compared.",
    .check = check_collation,
};
