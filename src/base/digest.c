/* SPDX-License-Identifier: MIT */
#include "base/digest.h"

char *ag_digest_sha256(AgPool *pool, const char *data, size_t length)
{
    g_autofree char *hex =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)data, length);
    return ag_pool_text(pool, hex);
}
