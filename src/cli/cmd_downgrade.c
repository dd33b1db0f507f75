/* SPDX-License-Identifier: MIT */
#include "cli/migrate.h"

static bool run_downgrade(AgRun *run, AgDiag *diag)
{
    return ag_migrate(run, AG_DOWNGRADE, diag);
}

const AgCommand ag_command_downgrade = {
    .name = "downgrade",
    .words = "REV",
    .min_words = 1,
    .max_words = 1,
    .example = "-1",
    .summary = "take revisions back down to REV",
    .about = "REV is -N, base, an id or the first characters of one. What a revision added goes, "
             "with its\n"
             "data: such statements run only when the revision is reviewed, or with --allow or\n"
             "--allow-destructive. With --sql FROM:TO a script for psql or sqlite3 is printed "
             "instead.",
    .options = ag_migrate_options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .many = true,
    .run = run_downgrade,
};
