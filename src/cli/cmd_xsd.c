/* SPDX-License-Identifier: MIT */
#include "cli/output.h"
#include "parser/write.h"

static bool run_xsd(AgRun *run, AgDiag *diag)
{
    (void)diag;
    ag_print_text(ag_xsd_write(run->pool));
    return true;
}

const AgCommand ag_command_xsd = {
    .name = "xsd",
    .words = "",
    .summary = "print the XML schema of model files",
    .about = "Prints the XSD of the model format, for editors and validators.",
    .options = ag_no_options,
    .run = run_xsd,
};
