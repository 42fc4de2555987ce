#ifndef BL_SAMPLE_SAMPLE_PRIV_H
#define BL_SAMPLE_SAMPLE_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "base/str.h"
#include "sample/sample.h"

struct bl_arena;
struct bl_file;
struct bl_json_w;

/*
 * Invariants.
 * 1. Everything is a function of the options: no clock, no randomness, no
 *    address.  A draw is bl_sample__mix(key, salt), never a running generator, so
 *    that one account and region can be made without the others.
 * 2. The bytes of an item are a function of its resource's struct alone (and of
 *    references to resources that are never deleted): an unchanged item is
 *    byte-identical in every snapshot.
 * 3. Captures lie 15 minutes or more away from the six-hour grid, deliveries
 *    within 5 minutes behind it: no capture coincides with a delivery, and all
 *    changes of a period lie before its snapshot.
 * 4. IAM resources and their changes depend on the account only: the same
 *    bytes from each recording region.
 */
#define MS_PER_S ((int64_t)1000)
#define MS_PER_MIN (60 * MS_PER_S)
#define MS_PER_HOUR (60 * MS_PER_MIN)
#define MS_PER_DAY (24 * MS_PER_HOUR)
#define MS_PER_SLOT (6 * MS_PER_HOUR)
#define NO_TIME INT64_MIN
#define NO_SLOT UINT32_MAX
#define OUTAGE_SLOTS 36 /* Nine days. */
#define KEY_MAX_AGE_MS (90 * MS_PER_DAY)

/* ---- draws and text ---------------------------------------------------- */

uint64_t bl_sample__mix(uint64_t a, uint64_t b);
/* bl_sample__below(draw, n): 0 .. n - 1; ${n} > 0. */
uint32_t bl_sample__below(uint64_t draw, uint32_t n);

/* Text under construction in a buffer of fixed size; overrun is a bug. */
struct bl_sample_out {
	char *buf;
	size_t len, cap;
};

void bl_sample__put(struct bl_sample_out *out, const char *bytes, size_t len);
void bl_sample__put_z(struct bl_sample_out *out, const char *z);
void bl_sample__put_u64(struct bl_sample_out *out, uint64_t value);
void bl_sample__put_hex(struct bl_sample_out *out, uint64_t key, uint32_t n_digits);
void bl_sample__put_base32(struct bl_sample_out *out, uint64_t key, uint32_t n_digits);
void bl_sample__put_uuid(struct bl_sample_out *out, uint64_t key);
/* 2026-02-13T06:24:42.227Z */
void bl_sample__put_iso(struct bl_sample_out *out, int64_t ms);
/* 20260213T062442Z */
void bl_sample__put_compact(struct bl_sample_out *out, int64_t ms);

/* ---- types, flags, rules ----------------------------------------------- */

/* In this order resources are dealt when there are few of them. */
enum bl_sample_type {
	T_INSTANCE,
	T_VOLUME,
	T_GROUP, /* Security group. */
	T_BUCKET,
	T_DB,
	T_VPC,
	T_TABLE,
	T_LB,
	T_KMS,
	T_SECRET,
	T_BACKUP,
	T_DETECTOR,
	T_TRAIL,
	T_FLOWLOG,
	T_ENI,
	T_LAMBDA,
	N_REGIONAL,
	T_USER = N_REGIONAL,
	T_ROLE,
	T_IAM_GROUP,
	T_POLICY,
	T_RECORDER,
	T_ACCOUNT, /* No item of its own: the target of account rules. */
	N_TYPES,
	T_COMPLIANCE = N_TYPES, /* Made from the other resources' verdicts. */
	N_TYPES_COUNTED
};

