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

const AgKindInfo *ag_kind_by_element(const char *element, const AgKindInfo *parent)
{
    for (int i = 0; i < AG_N_KINDS; i++) {
        if (infos[i]->parent == parent && ag_text_same(infos[i]->element, element))
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
