/*
 * A pushdown machine with a stack of two: only the outline down to the items
 * arrays is followed byte by byte; whatever lies deeper goes through scan.c.
 *
 * Invariants:
 *  1. doc_run is the place in the current piece from which bytes still belong to
 *     the document but have not been copied; NONE while an items array is open.
 *  2. value_run is the same for an item or an element of a top-level array.
 *  3. A value that lies whole within one piece is given as a view of it.
 */
#include "delivery/split.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "delivery/scan.h"

#define NONE SIZE_MAX
#define KEY_BYTES 32 /* Longer than every key that is looked for. */

enum state {
	AT_TOP,
	AT_ARRAY_FIRST, /* Behind the '[' of a top-level array. */
	AT_ARRAY_VALUE,
	AT_ARRAY_NEXT,
	AT_KEY_FIRST, /* Behind '{'. */
	AT_KEY,
	IN_KEY,
	AT_COLON,
	AT_VALUE,
	AT_MEMBER_NEXT,
	AT_ITEMS_FIRST, /* Behind the '[' of an items array. */
	AT_ITEMS_VALUE,
	AT_ITEMS_NEXT,
	IN_CONTAINER,
	IN_STRING,
	IN_SCALAR,
	N_STATES
};

struct bl_split {
	struct bl_split_limits limits;
	struct bl_split_sink sink;
	enum state state;
	enum state after; /* Where to go on behind the current value. */

	struct bl_str piece;
	size_t at;
	uint64_t base; /* Offset of the piece in the text. */
	uint64_t n_items;
	struct bl_scan scan;

	/* An item or an element, not a member of a document. */
	struct bl_split_value value;
	struct bl_buf value_buf;
	size_t value_run;

	struct bl_split_value doc;
	struct bl_buf doc_buf;
	size_t doc_run;

	char key[KEY_BYTES];
	size_t key_len; /* KEY_BYTES: too long to be one of ours. */
	uint32_t level; /* 1: the document's object; 2: the object in its "data". */
	bool escaped;
	bool in_value, value_large, value_deep;
	bool in_doc, doc_large, doc_deep;
};

enum bl_status
bl_split_new(struct bl_split_limits limits, struct bl_split_sink sink, struct bl_split **ret_split,
    struct bl_err *reterr)
{
	struct bl_split *split = bl_mem_alloc(sizeof(*split));

	assert(sink.value != NULL && sink.refused != NULL);
	if (split == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the splitter");
	if (limits.max_item_bytes == 0)
		limits.max_item_bytes = (size_t)64 << 20;
	if (limits.max_document_bytes == 0)
		limits.max_document_bytes = (size_t)64 << 20;
	if (limits.max_depth == 0)
		limits.max_depth = 512;
	*split = (struct bl_split){
	    .limits = limits,
	    .sink = sink,
	    .base = limits.base_offset,
	    .value_run = NONE,
	    .doc_run = NONE,
	    .value_buf = BL_BUF_INIT(limits.max_item_bytes),
	    .doc_buf = BL_BUF_INIT(limits.max_document_bytes),
	};
	*ret_split = split;
	return BL_OK;
}

void
bl_split_free(struct bl_split **split)
{
	if (*split == NULL)
		return;
	bl_buf_release(&(*split)->value_buf);
	bl_buf_release(&(*split)->doc_buf);
	bl_mem_free(*split);
	*split = NULL;
}

static uint64_t
offset(const struct bl_split *split)
{
	return split->base + split->at;
}

static char
here(const struct bl_split *split)
{
	return split->piece.ptr[split->at];
}

static BL_STATUS
unexpected(const struct bl_split *split, const char *wanted, struct bl_err *reterr)
{
	unsigned char c = (unsigned char)here(split);

	if (c > 0x20 && c < 0x7f)
		return bl_fail_at(reterr, BL_EINPUT, offset(split),
		    "broken JSON at byte %" PRIu64 ": %s expected, not '%c'", offset(split), wanted,
		    c);
	return bl_fail_at(reterr, BL_EINPUT, offset(split),
	    "broken JSON at byte %" PRIu64 ": %s expected, not byte 0x%02x", offset(split), wanted,
	    c);
}

/* ---- Gathering ---- */

/* Add ${bytes} to a value that spans pieces; beyond the limit only its length is kept. */
static BL_STATUS
gather(struct bl_buf *buf, bool *large, struct bl_str bytes, struct bl_err *reterr)
{
	if (*large)
		return BL_OK;
	if (bytes.len > buf->limit - buf->len) {
		*large = true;
		bl_buf_release(buf);
		return BL_OK;
	}
	return bl_buf_add(buf, bytes, reterr);
}

static BL_STATUS
deliver(struct bl_split *split, struct bl_split_value *value, bool large, bool deep,
    struct bl_err *reterr)
{
	if (!large && !deep)
		return split->sink.value(split->sink.ctx, value, reterr);
	value->bytes = (struct bl_str){NULL, 0};
	return split->sink.refused(
	    split->sink.ctx, value, large ? BL_SPLIT_TOO_LARGE : BL_SPLIT_TOO_DEEP, reterr);
}

/* The bytes from ${run} up to here end a value that may have begun in earlier pieces. */
static BL_STATUS
gathered(struct bl_split *split, struct bl_buf *buf, bool *large, size_t run, struct bl_str *ret,
    struct bl_err *reterr)
{
	struct bl_str last = bl_str_sub(split->piece, run, split->at);
	enum bl_status status;

