/* SPDX-License-Identifier: MIT */
#include "model/default_name.h"

#include <string.h>

size_t ag_name_clip(const char *text, size_t bytes)
{
    while (bytes > 0 && ((unsigned char)text[bytes] & 0xc0) == 0x80)
        bytes--;
    return bytes;
}

char *ag_default_name(AgPool *pool, const char *name1, const char *name2, const char *label)
{
    size_t one = strlen(name1), two = name2 == NULL ? 0 : strlen(name2);
    size_t overhead = (name2 != NULL) + (label == NULL ? 0 : strlen(label) + 1);
    while (one + two + overhead > AG_NAME_BYTES) {
        if (one > two)
            one--;
        else if (two > 0)
            two--;
        else
            break;
    }
    one = ag_name_clip(name1, one);
    two = name2 == NULL ? 0 : ag_name_clip(name2, two);
    char cut[AG_NAME_BYTES * 2 + 2];
    memcpy(cut, name1, one);
    size_t length = one;
    if (name2 != NULL) {
        cut[length] = '_';
        memcpy(cut + length + 1, name2, two);
        length += two + 1;
    }
    cut[length] = '\0';
    return label == NULL ? ag_pool_text(pool, cut) : ag_pool_concat(pool, cut, "_", label, NULL);
}
