/*
 * Text to nodes, by libfyaml's events: its tree has no place for tags such as !Ref beside the
 * marks, resolves aliases (which may multiply without end) and recurses; events do neither.  The
 * stack here is an array, so hostile nesting costs an error and nothing else.
 *
 * Positions come from byte offsets, so that columns are bytes whatever the library counts.
 */
#include <assert.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "rules/pack_priv.h"

struct frame {
	struct bl_pack__node *container;
	struct bl_str key; /* Read, its value not yet. */
	uint32_t key_line, key_column;
	uint32_t column; /* Where the container begins, tags aside. */
	bool has_key;
};

struct reader {
	struct bl_pack__ctx *ctx;
	struct fy_parser *parser;
	struct fy_diag *diag;
	struct frame stack[BL_PACK_MAX_DEPTH];
	size_t depth;
	struct bl_pack__node *root;
	size_t n_documents;
	bool stop;  /* Reported; read no further. */
	bool ended; /* The end of the stream was seen. */
};

/* --- positions ----------------------------------------------------------- */

static size_t
count_lines(struct bl_str s)
{
	size_t n = 1;

	for (size_t i = 0; i < s.len; i++)
		n += s.ptr[i] == '\n' ||
		     (s.ptr[i] == '\r' && (i + 1 == s.len || s.ptr[i + 1] != '\n'));
	return n;
}

static bool
index_lines(struct bl_pack__ctx *ctx)
{
	struct bl_str s = ctx->text;
	size_t n = count_lines(s), k = 1;
	uint32_t *start = bl_new(ctx->scratch, uint32_t, n);

	if (start == NULL) {
		ctx->nomem = true;
		return false;
	}
	start[0] = 0;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '\n' ||
		    (s.ptr[i] == '\r' && (i + 1 == s.len || s.ptr[i + 1] != '\n')))
			start[k++] = (uint32_t)(i + 1);
	assert(k == n);
	ctx->line_start = start;
	ctx->n_lines = n;
	return true;
}

