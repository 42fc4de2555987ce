#include "cli/verbs.h"

#include "cli/cli.h"
#include "cli/help.h"

/* In the order in which a person meets them. */
const struct bl_verb *const bl_cli_verbs[] = {
    &bl_verb_ingest,
    &bl_verb_evaluate,
    &bl_verb_coverage,
    &bl_verb_at,
    &bl_verb_history,
    &bl_verb_show,
    &bl_verb_diff,
    &bl_verb_package,
    &bl_verb_packs,
    &bl_verb_rules,
    &bl_verb_recorded,
    &bl_verb_keys,
    &bl_verb_seal,
    &bl_verb_reindex,
    &bl_verb_fsck,
    &bl_verb_stats,
    &bl_verb_gc,
    &bl_verb_sample,
    &bl_verb_help,
    0,
};
