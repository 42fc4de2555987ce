#ifndef BL_RULES_RULE_YAML_H
#define BL_RULES_RULE_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

struct bl_arena;

/*
 * A rule file's YAML as a small tree in an arena, with positions.  Anchors, aliases,
 * tags and several documents are refused: a rule file is read by people.
 * Private to the rule_* files.
 */
#define BL_RULE_YAML_MAX_BYTES ((size_t)256 << 10)
#define BL_RULE_YAML_MAX_DEPTH 24

enum bl_yaml_kind { BL_YAML_SCALAR, BL_YAML_MAPPING, BL_YAML_SEQUENCE };

enum bl_yaml_style {
	BL_YAML_PLAIN,	 /* true and 1 are what they look like. */
	BL_YAML_QUOTED,	 /* A text. */
	BL_YAML_LITERAL, /* A text after |. */
	BL_YAML_FOLDED,	 /* A text after >. */
};

struct bl_yaml {
	enum bl_yaml_kind kind;
	enum bl_yaml_style style;
	uint32_t line, column; /* 1-based, in bytes.  LITERAL: of its first line. */
	size_t offset;	       /* Of line and column in the file. */
	struct bl_str text;    /* SCALAR */
	struct bl_yaml *first; /* Children in order; of a mapping: the values. */
	struct bl_yaml *next;
	struct bl_str key; /* In a mapping. */
	uint32_t key_line, key_column;
};

BL_STATUS bl_rule_yaml__read(struct bl_str text, struct bl_arena *arena,
    const struct bl_yaml **ret_root, struct bl_err *reterr);

/* bl_rule_yaml__get(mapping, key): the value or NULL. */
const struct bl_yaml *bl_rule_yaml__get(const struct bl_yaml *mapping, const char *key);

/* bl_rule_yaml__is_null(node): absent, empty, null or ~. */
bool bl_rule_yaml__is_null(const struct bl_yaml *node);

/* bl_rule_yaml__one_to_one(file, node): does each byte of the scalar stand in the file as it is, so
 * that positions in it can be told?  (literal blocks, one-line texts without escapes) */
bool bl_rule_yaml__one_to_one(struct bl_str file, const struct bl_yaml *node);

/* bl_rule_yaml__place(file, node, &line, &column): a position in the scalar's text as one in the
 * file. */
void bl_rule_yaml__place(
    struct bl_str file, const struct bl_yaml *node, uint32_t *line, uint32_t *column);

#endif