static struct bl_pack__pos
pos_of(const struct bl_pack__ctx *ctx, size_t offset)
{
	size_t low = 0, high = ctx->n_lines;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (ctx->line_start[mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	return (struct bl_pack__pos){
	    (uint32_t)(low + 1), (uint32_t)(offset - ctx->line_start[low] + 1)};
}

/* Line ${line} without its end; ${line} counts from 1. */
static struct bl_str
line_text(const struct bl_pack__ctx *ctx, size_t line)
{
	size_t from = ctx->line_start[line - 1];
	size_t to = line < ctx->n_lines ? ctx->line_start[line] : ctx->text.len;
	struct bl_str s = bl_str_sub(ctx->text, from, to);

	while (s.len > 0 && (s.ptr[s.len - 1] == '\n' || s.ptr[s.len - 1] == '\r'))
		s.len--;
	return s;
}

static struct bl_pack__pos
pos_of_mark(const struct bl_pack__ctx *ctx, const struct fy_mark *mark)
{
	size_t offset = mark == NULL ? 0 : mark->input_pos;

	return pos_of(ctx, offset > ctx->text.len ? ctx->text.len : offset);
}

/* --- bytes --------------------------------------------------------------- */

/* Length of the character at ${i}, 0 when it is no UTF-8. */
static size_t
utf8_len(struct bl_str s, size_t i)
{
	unsigned char c = (unsigned char)s.ptr[i];
	size_t n = c < 0x80		   ? 1
		   : c >= 0xc2 && c < 0xe0 ? 2
		   : c >= 0xe0 && c < 0xf0 ? 3
		   : c >= 0xf0 && c < 0xf5 ? 4
					   : 0;
	unsigned char second;

	if (n == 0 || n > s.len - i)
		return 0;
	for (size_t k = 1; k < n; k++)
		if (((unsigned char)s.ptr[i + k] & 0xc0) != 0x80)
			return 0;
	if (n < 3)
		return n;
	second = (unsigned char)s.ptr[i + 1];
	if ((c == 0xe0 && second < 0xa0) || (c == 0xed && second > 0x9f) ||
	    (c == 0xf0 && second < 0x90) || (c == 0xf4 && second > 0x8f))
		return 0; /* Overlong, surrogate, or beyond U+10FFFF. */
	return n;
}

/* The first byte that no template may hold; the rest is the parser's business. */
static bool
check_bytes(struct bl_pack__ctx *ctx)
{
	struct bl_str s = ctx->text;
	size_t n;

	if (bl_str_starts(s, BL_STR("\xef\xbb\xbf"))) {
		bl_pack__error(ctx, (struct bl_pack__pos){1, 1},
		    "the file begins with a byte order mark; save it as UTF-8 without one");
		return false;
	}
	for (size_t i = 0; i < s.len; i += n) {
		unsigned char c = (unsigned char)s.ptr[i];

		n = utf8_len(s, i);
		if (n == 0) {
			bl_pack__error(ctx, pos_of(ctx, i),
			    "the byte 0x%02x is not UTF-8; save the file as UTF-8", c);
			return false;
		}
		if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
			bl_pack__error(ctx, pos_of(ctx, i),
			    "the control byte 0x%02x is not allowed; remove it", c);
			return false;
		}
	}
	return true;
}

static bool
begins_as_json(struct bl_str s)
{
	s = bl_str_trim(s);
	return s.len > 0 && s.ptr[0] == '{';
}

/* --- nodes --------------------------------------------------------------- */

/* A tag is a function's short form, !!str, or not for templates. */
static bool
take_tag(struct reader *r, struct fy_token *token, struct bl_pack__node *node, bool *ret_text)
{
	size_t len = 0;
	const char *ptr = fy_token_get_text(token, &len);
	struct bl_str tag = {ptr, ptr == NULL ? 0 : len};
	struct bl_pack__pos pos = pos_of_mark(r->ctx, fy_token_start_mark(token));

	node->line = pos.line;
	node->column = pos.column;
	*ret_text = bl_str_eq(tag, BL_STR("tag:yaml.org,2002:str")) || bl_str_eq(tag, BL_STR("!"));
	if (*ret_text)
		return true;
	if (tag.len > 1 && tag.ptr[0] == '!')
		return bl_str_dup(r->ctx->scratch, bl_str_sub(tag, 1, tag.len), &node->tag) ==
		       BL_OK;
	node->bad = true;
	bl_pack__error(r->ctx, pos, "the tag %.*s is not for templates; remove it",
	    BL_STR_ARG(bl_pack__q(r->ctx, tag)));
	return !r->ctx->nomem;
}

/* A new node for ${event}, with position, tag and anchor looked after.  NULL: no memory. */
static struct bl_pack__node *
node_new(struct reader *r, struct fy_event *event, enum bl_pack__kind kind, bool *ret_text)
{
	struct bl_pack__node *node = bl_new(r->ctx->scratch, struct bl_pack__node, 1);
	const struct fy_mark *mark = fy_event_start_mark(event);
	struct fy_token *tag = fy_event_get_tag_token(event);
	struct fy_token *anchor = fy_event_get_anchor_token(event);

	*ret_text = false;
	if (node == NULL)
		return NULL;
	node->kind = kind;
	if (mark != NULL) {
		struct bl_pack__pos pos = pos_of_mark(r->ctx, mark);

		node->line = pos.line;
		node->column = pos.column;
	}
	if (tag != NULL && !take_tag(r, tag, node, ret_text))
		return NULL;
	if (anchor != NULL) {
		node->bad = true;
		bl_pack__error(r->ctx, pos_of_mark(r->ctx, fy_token_start_mark(anchor)),
		    "an anchor (&) is not supported in templates; write the value out where it is "
		    "used");
	}
	return node;
}

static bool
too_many(struct reader *r, const struct frame *top, const struct bl_pack__node *node)
{
	if (top->container->n < BL_PACK_MAX_ENTRIES)
		return false;
	/* At the key: whether an empty value has a mark differs between libraries. */
	bl_pack__error(r->ctx,
	    top->has_key ? (struct bl_pack__pos){top->key_line, top->key_column}
			 : bl_pack__at(node),
	    "more than %d entries in one map or list", BL_PACK_MAX_ENTRIES);
	r->stop = true;
	return true;
}

/* Puts ${node} where it belongs: the root, a list's end, or behind the key just read. */
static void
attach(struct reader *r, struct bl_pack__node *node)
{
	struct frame *top;
	struct bl_pack__node *box;

	if (r->depth == 0) {
		r->root = node;
		return;
	}
	top = &r->stack[r->depth - 1];
	box = top->container;
	if (node->line == 0) { /* An empty value has no mark: it is where its key is. */
		node->line = top->has_key ? top->key_line : box->line;
		node->column = top->has_key ? top->key_column : box->column;
	}
	if (too_many(r, top, node))
		return;
	if (top->has_key) {
		node->key = top->key;
		node->key_line = top->key_line;
		node->key_column = top->key_column;
		top->has_key = false;
	}
	if (box->first == NULL)
		box->first = node;
	else
		box->last->next = node;
	box->last = node;
	box->n++;
}

static bool
wants_key(const struct reader *r)
{
	return r->depth > 0 && r->stack[r->depth - 1].container->kind == BL_PACK__MAP &&
	       !r->stack[r->depth - 1].has_key;
}

static void
refuse_key(struct reader *r, struct bl_pack__pos pos, const char *what)
{
	bl_pack__error(r->ctx, pos, "a key must be plain text, not %s", what);
	r->stop = true;
}

static void
take_key(struct reader *r, const struct bl_pack__node *node, struct bl_str raw)
{
	struct frame *top = &r->stack[r->depth - 1];
	struct bl_pack__pos pos = {node->line, node->column};

	if (pos.line == 0)
		pos = bl_pack__at(top->container);
	if (top->container->line == 0) {
		top->container->line = pos.line;
		top->container->column = pos.column;
	}
	if (node->tag.ptr != NULL) {
		refuse_key(r, pos, "a tagged value");
		return;
	}
	if (raw.len == 0) {
		refuse_key(r, pos, "empty");
		return;
	}
	if (node->scalar == BL_PACK__TEXT && bl_str_eq(raw, BL_STR("<<")))
		bl_pack__error(r->ctx, pos,
		    "the merge key << is not supported in templates; write the entries out");
	top->key = raw;
	top->key_line = pos.line;
	top->key_column = pos.column;
	top->has_key = true;
}

/* The library's mark of a quoted text is behind the quote. */
static void
step_on_quote(struct reader *r, struct fy_event *event, struct bl_pack__node *node)
{
	const struct fy_mark *mark = fy_event_start_mark(event);
	struct bl_str s = r->ctx->text;

	if (mark == NULL || mark->input_pos == 0 || mark->input_pos > s.len || node->column < 2)
		return;
	if (fy_event_get_tag_token(event) == NULL &&
	    (s.ptr[mark->input_pos - 1] == '"' || s.ptr[mark->input_pos - 1] == '\''))
		node->column--;
}

/* Escapes can spell what is no character: half a surrogate pair, say. */
static bool
check_escapes(struct reader *r, const struct bl_pack__node *node)
{
	size_t n = 1;

	for (size_t i = 0; i < node->raw.len && n > 0; i += n)
		n = utf8_len(node->raw, i);
	if (n > 0)
		return true;
	bl_pack__error(r->ctx, bl_pack__at(node),
	    "an escape in this text is no character; write the character itself");
	r->stop = true;
	return false;
}

/*
 * An empty block text ("key: |" and nothing below) makes libfyaml 0.7 take the following keys for
 * its text.  True block text stands further right than what holds it.
 */
static bool
check_block(struct reader *r, struct fy_event *event, const struct bl_pack__node *node)
{
	const struct frame *top = r->depth == 0 ? NULL : &r->stack[r->depth - 1];
	const struct fy_mark *mark = fy_event_start_mark(event);
	uint32_t least;

	if (top == NULL || mark == NULL)
		return true;
	least = top->has_key ? top->key_column : top->column;
	for (size_t line = pos_of_mark(r->ctx, mark).line; line <= r->ctx->n_lines; line++) {
		struct bl_str text = line_text(r->ctx, line);
		size_t indent = 0;

		while (indent < text.len && text.ptr[indent] == ' ')
			indent++;
		if (indent == text.len)
			continue; /* Blank: the first line with text tells. */
		if (indent >= least || bl_str_trim(node->raw).len == 0)
			return true;
		bl_pack__error(r->ctx,
		    top->has_key ? (struct bl_pack__pos){top->key_line, top->key_column}
				 : pos_of_mark(r->ctx, mark),
		    "the block text (| or >) is empty or not indented; write '' for an empty text");
		r->stop = true;
		return false;
	}
	return true;
}

static bool
on_scalar(struct reader *r, struct fy_event *event)
{
	struct fy_token *token = fy_event_get_token(event);
	enum fy_scalar_style style;
	bool forced_text;
	struct bl_pack__node *node = node_new(r, event, BL_PACK__SCALAR, &forced_text);
	size_t len = 0;
	const char *ptr = token == NULL ? "" : fy_token_get_text(token, &len);

	if (node == NULL || ptr == NULL)
		return false;
	if (bl_str_dup(r->ctx->scratch, (struct bl_str){ptr, len}, &node->raw) != BL_OK)
		return false;
	style = token == NULL ? FYSS_PLAIN : fy_token_scalar_style(token);
	if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED)
		step_on_quote(r, event, node);
	if (!check_escapes(r, node))
		return true;
	if ((style == FYSS_LITERAL || style == FYSS_FOLDED) && !check_block(r, event, node))
		return true;
	if (wants_key(r)) {
		take_key(r, node, node->raw);
		return true;
	}
	node->text = node->raw;
	if (style == FYSS_PLAIN && !forced_text &&
	    !bl_pack__resolve(node->raw, r->ctx->scratch, node))
		return false;
	attach(r, node);
	return true;
}