/* The facts that rules and texts depend on. */
enum {
	F_ENC = 1u << 0,   /* Encrypted at rest. */
	F_ATT = 1u << 1,   /* Volume: attached. */
	F_TAG = 1u << 2,   /* All the tags that the organisation asks for. */
	F_NOTAG = 1u << 3, /* With F_TAG off: none at all. */
	F_MAZ = 1u << 4,
	F_AUR = 1u << 5, /* Aurora. */
	F_REP = 1u << 6, /* Read replica. */
	F_SSH4 = 1u << 7,
	F_SSH6 = 1u << 8,
	F_RDP4 = 1u << 9,
	F_ANY4 = 1u << 10, /* Every protocol from everywhere. */
	F_DENY = 1u << 11, /* Bucket: policy denies unencrypted uploads. */
	F_PITR = 1u << 12,
	F_PROT = 1u << 13, /* Deletion protection. */
	F_ROT = 1u << 14,  /* Rotation on. */
	F_ON = 1u << 15,   /* Recorder recording, detector enabled, flow log there. */
	F_CUST = 1u << 16, /* KMS: customer managed. */
	F_VALID = 1u << 17,
	F_MULTI = 1u << 18, /* Multi-region trail. */
	F_CONS = 1u << 19,  /* User: console password. */
	F_MFA = 1u << 20,
	F_OPEN = 1u << 21, /* User: console password and no MFA. */
	F_OLD = 1u << 22,  /* User: an active key older than 90 days. */
	F_DIR = 1u << 23,  /* User: policies attached directly. */
	F_TRAIL = F_ENC,   /* Account: has a trail. */
	F_ROOTKEY = 1u << 24,
	F_PIN = 1u << 25,   /* Planted: no random change. */
	F_LIVE = 1u << 26,  /* Exists. */
	F_KEEP = 1u << 27,  /* Others refer to it: never deleted. */
	F_DIRTY = 1u << 28, /* Changed while the recorder was stopped. */
	F_NEW = 1u << 29,   /* The current version is ResourceDiscovered. */
	F_SEEN = 1u << 30,  /* Has had a verdict item before. */
};

struct bl_sample_res {
	uint64_t key;
	int64_t created_ms, captured_ms;
	int64_t verdict_ms; /* Capture of the verdict item. */
	uint32_t flags;
	uint32_t ordinal; /* Among its type. */
	uint32_t rev;	  /* Moves the fields that change without meaning. */
	uint16_t verdict; /* Two bits a rule: V_*; 0: no verdict item. */
	uint8_t type;
	uint8_t story; /* 1 + index in the plan; 0: ordinary. */
};

enum { V_NONE, V_COMPLIANT, V_NON_COMPLIANT };

/* A rule, judged by flags: applies when all of ${applies} and none of ${excludes} are
 * set; then compliant when one of ${any} (or ${any} is 0) and none of ${forbids} is. */
struct bl_sample_rule {
	const char *identifier;
	const char *name; /* In the pack; NULL: not part of it. */
	uint8_t type;
	uint32_t applies, excludes, any, forbids;
	int8_t i_expect; /* Row of the "expect" list; -1: none. */
};
#define N_EXPECT 8
#define MAX_RULES_PER_TYPE 8

extern const struct bl_sample_rule bl_sample__rules[];
extern const size_t bl_sample__n_rules;
extern const char *const bl_sample__expect[N_EXPECT];

/* bl_sample__judge(flags, rule): 0 compliant, 1 non-compliant, 2 not applicable. */
enum { J_COMPLIANT, J_NON_COMPLIANT, J_NOT_APPLICABLE, J_UNKNOWN, N_JUDGED };
int bl_sample__judge(uint32_t flags, const struct bl_sample_rule *rule);
/* bl_sample__verdict(res): what AWS's item about it says, as bl_sample_res.verdict. */
uint16_t bl_sample__verdict(const struct bl_sample_res *res);

struct bl_sample_chance {
	uint32_t flag;
	uint16_t permille;
};

struct bl_sample_type_row {
	const char *resource_type;
	uint16_t permille; /* Share of n_resources. */
	uint8_t max_count; /* 0: no limit. */
	bool deletable;	   /* Where the resource itself is not F_KEEP. */
	bool tags;
	bool no_creation_time, whole_second_creation;
	const char *zone;   /* NULL: no availabilityZone; "az": a zone. */
	const char *region; /* NULL: the recorder's. */
	struct bl_sample_chance initial[6];
	struct bl_sample_chance toggle; /* Of its changes, how many toggle this. */
	/* Templates, see template.c. */
	const char *id, *name, *arn, *relationships, *configuration, *supplementary;
};
extern const struct bl_sample_type_row bl_sample__types[N_TYPES];

/* ---- templates --------------------------------------------------------- */

enum { PART_ID, PART_NAME, PART_ARN, PART_REL, PART_CONF, PART_SUPP, N_PARTS };

struct bl_sample_op {
	uint8_t kind, type, part;
	uint32_t a, b, salt, skip;
	struct bl_str text;
};
struct bl_sample_template {
	struct bl_sample_op *op;
	uint32_t n_ops;
};
struct bl_sample_templates {
	struct bl_sample_template part[N_TYPES][N_PARTS];
};

BL_STATUS bl_sample__compile(
    struct bl_arena *arena, struct bl_sample_templates *ret_templates, struct bl_err *reterr);

