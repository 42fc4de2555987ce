#ifndef BL_RULES_PACK_H
#define BL_RULES_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/status.h"
#include "base/str.h"
#include "rules/rule.h"

struct bl_arena;

/* Where a parameter's value came from: evidence records it. */
enum bl_pack_origin {
	BL_ORIGIN_LITERAL,  /* Written in the rule. */
	BL_ORIGIN_DEFAULT,  /* The pack parameter's Default. */
	BL_ORIGIN_OVERRIDE, /* Given with the deployment. */
};

struct bl_pack_input {
	struct bl_str name;
	struct bl_str value; /* As AWS passes it on: text. */
	enum bl_pack_origin origin;
};

struct bl_pack_rule {
	struct bl_str logical_id;
	struct bl_str name; /* ConfigRuleName */
	struct bl_str description;
	struct bl_str owner;	    /* AWS | CUSTOM_LAMBDA | CUSTOM_POLICY */
	struct bl_str identifier;   /* SourceIdentifier; absent for CUSTOM_POLICY */
	const struct bl_str *types; /* Scope.ComplianceResourceTypes [n_types]; 0: no scope. */
	size_t n_types;
	const struct bl_pack_input *inputs; /* After Ref, If and NoValue. */
	size_t n_inputs;
	const struct bl_str *controls; /* The Controls key, if any. */
	size_t n_controls;
	struct bl_str frequency; /* MaximumExecutionFrequency; absent: none. */
	uint32_t line, column;
};

struct bl_pack_problem {
	bool error; /* false: a warning. */
	uint32_t line, column;
	struct bl_str text;
};

struct bl_pack {
	struct bl_str name; /* The file's name without folder and ending. */
	struct bl_str text;
	struct bl_sha256 sha256;
	const struct bl_pack_rule *rules; /* [n_rules], in the order of the file; rules whose
					     Condition is false are left out. */
	size_t n_rules;
	size_t n_dropped;      /* Rules left out by their Condition. */
	size_t n_remediations; /* Parsed and kept, never acted on. */
	size_t n_parameters;
};

/*
 * bl_pack_load(file, text, overrides, n, arena, &pack, &problems, &n_problems, reterr): the
 * CloudFormation YAML (or JSON) that AWS takes as a conformance pack.  All problems are collected,
 * sorted by place (at most 100, the last then says how many are not shown); with at least one error
 * the call is BL_EINPUT, ${reterr} is the first of them ("FILE:LINE:COLUMN: text"), there is no
 * pack, and the problems are still given.  BL_ENOMEM when the arena or the heap is spent; then
 * nothing is written.  Columns are bytes.  Everything given back is in ${arena} and keeps no
 * pointer into ${text}, ${file} or ${overrides}.
 *
 * A parameter without Default: with no overrides at all the pack is only looked at, and it is a
 * warning; what rests on it (an input, an identifier) is left out, with a warning that names it.
 * With any override it is an error.  So judge by a pack only when no warning says "left out".
 *
 * AWS's limits are checked (130 rules, 60 parameters, lengths, 300 KB; over 51,200 bytes is a
 * warning: by S3 only).  Source: docs/packs.md.
 */
BL_STATUS bl_pack_load(struct bl_str file, struct bl_str text,
    const struct bl_rule_input *overrides, size_t n_overrides, struct bl_arena *arena,
    const struct bl_pack **ret_pack, const struct bl_pack_problem **ret_problems,
    size_t *ret_n_problems, struct bl_err *reterr);

#endif