	if (buf->len == 0 && !*large) {
		*large = last.len > buf->limit;
		*ret = last;
		return BL_OK;
	}
	status = gather(buf, large, last, reterr);
	if (status == BL_OK)
		*ret = bl_buf_str(buf);
	return status;
}

static void
begin_value(struct bl_split *split, bool item)
{
	split->in_value = true;
	split->value = (struct bl_split_value){.offset = offset(split), .item = item};
	split->value_run = split->at;
	split->value_large = false;
	split->value_deep = false;
	split->value_buf.len = 0;
}

static BL_STATUS
end_value(struct bl_split *split, struct bl_err *reterr)
{
	enum bl_status status;

	split->state = split->after;
	if (!split->in_value)
		return BL_OK;
	split->in_value = false;
	split->value.length = offset(split) - split->value.offset;
	if (split->value.item)
		split->value.index = split->n_items++;
	status = gathered(split, &split->value_buf, &split->value_large, split->value_run,
	    &split->value.bytes, reterr);
	split->value_run = NONE;
	if (status != BL_OK)
		return status;
	return deliver(split, &split->value, split->value_large, split->value_deep, reterr);
}

static void
begin_document(struct bl_split *split)
{
	split->in_doc = true;
	split->doc = (struct bl_split_value){.offset = offset(split)};
	split->doc_run = split->at;
	split->doc_large = false;
	split->doc_deep = false;
	split->doc_buf.len = 0;
	split->level = 1;
}

static BL_STATUS
end_document(struct bl_split *split, struct bl_err *reterr)
{
	enum bl_status status;

	split->in_doc = false;
	split->state = AT_TOP;
	split->doc.length = offset(split) - split->doc.offset;
	status = gathered(
	    split, &split->doc_buf, &split->doc_large, split->doc_run, &split->doc.bytes, reterr);
	split->doc_run = NONE;
	if (status != BL_OK)
		return status;
	return deliver(split, &split->doc, split->doc_large, split->doc_deep, reterr);
}

/* ---- Steps: each takes at least one byte, or changes the state ---- */

/* Skip white space; false at the end of the piece. */
static bool
skip_space(struct bl_split *split)
{
	size_t from = split->at;

	while (split->at < split->piece.len && bl_scan__is_space(here(split)))
		split->at++;
	if (split->at > from && split->in_doc)
		split->doc.has_space = true;
	return split->at < split->piece.len;
}

static bool
is_scalar(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '-' || c == '+' || c == '.';
}

/* The value that begins here; behind it, ${after}. */
static BL_STATUS
start(struct bl_split *split, enum state after, struct bl_err *reterr)
{
	char c = here(split);

	split->after = after;
	if (c == '{' || c == '[') {
		uint32_t above = split->in_value ? 0 : split->level;
		uint32_t max = split->limits.max_depth;

		bl_scan__begin(&split->scan, max > above ? max - above : 0);
		split->state = IN_CONTAINER;
	} else if (c == '"') {
		split->at++;
		split->escaped = false;
		split->state = IN_STRING;
	} else if (is_scalar(c)) {
		split->state = IN_SCALAR;
	} else {
		return unexpected(split, "a value", reterr);
	}
	return BL_OK;
}

static BL_STATUS
step_top(struct bl_split *split, struct bl_err *reterr)
{
	if (!skip_space(split))
		return BL_OK;
	if (here(split) == '{') {
		begin_document(split);
		split->at++;
		split->state = AT_KEY_FIRST;
		return BL_OK;
	}
	if (here(split) == '[') {
		split->at++;
		split->state = AT_ARRAY_FIRST;
		return BL_OK;
	}
	begin_value(split, false);
	return start(split, AT_TOP, reterr);
}

static BL_STATUS
step_array_value(struct bl_split *split, struct bl_err *reterr)
{
	bool items = split->state == AT_ITEMS_FIRST || split->state == AT_ITEMS_VALUE;
	bool first = split->state == AT_ITEMS_FIRST || split->state == AT_ARRAY_FIRST;

	if (!skip_space(split))
		return BL_OK;
	if (first && here(split) == ']') {
		split->state = items ? AT_ITEMS_NEXT : AT_ARRAY_NEXT;
		return BL_OK;
	}
	begin_value(split, items);
	return start(split, items ? AT_ITEMS_NEXT : AT_ARRAY_NEXT, reterr);
}

static BL_STATUS
step_array_next(struct bl_split *split, struct bl_err *reterr)
{
	bool items = split->state == AT_ITEMS_NEXT;

	if (!skip_space(split))
		return BL_OK;
	if (here(split) == ',') {
		split->at++;
		split->state = items ? AT_ITEMS_VALUE : AT_ARRAY_VALUE;
		return BL_OK;
	}
	if (here(split) != ']')
		return unexpected(
		    split, items ? "',' or ']' behind an item" : "',' or ']'", reterr);
	if (items)
		split->doc_run = split->at; /* invariant 1 */
	split->at++;
	split->state = items ? AT_MEMBER_NEXT : AT_TOP;
	return BL_OK;
}

static BL_STATUS
close_object(struct bl_split *split, struct bl_err *reterr)
{
	split->at++;
	if (split->level > 1) {
		split->level--;
		split->state = AT_MEMBER_NEXT;
		return BL_OK;
	}
	return end_document(split, reterr);
}

static BL_STATUS
step_key_begin(struct bl_split *split, struct bl_err *reterr)
{
	if (!skip_space(split))
		return BL_OK;
	if (here(split) == '}' && split->state == AT_KEY_FIRST)
		return close_object(split, reterr);
	if (here(split) != '"')
		return unexpected(split, "the name of a member", reterr);
	split->at++;
	split->key_len = 0;
	split->escaped = false;
	split->state = IN_KEY;
	return BL_OK;
}

static BL_STATUS
step_key(struct bl_split *split, struct bl_err *reterr)
{
	const char *p = split->piece.ptr + split->at;
	size_t left = split->piece.len - split->at;
	size_t n = bl_scan__string(p, left, &split->escaped);
	size_t len = n == SIZE_MAX ? left : n - 1;

	(void)reterr;
	if (len < KEY_BYTES - split->key_len) {
		memcpy(split->key + split->key_len, p, len);
		split->key_len += len;
	} else {
		split->key_len = KEY_BYTES;
	}
	split->at += n == SIZE_MAX ? left : n;
	if (n != SIZE_MAX)
		split->state = AT_COLON;
	return BL_OK;
}

static BL_STATUS
step_colon(struct bl_split *split, struct bl_err *reterr)
{
	if (!skip_space(split))
		return BL_OK;
	if (here(split) != ':')
		return unexpected(split, "':'", reterr);
	split->at++;
	split->state = AT_VALUE;
	return BL_OK;
}

static bool
is_items_key(const struct bl_split *split)
{
	static const char *const names[] = {"configurationItems", "baseConfigurationItems",
	    "ConfigurationItems", "BaseConfigurationItems"};
	struct bl_str key = {split->key, split->key_len};

	if (split->key_len == KEY_BYTES)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bl_str_eq(key, bl_str_of(names[i])))
			return true;
	return false;
}