/* The surroundings that an item's text may refer to. */
struct bl_sample_scope {
	const struct bl_sample_templates *templates;
	const struct bl_sample_account *account;
	const char *region;
	uint64_t account_key, region_key;
	const struct bl_sample_res *res;	 /* All of them. */
	uint32_t first[N_TYPES], count[N_TYPES]; /* Ordinary ones, by type. */
};

void bl_sample__emit_part(struct bl_sample_out *out, const struct bl_sample_scope *scope,
    const struct bl_sample_res *res, int part);
/* bl_sample__emit_item: the resource's own item; _verdict: AWS's verdict item about it. */
void bl_sample__emit_item(struct bl_sample_out *out, const struct bl_sample_scope *scope,
    const struct bl_sample_res *res, bool deleted);
void bl_sample__emit_verdict(struct bl_sample_out *out, const struct bl_sample_scope *scope,
    const struct bl_sample_res *res, bool deleted);
enum { TAGS_MAP, TAGS_LOWER, TAGS_UPPER };
void bl_sample__emit_tags(struct bl_sample_out *out, const struct bl_sample_scope *scope,
    const struct bl_sample_res *res, int form);

/* ---- the plan ----------------------------------------------------------- */

struct bl_sample_account {
	char id[16];
	char name[40];
	uint64_t key;
	uint32_t first_slot, last_slot; /* Of its deliveries, inclusive. */
};

enum { EV_CHANGE, EV_CREATE, EV_DELETE, EV_VANISH, EV_RECHECK };

struct bl_sample_step {
	uint16_t slot;	     /* Behind the story's first. */
	uint8_t extra_hours; /* Behind the story's hour. */
	uint8_t event;
	uint32_t set, clear;
};

struct bl_sample_story_kind {
	const char *name;
	const char *identifier, *rule, *verdict; /* NULL where no rule shows it. */
	uint8_t type;
	uint8_t scope; /* Where it is planted. */
	uint8_t n_steps;
	bool absent;	  /* The resource does not exist at the start. */
	bool stale;	  /* AWS's verdict does not follow. */
	uint16_t n_slots; /* Periods that it needs, first to last. */
	uint32_t flags;	  /* Of the resource at the start. */
	int8_t from, to;  /* Steps that begin and end the verdict; -1: whole period. */
	struct bl_sample_step step[3];
};
enum { SCOPE_REGION, SCOPE_IAM, SCOPE_OUTAGE, SCOPE_LEAVES, SCOPE_JOINS };
extern const struct bl_sample_story_kind bl_sample__stories[];
extern const size_t bl_sample__n_stories;
#define MAX_STORIES 24

struct bl_sample_story {
	const struct bl_sample_story_kind *kind;
	const char *left_out; /* Why it was not planted; NULL: it was. */
	uint32_t account, region;
	uint32_t slot;	 /* Its first period; NO_SLOT: no moment. */
	int64_t hour_ms; /* Behind the period's begin. */
	/* Filled while it is written. */
	char id[200], name[120];
	char file[400], after[400];
	int64_t step_ms[3];
	int64_t first_ms;	    /* Capture at the start. */
	int64_t seen_ms, absent_ms; /* Deliveries around it. */
	uint64_t n_changed;
};

struct bl_sample_plan {
	struct bl_sample_options options;
	int64_t start_ms;
	uint32_t n_slots;
	struct bl_sample_account *accounts;
	struct bl_sample_story stories[MAX_STORIES];
	uint32_t n_stories;
	uint32_t leaves, joins; /* Account index; NO_SLOT: none. */
	uint32_t i_outage;	/* Story index; NO_SLOT: none. */
	int64_t moment_ms[3];
	uint32_t moment_slot[3]; /* The moment lies in the period that ends here. */
	uint32_t n_moments;
};

extern const char *const bl_sample__regions[BL_SAMPLE_MAX_REGIONS];

BL_STATUS bl_sample__plan(const struct bl_sample_options *options, struct bl_arena *arena,
    struct bl_sample_plan *ret_plan, struct bl_err *reterr);
/* bl_sample__plan_stories: places the stories; the accounts and moments stand. */
void bl_sample__plan_stories(struct bl_sample_plan *plan);
int64_t bl_sample__grid_ms(const struct bl_sample_plan *plan, uint32_t slot);
int64_t bl_sample__delivery_ms(
    const struct bl_sample_plan *plan, uint32_t account, uint32_t region, uint32_t slot);
int64_t bl_sample__step_ms(
    const struct bl_sample_plan *plan, const struct bl_sample_story *story, uint32_t i_step);
/* bl_sample__outage(plan, account, region): the recorder story there, or NULL;
 * region NO_SLOT: in any region. */
