#include "rules/rule_yaml.h"

#include <assert.h>
#include <libfyaml.h>
#include <string.h>

#include "base/arena.h"

struct reader {
	struct bl_str text;
	struct bl_arena *arena;
	struct bl_err *reterr;
};

static void
say_nothing(struct fy_diag *diag, void *user, const char *text, size_t len)
{
	(void)diag, (void)user, (void)text, (void)len;
}

static BL_STATUS
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory to read the YAML");
}

/* Line and column, in bytes, of an offset. */
static void
locate(struct bl_str text, size_t offset, uint32_t *ret_line, uint32_t *ret_column)
{
	size_t start = 0;

	*ret_line = 1;
	for (size_t i = 0; i < offset && i < text.len; i++) {
		if (text.ptr[i] == '\n') {
			(*ret_line)++;
			start = i + 1;
		}
	}
	*ret_column = (uint32_t)(offset - start + 1);
}

static BL_STATUS
make(struct reader *r, enum bl_yaml_kind kind, const struct fy_mark *mark, struct bl_yaml **ret)
{
	struct bl_yaml *node = bl_new(r->arena, struct bl_yaml, 1);

	if (node == NULL)
		return no_memory(r->reterr);
	node->kind = kind;
	if (mark != NULL && mark->input_pos <= r->text.len) {
		node->offset = mark->input_pos;
		locate(r->text, node->offset, &node->line, &node->column);
	}
	*ret = node;
	return BL_OK;
}

static BL_STATUS
refuse(struct reader *r, struct fy_node *from, const struct bl_yaml *at)
{
	const char *what = fy_node_is_alias(from)		 ? "aliases (*name)"
			   : fy_node_get_anchor(from) != NULL	 ? "anchors (&name)"
			   : fy_node_get_tag_token(from) != NULL ? "tags (!name)"
								 : NULL;

	if (what == NULL)
		return BL_OK;
	return bl_fail_pos(r->reterr, BL_EINPUT, at->line, at->column,
	    "a rule file uses no %s: write the value itself", what);
}

static BL_STATUS
read_scalar(struct reader *r, struct fy_node *from, struct bl_yaml **ret)
{
	struct fy_token *token = fy_node_get_scalar_token(from);
	size_t len = 0;
	const char *text = fy_node_get_scalar(from, &len);
	enum bl_status status =
	    make(r, BL_YAML_SCALAR, token == NULL ? NULL : fy_token_start_mark(token), ret);

	if (status)
		return status;
	switch (fy_node_get_style(from)) {
	case FYNS_SINGLE_QUOTED:
	case FYNS_DOUBLE_QUOTED: (*ret)->style = BL_YAML_QUOTED; break;
	case FYNS_LITERAL: (*ret)->style = BL_YAML_LITERAL; break;
	case FYNS_FOLDED: (*ret)->style = BL_YAML_FOLDED; break;
	case FYNS_ANY:
	case FYNS_FLOW:
	case FYNS_BLOCK:
	case FYNS_PLAIN:
	case FYNS_ALIAS: break;
	}
	if (text == NULL)
		text = "";
	if (bl_str_dup(r->arena, (struct bl_str){text, len}, &(*ret)->text))
		return no_memory(r->reterr);
	return BL_OK;
}

static BL_STATUS read_node(struct reader *r, struct fy_node *from, int depth, struct bl_yaml **ret);

static BL_STATUS
read_pair(struct reader *r, struct fy_node_pair *pair, int depth, struct bl_yaml **ret)
{
	struct fy_node *from_key = fy_node_pair_key(pair), *from = fy_node_pair_value(pair);
	struct bl_yaml *key = NULL;
	enum bl_status status;

	if (from_key == NULL || !fy_node_is_scalar(from_key))
		return bl_fail(r->reterr, BL_EINPUT, "a key of a mapping is not a plain text");
	status = read_scalar(r, from_key, &key);
	if (!status)
		status = refuse(r, from_key, key);
	if (status)
		return status;
	if (from == NULL) {
		status = make(r, BL_YAML_SCALAR, NULL, ret);
		if (status)
			return status;
		(*ret)->text = BL_STR("");
	} else {
		status = read_node(r, from, depth, ret);
	}
	if (status)
		return status;
	(*ret)->key = key->text;
	(*ret)->key_line = key->line;
	(*ret)->key_column = key->column;
	if ((*ret)->line == 0) { /* An empty value stands nowhere. */
		(*ret)->line = key->line;
		(*ret)->column = key->column;
	}
	return BL_OK;
}

