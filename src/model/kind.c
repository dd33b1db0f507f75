/* SPDX-License-Identifier: MIT */
#include "model/kind.h"

#include "base/text.h"

static const AgKindInfo *const infos[AG_N_KINDS] = {
#define AG_KIND(UPPER, lower) [AG_KIND_##UPPER] = &ag_kind_##lower,
#include "model/kinds.def"
#undef AG_KIND
};

const AgKindInfo *ag_kind_info(AgKind kind)
{
    return infos[kind];
}

bool ag_kind_is_part_of(const AgKindInfo *info, const AgKindInfo *holder)
{
    if (info->parents == NULL || holder == NULL)
        return info->parents == NULL && holder == NULL;
    for (const AgKindInfo *const *parent = info->parents; *parent != NULL; parent++) {
        if (*parent == holder)
            return true;
    }
    return false;
}

bool ag_kind_has_parts(const AgKindInfo *info)
{
    for (int i = 0; i < AG_N_KINDS; i++) {
        if (ag_kind_is_part_of(infos[i], info))
            return true;
    }
    return false;
}

bool ag_kind_is_grantable(const AgKindInfo *info)
{
    return info->grants != AG_GRANTS_NONE && info->grants != AG_GRANTS_COLUMN;
}

bool ag_kind_is_owned(const AgKindInfo *info)
{
    return info->in_schema || info->kind == AG_KIND_NAMESPACE ||
           info->kind == AG_KIND_EVENT_TRIGGER || info->kind == AG_KIND_PUBLICATION ||
           info->kind == AG_KIND_FOREIGN_DATA_WRAPPER || info->kind == AG_KIND_SERVER;
}

const AgKindInfo *ag_kind_by_element(const char *element, const AgKindInfo *parent)
{
    for (int i = 0; i < AG_N_KINDS; i++) {
        bool named = ag_text_same(infos[i]->element, element) ||
                     (infos[i]->also != NULL && ag_text_same(infos[i]->also, element));
        if (named && ag_kind_is_part_of(infos[i], parent))
            return infos[i];
    }
    return NULL;
}

int ag_kind_field(const AgKindInfo *info, const char *name)
{
    for (unsigned i = 0; i < info->n_fields; i++) {
        if (ag_text_same(info->fields[i].name, name))
            return (int)i;
    }
    return -1;
}