const struct bl_sample_story *bl_sample__outage(
    const struct bl_sample_plan *plan, uint32_t account, uint32_t region);

/* ---- writing ------------------------------------------------------------ */

enum { KIND_SNAPSHOT, KIND_HISTORY, KIND_OVERSIZED, KIND_CHECK, KIND_EVIDENCE, KIND_ORG, N_KINDS };

struct bl_sample_totals {
	uint64_t files[N_KINDS];
	uint64_t items_delivered;
	uint64_t versions[N_TYPES_COUNTED];
	uint64_t bytes_json, bytes_written;
	uint64_t expect[3][N_EXPECT][N_JUDGED];
};

struct bl_sample_gz; /* A gzip stream into a file. */

struct bl_sample_event {
	int64_t at_ms;
	uint32_t i_res;
	uint8_t kind;
	bool stale;
	int8_t i_step; /* Of a story; -1: ordinary. */
	uint32_t set, clear;
};
struct bl_sample_change {
	struct bl_sample_res res;
	bool deleted, is_verdict;
	int64_t at_ms;
};

struct bl_sample_run {
	struct bl_os *os;
	const char *folder;
	struct bl_sample_plan *plan;
	struct bl_sample_templates templates;
	struct bl_sample_totals totals;
	struct bl_sample_gz *gz;
	struct bl_sample_out out;
	struct bl_buf res, events, changes; /* Arrays of the structs above. */
	struct bl_sample_scope scope;
	uint32_t account, region, n_res, n_events, n_changes;
	uint32_t made_day[2]; /* Folders made: the slot's day, by kind. */
	bl_sample_progress_fn progress;
	void *progress_ctx;
	uint64_t n_done, n_total;
};

BL_STATUS bl_sample__gz_new(struct bl_sample_gz **ret_gz, struct bl_err *reterr);
void bl_sample__gz_free(struct bl_sample_gz **gz);
BL_STATUS bl_sample__gz_open(
    struct bl_sample_gz *gz, struct bl_os *os, const char *path, struct bl_err *reterr);
/* bl_sample__gz_drain: takes all of ${out}; _close: and ends the file. */
BL_STATUS bl_sample__gz_drain(
    struct bl_sample_gz *gz, struct bl_sample_out *out, bool last, struct bl_err *reterr);
BL_STATUS bl_sample__gz_close(struct bl_sample_gz *gz, struct bl_sample_out *out,
    struct bl_sample_totals *totals, struct bl_err *reterr);

/* bl_sample__plain: a small file as it is; folders are made. */
BL_STATUS bl_sample__plain(struct bl_sample_run *run, const char *path, struct bl_str bytes,
    int kind, struct bl_err *reterr);

/* Resources of run->account and run->region, at the begin. */
BL_STATUS bl_sample__populate(struct bl_sample_run *run, struct bl_err *reterr);
void bl_sample__iam_counts(const struct bl_sample_plan *plan, uint32_t count[N_TYPES]);
void bl_sample__user(const struct bl_sample_plan *plan, uint32_t account, uint32_t ordinal,
    struct bl_sample_res *ret_res);
/* bl_sample__key_rotated(plan, account, user, at): when its first key was made. */
int64_t bl_sample__key_rotated(
    const struct bl_sample_plan *plan, const struct bl_sample_res *user, int64_t at_ms);
void bl_sample__renew(struct bl_sample_res *res);

BL_STATUS bl_sample__slot_events(struct bl_sample_run *run, uint32_t slot, struct bl_err *reterr);
BL_STATUS bl_sample__slot_apply(struct bl_sample_run *run, uint32_t slot, struct bl_err *reterr);
void bl_sample__slot_quiet(struct bl_sample_run *run, uint32_t slot);
void bl_sample__count(struct bl_sample_run *run, uint32_t i_moment, bool unknown);
bool bl_sample__is_stopped(const struct bl_sample_run *run, int64_t at_ms);

BL_STATUS bl_sample__snapshot(struct bl_sample_run *run, uint32_t slot, struct bl_err *reterr);
BL_STATUS bl_sample__histories(struct bl_sample_run *run, uint32_t slot, struct bl_err *reterr);
BL_STATUS bl_sample__region(struct bl_sample_run *run, struct bl_err *reterr);
struct bl_sample_report bl_sample__report(const struct bl_sample_run *run);
BL_STATUS bl_sample__evidence(struct bl_sample_run *run, struct bl_err *reterr);
BL_STATUS bl_sample__organization(struct bl_sample_run *run, struct bl_err *reterr);
BL_STATUS bl_sample__truth(struct bl_sample_run *run, struct bl_err *reterr);

#endif