static BL_STATUS
step_member_value(struct bl_split *split, struct bl_err *reterr)
{
	enum bl_status status;

	if (!skip_space(split))
		return BL_OK;
	if (here(split) == '[' && is_items_key(split)) {
		split->at++;
		status = gather(&split->doc_buf, &split->doc_large,
		    bl_str_sub(split->piece, split->doc_run, split->at), reterr);
		split->doc_run = NONE;
		split->doc.had_items = true;
		split->state = AT_ITEMS_FIRST;
		return status;
	}
	if (here(split) == '{' && split->level == 1 && split->key_len == 4 &&
	    memcmp(split->key, "data", 4) == 0) {
		split->at++;
		split->level = 2;
		split->state = AT_KEY_FIRST;
		return BL_OK;
	}
	return start(split, AT_MEMBER_NEXT, reterr);
}

static BL_STATUS
step_member_next(struct bl_split *split, struct bl_err *reterr)
{
	if (!skip_space(split))
		return BL_OK;
	if (here(split) == '}')
		return close_object(split, reterr);
	if (here(split) != ',')
		return unexpected(split, "',' or '}'", reterr);
	split->at++;
	split->state = AT_KEY;
	return BL_OK;
}

static BL_STATUS
step_container(struct bl_split *split, struct bl_err *reterr)
{
	split->at +=
	    bl_scan__run(&split->scan, split->piece.ptr + split->at, split->piece.len - split->at);
	if (split->scan.depth != 0)
		return BL_OK;
	if (split->in_value) {
		split->value.has_space = split->scan.has_space;
		split->value_deep = split->scan.too_deep;
	} else {
		split->doc.has_space |= split->scan.has_space;
		split->doc_deep |= split->scan.too_deep;
	}
	return end_value(split, reterr);
}