/* Recursion: at most BL_RULE_YAML_MAX_DEPTH. */
static BL_STATUS
read_children(struct reader *r, struct fy_node *from, int depth, struct bl_yaml *node)
{
	bool mapping = node->kind == BL_YAML_MAPPING;
	struct bl_yaml **tail = &node->first;
	void *iter = NULL;

	for (;;) {
		struct fy_node_pair *pair = mapping ? fy_node_mapping_iterate(from, &iter) : NULL;
		struct fy_node *item = mapping ? NULL : fy_node_sequence_iterate(from, &iter);
		enum bl_status status;

		if (pair == NULL && item == NULL)
			return BL_OK;
		status = mapping ? read_pair(r, pair, depth + 1, tail)
				 : read_node(r, item, depth + 1, tail);
		if (status)
			return status;
		tail = &(*tail)->next;
	}
}

/* A container stands where its first child does. */
static void
place_container(struct bl_yaml *node)
{
	const struct bl_yaml *first = node->first;

	if (first == NULL)
		return;
	node->line = node->kind == BL_YAML_MAPPING ? first->key_line : first->line;
	node->column = node->kind == BL_YAML_MAPPING ? first->key_column : first->column;
}

static BL_STATUS
read_node(struct reader *r, struct fy_node *from, int depth, struct bl_yaml **ret)
{
	struct bl_yaml *node = NULL;
	enum bl_status status;

	if (fy_node_is_scalar(from))
		status = read_scalar(r, from, &node);
	else
		status = make(
		    r, fy_node_is_mapping(from) ? BL_YAML_MAPPING : BL_YAML_SEQUENCE, NULL, &node);
	if (!status && depth > BL_RULE_YAML_MAX_DEPTH)
		status = bl_fail(r->reterr, BL_ELIMIT, "the YAML is nested more than %d deep",
		    BL_RULE_YAML_MAX_DEPTH);
	if (!status && node->kind != BL_YAML_SCALAR) {
		status = read_children(r, from, depth, node);
		place_container(node);
	}
	if (!status)
		status = refuse(r, from, node);
	if (!status)
		*ret = node;
	return status;
}

static BL_STATUS
fail_yaml(struct fy_diag *diag, struct bl_err *reterr)
{
	void *iter = NULL;
	struct fy_diag_error *first = fy_diag_errors_iterate(diag, &iter);

	if (first == NULL || first->msg == NULL)
		return bl_fail(reterr, BL_EINPUT, "this is not YAML");
	return bl_fail_pos(reterr, BL_EINPUT, first->line > 0 ? (uint32_t)first->line : 0,
	    first->column > 0 ? (uint32_t)first->column : 0, "this is not YAML: %s", first->msg);
}

static BL_STATUS
build(struct reader *r, struct fy_diag *diag, struct bl_yaml **ret_root)
{
	struct fy_parse_cfg cfg = {.diag = diag,
	    .flags =
		FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE};
	struct fy_parser *parser = fy_parser_create(&cfg);
	struct fy_document *document = NULL, *second = NULL;
	enum bl_status status = BL_OK;

	if (parser == NULL || fy_parser_set_string(parser, r->text.ptr, r->text.len) != 0) {
		status = no_memory(r->reterr);
		goto out;
	}
	document = fy_parse_load_document(parser);
	if (fy_parser_get_stream_error(parser)) {
		status = fail_yaml(diag, r->reterr);
		goto out;
	}
	if (document == NULL || fy_document_root(document) == NULL) {
		status = bl_fail(r->reterr, BL_EINPUT, "the file is empty");
		goto out;
	}
	second = fy_parse_load_document(parser);
	if (second != NULL)
		status = bl_fail(r->reterr, BL_EINPUT, "the file holds more than one document");
	else if (fy_parser_get_stream_error(parser))
		status = fail_yaml(diag, r->reterr);
	else
		status = read_node(r, fy_document_root(document), 1, ret_root);
out:
	if (second != NULL)
		fy_parse_document_destroy(parser, second);
	if (document != NULL)
		fy_parse_document_destroy(parser, document);
	if (parser != NULL)
		fy_parser_destroy(parser);
	return status;
}

/* Length of the character at ${i}, 0 when it is no UTF-8 (overlong forms and surrogates are left to
 * libfyaml). */
static size_t
character(struct bl_str s, size_t i)
{
	unsigned char c = (unsigned char)s.ptr[i], second;
	size_t n = c < 0x80 ? 1 : c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;

	if (n > s.len - i)
		return 0;
	for (size_t k = 1; k < n; k++)
		if (((unsigned char)s.ptr[i + k] & 0xC0) != 0x80)
			return 0;
	if (n < 3)
		return n;
	second = (unsigned char)s.ptr[i + 1];
	if ((c == 0xE0 && second < 0xA0) || (c == 0xED && second > 0x9F) ||
	    (c == 0xF0 && second < 0x90) || (c == 0xF4 && second > 0x8F))
		return 0; /* Overlong, surrogate, or beyond U+10FFFF. */
	return n;
}

