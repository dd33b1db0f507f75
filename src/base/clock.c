/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include "base/digest.h"

#include <string.h>
#include <sys/random.h>

enum { MOST_DIGITS = 32 };

int64_t ag_clock_now(void)
{
    const char *fixed = g_getenv("AUTOGEN_NOW");
    if (fixed != NULL) {
        g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
        g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(fixed, utc);
        if (time != NULL)
            return g_date_time_to_unix(time);
    }
    return g_get_real_time() / G_USEC_PER_SEC;
}

int64_t ag_clock_monotonic_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

char *ag_clock_iso(AgPool *pool, int64_t seconds)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
    if (time == NULL)
        return ag_pool_text(pool, "1970-01-01T00:00:00Z");
    g_autofree char *text = g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");
    return ag_pool_text(pool, text);
}

/* A run with a seed draws the same row of numbers every time; the counter tells the draws of one
 * run apart. */
static char *seeded_hex(AgPool *pool, const char *seed)
{
    static int draws;
    int draw = g_atomic_int_add(&draws, 1);
    g_autofree char *text = g_strdup_printf("%s/%d", seed, draw);
    return ag_digest_sha256(pool, text, strlen(text));
}

static char *random_hex(AgPool *pool)
{
    unsigned char bytes[MOST_DIGITS / 2];
    ssize_t got = getrandom(bytes, sizeof bytes, 0);
    /* Up to 256 bytes the kernel gives all or an error, and the only error without flags is a
     * kernel that lacks the call. */
    g_assert(got == (ssize_t)sizeof bytes);
    GString *text = g_string_sized_new(MOST_DIGITS);
    for (size_t i = 0; i < sizeof bytes; i++)
        g_string_append_printf(text, "%02x", bytes[i]);
    char *copy = ag_pool_text_n(pool, text->str, text->len);
    g_string_free(text, TRUE);
    return copy;
}

char *ag_clock_random_hex(AgPool *pool, int digits)
{
    g_assert(digits > 0 && digits <= MOST_DIGITS);
    const char *seed = g_getenv("AUTOGEN_SEED");
    char *hex = seed != NULL ? seeded_hex(pool, seed) : random_hex(pool);
    hex[digits] = '\0';
    return hex;
}
