#ifndef BL_CLI_VERBS_H
#define BL_CLI_VERBS_H

struct bl_verb;

extern const struct bl_verb bl_verb_ingest;
extern const struct bl_verb bl_verb_evaluate;
extern const struct bl_verb bl_verb_coverage;
extern const struct bl_verb bl_verb_at;
extern const struct bl_verb bl_verb_history;
extern const struct bl_verb bl_verb_show;
extern const struct bl_verb bl_verb_diff;
extern const struct bl_verb bl_verb_package;
extern const struct bl_verb bl_verb_packs;
extern const struct bl_verb bl_verb_reindex;
extern const struct bl_verb bl_verb_rules;
extern const struct bl_verb bl_verb_recorded;
extern const struct bl_verb bl_verb_keys;
extern const struct bl_verb bl_verb_seal;
extern const struct bl_verb bl_verb_fsck;
extern const struct bl_verb bl_verb_stats;
extern const struct bl_verb bl_verb_gc;
extern const struct bl_verb bl_verb_sample;

#endif
