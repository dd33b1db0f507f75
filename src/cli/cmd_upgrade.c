/* SPDX-License-Identifier: MIT */
#include "cli/migrate.h"

static bool run_upgrade(AgRun *run, AgDiag *diag)
{
    return ag_migrate(run, AG_UPGRADE, diag);
}

const AgCommand ag_command_upgrade = {
    .name = "upgrade",
    .words = "REV",
    .min_words = 1,
    .max_words = 1,
    .example = "head",
    .summary = "apply revisions up to REV",
    .about =
        "REV is head, heads, +N, an id, the first characters of one, or LABEL@head. Each revision\n"
        "commits together with the record of it; a failing one leaves nothing behind. Statements "
        "that\n"
        "delete data run only when the revision is reviewed, or with --allow or "
        "--allow-destructive.\n"
        "With --sql nothing runs: a script for psql or sqlite3 is printed, from base or FROM:.",
    .options = ag_migrate_options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .many = true,
    .run = run_upgrade,
};