static bool
on_alias(struct reader *r, struct fy_event *event)
{
	bool forced_text;
	struct bl_pack__node *node = node_new(r, event, BL_PACK__SCALAR, &forced_text);

	if (node == NULL)
		return false;
	bl_pack__error(r->ctx, pos_of_mark(r->ctx, fy_event_start_mark(event)),
	    "an alias (*) is not supported in templates; write the value out");
	node->bad = true;
	node->text = node->raw = BL_STR("");
	if (wants_key(r))
		r->stop = true;
	else
		attach(r, node);
	return true;
}

static bool
on_open(struct reader *r, struct fy_event *event, enum bl_pack__kind kind)
{
	bool forced_text;
	uint32_t column = pos_of_mark(r->ctx, fy_event_start_mark(event)).column;
	struct bl_pack__node *node = node_new(r, event, kind, &forced_text);

	if (node == NULL)
		return false;
	if (wants_key(r)) {
		refuse_key(
		    r, pos_of_mark(r->ctx, fy_event_start_mark(event)), bl_pack__kind_name(node));
		return true;
	}
	attach(r, node);
	if (r->depth == BL_PACK_MAX_DEPTH) {
		bl_pack__error(
		    r->ctx, bl_pack__at(node), "nested more than %d deep", BL_PACK_MAX_DEPTH);
		r->stop = true;
		return true;
	}
	r->stack[r->depth++] = (struct frame){.container = node, .column = column};
	return true;
}