static BL_STATUS
step_string(struct bl_split *split, struct bl_err *reterr)
{
	size_t left = split->piece.len - split->at;
	size_t n = bl_scan__string(split->piece.ptr + split->at, left, &split->escaped);

	split->at += n == SIZE_MAX ? left : n;
	return n == SIZE_MAX ? BL_OK : end_value(split, reterr);
}

static BL_STATUS
step_scalar(struct bl_split *split, struct bl_err *reterr)
{
	while (split->at < split->piece.len && is_scalar(here(split)))
		split->at++;
	return split->at == split->piece.len ? BL_OK : end_value(split, reterr);
}

static enum bl_status (*const steps[N_STATES])(struct bl_split *, struct bl_err *) = {
    [AT_TOP] = step_top,
    [AT_ARRAY_FIRST] = step_array_value,
    [AT_ARRAY_VALUE] = step_array_value,
    [AT_ARRAY_NEXT] = step_array_next,
    [AT_KEY_FIRST] = step_key_begin,
    [AT_KEY] = step_key_begin,
    [IN_KEY] = step_key,
    [AT_COLON] = step_colon,
    [AT_VALUE] = step_member_value,
    [AT_MEMBER_NEXT] = step_member_next,
    [AT_ITEMS_FIRST] = step_array_value,
    [AT_ITEMS_VALUE] = step_array_value,
    [AT_ITEMS_NEXT] = step_array_next,
    [IN_CONTAINER] = step_container,
    [IN_STRING] = step_string,
    [IN_SCALAR] = step_scalar,
};

enum bl_status
bl_split_feed(struct bl_split *split, struct bl_str piece, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	split->piece = piece;
	split->at = 0;
	if (split->in_value)
		split->value_run = 0;
	if (split->in_doc && split->doc_run != NONE)
		split->doc_run = 0;
	while (split->at < piece.len && status == BL_OK)
		status = steps[split->state](split, reterr);
	if (status == BL_OK && split->in_value)
		status = gather(&split->value_buf, &split->value_large,
		    bl_str_sub(piece, split->value_run, piece.len), reterr);
	if (status == BL_OK && split->in_doc && split->doc_run != NONE)
		status = gather(&split->doc_buf, &split->doc_large,
		    bl_str_sub(piece, split->doc_run, piece.len), reterr);
	split->base += piece.len;
	split->at = 0;
	split->piece = (struct bl_str){"", 0};
	return status;
}

enum bl_status
bl_split_end(struct bl_split *split, struct bl_err *reterr)
{
	enum bl_status status;

	/* A number at the end of the text is ended by the end. */
	if (split->state == IN_SCALAR && split->after == AT_TOP) {
		split->value_run = 0;
		status = end_value(split, reterr);
		if (status != BL_OK)
			return status;
	}
	if (split->state == AT_TOP)
		return BL_OK;
	return bl_fail_at(reterr, BL_EINPUT, split->base,
	    "the JSON text ends within a value at byte %" PRIu64 ": the file is cut off or damaged",
	    split->base);
}