/*
 * What libfyaml must not be given: on some directives (a line that begins with %) with bytes that
 * are no UTF-8 it does not come back (0.7.12).  A rule file needs neither, nor control bytes.
 */
static BL_STATUS
check_bytes(struct bl_str text, struct bl_err *reterr)
{
	size_t n;

	for (size_t i = 0; i < text.len; i += n) {
		unsigned char c = (unsigned char)text.ptr[i];
		const char *what = NULL;
		uint32_t line, column;

		n = character(text, i);
		if (n == 0)
			what = "a byte that is no UTF-8";
		else if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
			what = "a control byte";
		else if (c == '%' && (i == 0 || text.ptr[i - 1] == '\n' || text.ptr[i - 1] == '\r'))
			what = "a YAML directive (%)";
		if (what == NULL)
			continue;
		locate(text, i, &line, &column);
		return bl_fail_pos(
		    reterr, BL_EINPUT, line, column, "a rule file holds no such thing as %s", what);
	}
	return BL_OK;
}

BL_STATUS
bl_rule_yaml__read(struct bl_str text, struct bl_arena *arena, const struct bl_yaml **ret_root,
    struct bl_err *reterr)
{
	struct reader r = {.text = text, .arena = arena, .reterr = reterr};
	struct fy_diag_cfg cfg;
	struct fy_diag *diag;
	struct bl_yaml *root = NULL;
	enum bl_status status;

	if (text.len > BL_RULE_YAML_MAX_BYTES)
		return bl_fail(
		    reterr, BL_ELIMIT, "a rule file has at most %zu bytes", BL_RULE_YAML_MAX_BYTES);
	status = check_bytes(text, reterr);
	if (status)
		return status;
	fy_diag_cfg_default(&cfg);
	cfg.fp = NULL;
	cfg.output_fn = say_nothing;
	cfg.colorize = false;
	diag = fy_diag_create(&cfg);
	if (diag == NULL)
		return no_memory(reterr);
	fy_diag_set_collect_errors(diag, true);
	status = build(&r, diag, &root);
	fy_diag_destroy(diag);
	if (!status)
		*ret_root = root;
	return status;
}

const struct bl_yaml *
bl_rule_yaml__get(const struct bl_yaml *mapping, const char *key)
{
	if (mapping == NULL || mapping->kind != BL_YAML_MAPPING)
		return NULL;
	for (const struct bl_yaml *v = mapping->first; v != NULL; v = v->next)
		if (bl_str_eq(v->key, bl_str_of(key)))
			return v;
	return NULL;
}

bool
bl_rule_yaml__is_null(const struct bl_yaml *node)
{
	return node == NULL || (node->kind == BL_YAML_SCALAR && node->style == BL_YAML_PLAIN &&
				   (node->text.len == 0 || bl_str_eq(node->text, BL_STR("null")) ||
				       bl_str_eq(node->text, BL_STR("~"))));
}

bool
bl_rule_yaml__one_to_one(struct bl_str file, const struct bl_yaml *node)
{
	if (node->style == BL_YAML_LITERAL)
		return true;
	return node->style != BL_YAML_FOLDED && node->text.len <= file.len - node->offset &&
	       bl_str_eq(bl_str_sub(file, node->offset, node->offset + node->text.len), node->text);
}

/* The line number ${line} (from 1) of a text, without its end. */
static struct bl_str
line_of(struct bl_str text, uint32_t line)
{
	struct bl_str rest = text, part = {0};

	while (line > 0 && bl_str_split(&rest, '\n', &part))
		line--;
	if (line > 0)
		return BL_STR("");
	if (part.len > 0 && part.ptr[part.len - 1] == '\r')
		part.len--;
	return part;
}

void
bl_rule_yaml__place(
    struct bl_str file, const struct bl_yaml *node, uint32_t *line, uint32_t *column)
{
	struct bl_str source, content;

	if (*line == 0)
		*line = *column = 1;
	if (node->style != BL_YAML_LITERAL) {
		*column += node->column - 1;
		*line += node->line - 1;
		return;
	}
	/* A block's lines stand in the file behind an indent that is not part of them. */
	content = line_of(node->text, *line);
	*line += node->line - 1;
	source = line_of(file, *line);
	*column += source.len >= content.len ? (uint32_t)(source.len - content.len) : 0;
}