static int
by_key(const void *a, const void *b)
{
	const struct bl_pack__node *x = *(const struct bl_pack__node *const *)a;
	const struct bl_pack__node *y = *(const struct bl_pack__node *const *)b;
	int cmp = bl_str_cmp(x->key, y->key);

	if (cmp != 0)
		return cmp;
	if (x->key_line != y->key_line)
		return x->key_line < y->key_line ? -1 : 1;
	return x->key_column < y->key_column ? -1 : x->key_column > y->key_column;
}

/* Sorted, so that a map of thousands of keys is no work either. */
static bool
on_close(struct reader *r)
{
	struct bl_pack__node *map, **sorted;
	size_t n = 0;

	assert(r->depth > 0);
	map = r->stack[--r->depth].container;
	assert(map != NULL);
	if (map->kind != BL_PACK__MAP || map->n < 2)
		return true;
	sorted = bl_new(r->ctx->scratch, struct bl_pack__node *, map->n);
	if (sorted == NULL)
		return false;
	for (struct bl_pack__node *c = map->first; c != NULL; c = c->next)
		sorted[n++] = c;
	assert(n == map->n);
	qsort(sorted, n, sizeof(struct bl_pack__node *), by_key);
	for (size_t i = 1; i < n; i++)
		if (bl_str_eq(sorted[i - 1]->key, sorted[i]->key))
			bl_pack__error(r->ctx, bl_pack__at_key(sorted[i]),
			    "the key %.*s is written twice in one map (first in line %u); remove "
			    "one",
			    BL_STR_ARG(bl_pack__q(r->ctx, sorted[i]->key)),
			    sorted[i - 1]->key_line);
	return true;
}

/* Is the first line that says anything a %YAML or %TAG?  libfyaml lets it pass without ---. */
static bool
has_directive(struct bl_str text)
{
	struct bl_str rest = text, line = {NULL, 0};

	while (bl_str_split(&rest, '\n', &line)) {
		if (line.len > 0 && line.ptr[0] == '%')
			return true;
		line = bl_str_trim(line);
		if (line.len > 0 && line.ptr[0] != '#')
			return false;
	}
	return false;
}

static bool
on_document(struct reader *r, struct fy_event *event)
{
	if (r->n_documents++ == 0) {
		if (!has_directive(r->ctx->text) || !fy_document_event_is_implicit(event))
			return true;
		bl_pack__error(r->ctx, (struct bl_pack__pos){1, 1},
		    "a line --- must follow the %% directives");
		r->stop = true;
		return true;
	}
	bl_pack__error(r->ctx, pos_of_mark(r->ctx, fy_event_start_mark(event)),
	    "a second YAML document begins here; a template is one document");
	r->stop = true;
	return true;
}

/* False: no memory. */
static bool
on_event(struct reader *r, struct fy_event *event)
{
	switch (event->type) {
	case FYET_DOCUMENT_START: return on_document(r, event);
	case FYET_MAPPING_START: return on_open(r, event, BL_PACK__MAP);
	case FYET_SEQUENCE_START: return on_open(r, event, BL_PACK__LIST);
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END: return on_close(r);
	case FYET_SCALAR: return on_scalar(r, event);
	case FYET_ALIAS: return on_alias(r, event);
	case FYET_STREAM_END: r->ended = true; break;
	case FYET_NONE:
	case FYET_STREAM_START:
	case FYET_DOCUMENT_END:
	default: break; /* A later library may tell more. */
	}
	return true;
}

/* --- the parser ---------------------------------------------------------- */

/* Collected errors go nowhere else: a library does not print. */
static void
say_nothing(struct fy_diag *diag, void *user, const char *text, size_t len)
{
	(void)diag;
	(void)user;
	(void)text;
	(void)len;
}

static bool
reader_open(struct reader *r)
{
	struct fy_diag_cfg diag_cfg;
	struct fy_parse_cfg cfg = {0};
	unsigned int flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2;

	fy_diag_cfg_default(&diag_cfg);
	diag_cfg.fp = NULL;
	diag_cfg.output_fn = say_nothing;
	diag_cfg.colorize = false;
	r->diag = fy_diag_create(&diag_cfg);
	if (r->diag == NULL)
		return false;
	fy_diag_set_collect_errors(r->diag, true);
	flags |= r->ctx->json ? FYPCF_JSON_FORCE : FYPCF_JSON_NONE;
	cfg.flags = (enum fy_parse_cfg_flags)flags;
	cfg.diag = r->diag;
	r->parser = fy_parser_create(&cfg);
	return r->parser != NULL &&
	       fy_parser_set_string(r->parser, r->ctx->text.ptr, r->ctx->text.len) == 0;
}

static void
reader_close(struct reader *r)
{
	if (r->parser != NULL)
		fy_parser_destroy(r->parser);
	if (r->diag != NULL)
		fy_diag_destroy(r->diag);
	r->parser = NULL;
	r->diag = NULL;
}

/* Is there a tab before the first other character of ${line}? */
static size_t
tab_in_indent(struct bl_str line)
{
	size_t tab = SIZE_MAX;

	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] == '\t' && tab == SIZE_MAX)
			tab = i;
		else if (line.ptr[i] != ' ' && line.ptr[i] != '\t')
			return tab;
	}
	return SIZE_MAX; /* Blank. */
}

/* A tab as indentation breaks YAML in ways that no parser's message names. */
static bool
blame_tab(struct bl_pack__ctx *ctx, size_t line)
{
	for (size_t k = line; k <= ctx->n_lines && k <= line + 1; k++) {
		size_t tab = tab_in_indent(line_text(ctx, k));

		if (tab == SIZE_MAX)
			continue;
		bl_pack__error(ctx, (struct bl_pack__pos){(uint32_t)k, (uint32_t)(tab + 1)},
		    "a tab in the indentation; YAML wants blanks");
		return true;
	}
	return false;
}

/* The library counts columns in characters. */
static uint32_t
column_in_bytes(struct bl_str line, int column)
{
	size_t i = 0;

	for (int k = 1; k < column && i < line.len; k++)
		i += utf8_len(line, i);
	return (uint32_t)(i + 1);
}

static void
report_syntax(struct reader *r)
{
	struct bl_pack__ctx *ctx = r->ctx;
	struct fy_diag_error *error;
	void *iter = NULL;
	size_t line;

	while ((error = fy_diag_errors_iterate(r->diag, &iter)) != NULL)
		if (error->type >= FYET_ERROR)
			break;
	if (error == NULL) {
		bl_pack__error(ctx, (struct bl_pack__pos){1, 1}, "this is not valid %s",
		    ctx->json ? "JSON" : "YAML");
		return;
	}
	line = error->line < 1 ? 1 : (size_t)error->line;
	if (line > ctx->n_lines)
		line = ctx->n_lines;
	if (!ctx->json && blame_tab(ctx, line))
		return;
	bl_pack__error(ctx,
	    (struct bl_pack__pos){
		(uint32_t)line, column_in_bytes(line_text(ctx, line), error->column)},
	    "this is not valid %s: %s", ctx->json ? "JSON" : "YAML", error->msg);
}

static void
read_events(struct reader *r)
{
	struct fy_event *event;
	bool good = true;

	while (good && !r->stop && !r->ctx->nomem && (event = fy_parser_parse(r->parser)) != NULL) {
		good = on_event(r, event);
		fy_parser_event_free(r->parser, event);
	}
	if (!good)
		r->ctx->nomem = true;
	if (r->stop || r->ctx->nomem)
		r->root = NULL;
	else if (!r->ended || fy_parser_get_stream_error(r->parser)) {
		report_syntax(r);
		r->root = NULL;
	}
}

void
bl_pack__read(struct bl_pack__ctx *ctx)
{
	struct reader r = {.ctx = ctx};

	if (!index_lines(ctx) || !check_bytes(ctx))
		return;
	ctx->json = begins_as_json(ctx->text);
	if (reader_open(&r)) {
		read_events(&r);
		ctx->root = r.root;
		if (r.root == NULL && ctx->n_errors == 0 && !ctx->nomem)
			bl_pack__error(ctx, (struct bl_pack__pos){1, 1},
			    "the template is empty; it needs at least a Resources section");
	} else {
		ctx->nomem = true;
	}
	reader_close(&r);
}
