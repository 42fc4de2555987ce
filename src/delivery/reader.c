/*
 * The flow for one object: name, gunzip, first bytes, cut, recognise.  The
 * stream is always read to its end, also behind a break in the JSON text: only
 * then is it known whether the object's checksums hold, and its SHA-256.
 */
#include "delivery/reader.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "delivery/reader_priv.h"
#include "delivery/scan.h"
#include "json/json.h"

#define MAX_WHOLE_BYTES ((size_t)64 << 20)
#define MAX_ITEM_BYTES ((size_t)64 << 20)
#define SNIFF_BYTES 64

struct reader {
	struct bl_stream *stream;
	struct bl_split *split;
	struct bl_content content;
	struct bl_arena *arena;
	struct bl_reader_result *result;
	struct bl_buf whole; /* Files that are kept or looked at as a whole. */
};

/* ---- What the splitter finds ---- */

static enum bl_status
on_value(void *ctx, const struct bl_split_value *value, struct bl_err *reterr)
{
	struct bl_content *c = ctx;

	if (value->item)
		return bl_content__item(c, value->bytes, value->has_space, value->offset, reterr);
	return bl_content__document(c, value, reterr);
}

static enum bl_status
on_refused(
    void *ctx, const struct bl_split_value *value, enum bl_split_refusal why, struct bl_err *reterr)
{
	struct bl_content *c = ctx;
	struct bl_str reason = why == BL_SPLIT_TOO_DEEP
				   ? BL_STR("nested more than 512 deep")
				   : BL_STR("larger than 64 MiB (the limit of one item)");

	c->n_documents += !value->item;
	if (!value->had_items)
		return bl_content__refuse(c, value->offset, value->length, reason, reterr);
	c->array_items = true;
	return bl_content__broken(c, value->offset, reason, reterr);
}

/* ---- Helpers ---- */

static bool
named_as_delivery(const struct reader *r)
{
	enum bl_key_kind kind = r->result->key.kind;

	return kind == BL_KEY_SNAPSHOT || kind == BL_KEY_HISTORY || kind == BL_KEY_OVERSIZED;
}

/* The object is broken as a whole, for ${reason}. */
static BL_STATUS
broken(struct reader *r, uint64_t offset, struct bl_str reason, struct bl_err *reterr)
{
	return bl_content__broken(&r->content, offset, reason, reterr);
}

/* A stream's failure: the object's own fault goes to quarantine, and nothing of it is trusted. */
static BL_STATUS
stream_failed(
    struct reader *r, enum bl_status status, const struct bl_err *err, struct bl_err *reterr)
{
	if (status != BL_EINPUT && status != BL_ELIMIT) {
		if (reterr != NULL)
			*reterr = *err;
		return status;
	}
	r->result->trusted = false;
	status = broken(r, err->offset, bl_str_of(err->text), reterr);
	if (status != BL_OK)
		return status;
	return bl_stream_drain(r->stream, reterr);
}

/* The next piece; len 0 at the end and, with trusted false, behind a damage. */
static BL_STATUS
next_piece(struct reader *r, struct bl_str *ret_piece, struct bl_err *reterr)
{
	struct bl_err err;
	enum bl_status status = bl_stream_next(r->stream, ret_piece, &err);

	if (status == BL_OK) {
		const struct bl_reader_sink *sink = &r->content.sink;
		struct bl_stream_stats stats;

		if (sink->progress == NULL)
			return BL_OK;
		status = bl_stream_stats(r->stream, &stats, reterr);
		if (status == BL_OK)
			sink->progress(sink->ctx, stats.bytes_in, stats.bytes_json);
		return status;
	}
	*ret_piece = (struct bl_str){"", 0};
	return stream_failed(r, status, &err, reterr);
}

/* Read on without looking, for the checksums. */
static BL_STATUS
rest(struct reader *r, struct bl_err *reterr)
{
	struct bl_str piece;
	enum bl_status status;

	do {
		status = next_piece(r, &piece, reterr);
	} while (status == BL_OK && piece.len > 0);
	return status;
}

/* Take ${piece} and the rest into r->whole; *ret_fits false beyond the limit. */
static BL_STATUS
read_whole(struct reader *r, struct bl_str piece, bool *ret_fits, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;
	bool fits = true;

	while (status == BL_OK && piece.len > 0) {
		if (piece.len > r->whole.limit - r->whole.len)
			fits = false;
		else if (fits)
			status = bl_buf_add(&r->whole, piece, reterr);
		if (status == BL_OK)
			status = next_piece(r, &piece, reterr);
	}
	*ret_fits = fits;
	return status;
}

static BL_STATUS
skip(struct reader *r, struct bl_err *reterr, const char *why, struct bl_str quoted)
{
	r->result->kind = BL_DELIVERY_NONE;
	return bl_str_printf(
	    r->arena, &r->result->skip_reason, reterr, "%s%.*s", why, BL_STR_ARG(quoted));
}

/* ---- Contents ---- */

/* Does the text begin as JSON does?  Only objects and arrays count. */
static bool
begins_json(struct bl_str s)
{
	static const char *const literals[] = {"true", "false", "null"};
	struct bl_str next = bl_str_trim(bl_str_sub(s, 1, s.len));

	if (s.len == 0 || (s.ptr[0] != '{' && s.ptr[0] != '['))
		return false;
	if (next.len == 0 || next.ptr[0] == '"' || next.ptr[0] == (s.ptr[0] == '{' ? '}' : ']'))
		return true;
	if (s.ptr[0] == '{')
		return false;
	for (size_t i = 0; i < 3; i++)
		if (bl_str_starts(next, bl_str_of(literals[i])))
			return true;
	return memchr("{[-0123456789", next.ptr[0], 13) != NULL;
}

/* Text that is no JSON, beginning with ${piece}. */
static BL_STATUS
read_text(struct reader *r, struct bl_str piece, struct bl_err *reterr)
{
	struct bl_str quoted, mail;
	enum bl_status status;
	bool fits;

	if (bl_content__is_credential_report(piece) ||
	    bl_str_starts(piece, BL_STR("View the Timeline"))) {
		status = read_whole(r, piece, &fits, reterr);
		if (status != BL_OK || !r->result->trusted)
			return status;
		if (!fits)
			return broken(r, 0,
			    BL_STR("larger than 64 MiB (the limit of one evidence file)"), reterr);
		if (bl_content__mail(bl_buf_str(&r->whole), &mail)) {
			struct bl_split_value value = {
			    .bytes = bl_str_trim(mail), .length = mail.len, .has_space = true};

			return bl_content__document(&r->content, &value, reterr);
		}
		if (bl_content__is_credential_report(bl_buf_str(&r->whole))) {
			return bl_content__keep_whole(&r->content, BL_DELIVERY_CREDENTIAL_REPORT,
			    bl_buf_str(&r->whole), reterr);
		}
		piece = bl_buf_str(&r->whole);
	}
	status = bl_content__quote(r->arena, piece, &quoted, reterr);
	if (status == BL_OK && !named_as_delivery(r))
		status = skip(r, reterr, "not JSON: begins with ", quoted);
	if (status == BL_OK && named_as_delivery(r)) {
		struct bl_str reason;

		status = bl_str_printf(
		    r->arena, &reason, reterr, "not JSON: begins with %.*s", BL_STR_ARG(quoted));
		if (status == BL_OK)
			status = broken(r, 0, reason, reterr);
	}
	return status == BL_OK ? rest(r, reterr) : status;
}

/* The first failure of the receiver is the one to tell. */
static void
tell_piece(struct reader *r, struct bl_str piece)
{
	struct bl_content *c = &r->content;
	struct bl_err err = {.status = BL_OK};

	if (c->sink.piece == NULL || c->sink.piece(c->sink.ctx, piece, &err) == BL_OK ||
	    c->sink_status != BL_OK)
		return;
	c->sink_status = err.status;
	c->sink_err = err;
}

/* Cut one piece; nobody holds views of it when this returns. */
static enum bl_status
cut(struct reader *r, struct bl_str piece, struct bl_err *err)
{
	enum bl_status status = BL_OK;

	tell_piece(r, piece);
	if (r->content.sink_status == BL_OK)
		status = bl_split_feed(r->split, piece, err);
	tell_piece(r, (struct bl_str){.ptr = NULL});
	return r->content.sink_status != BL_OK ? r->content.sink_status : status;
}

/* Feed everything to the splitter.  A break in the structure ends the cutting only. */
static BL_STATUS
read_json(struct reader *r, struct bl_str piece, struct bl_err *reterr)
{
	struct bl_err err = {.status = BL_OK};
	enum bl_status status = BL_OK;
	bool cutting = true;

	while (piece.len > 0) {
		if (cutting)
			status = cut(r, piece, &err);
		if (r->content.sink_status != BL_OK || status == BL_ENOMEM)
			goto failed;
		if (cutting && status != BL_OK) {
			cutting = false;
			status = broken(r, err.offset, bl_str_of(err.text), reterr);
			if (status != BL_OK)
				return status;
		}
		status = next_piece(r, &piece, reterr);
		if (status != BL_OK)
			return status;
	}
	if (!cutting || !r->result->trusted)
		return BL_OK;
	status = bl_split_end(r->split, &err);
	if (status == BL_OK)
		return BL_OK;
	if (r->content.sink_status == BL_OK && status != BL_ENOMEM)
		return broken(r, err.offset, bl_str_of(err.text), reterr);
failed:
	if (reterr != NULL)
		*reterr = r->content.sink_status != BL_OK ? r->content.sink_err : err;
	return status;
}

/* Nothing at all in it. */
static BL_STATUS
read_empty(struct reader *r, struct bl_err *reterr)
{
	if (!r->result->trusted)
		return BL_OK; /* Damage before the first byte; told already. */
	if (r->result->key.kind == BL_KEY_WRITABILITY_CHECK)
		return skip(r, reterr, "AWS Config's test whether it may write here: always empty",
		    BL_STR(""));
	if (named_as_delivery(r))
		return broken(r, 0, BL_STR("the file is empty"), reterr);
	return skip(r, reterr, "the file is empty", BL_STR(""));
}

/* Collect the first bytes that are no white space, however small the pieces come. */
static struct bl_str
without_lead(struct bl_str s)
{
	if (bl_str_starts(s, BL_STR("\xef\xbb\xbf")))
		s = bl_str_sub(s, 3, s.len);
	while (s.len > 0 && bl_scan__is_space(s.ptr[0]))
		s = bl_str_sub(s, 1, s.len);
	return s;
}

/*
 * The text behind the lead of white space.  Small first pieces are gathered, so
 * that what is looked at does not depend on how the bytes came.
 */
static BL_STATUS
first_text(struct reader *r, struct bl_str *ret_text, uint64_t *ret_skipped, struct bl_err *reterr)
{
	struct bl_str piece, text;
	enum bl_status status = next_piece(r, &piece, reterr);

	*ret_skipped = 0;
	while (status == BL_OK && piece.len > 0) {
		text = without_lead(piece);
		if (r->whole.len == 0 && text.len >= SNIFF_BYTES) {
			*ret_skipped += piece.len - text.len;
			*ret_text = text;
			return BL_OK;
		}
		status = bl_buf_add(&r->whole, piece, reterr);
		if (status != BL_OK)
			return status;
		text = without_lead(bl_buf_str(&r->whole));
		if (text.len >= SNIFF_BYTES)
			break;
		if (text.len == 0 && r->whole.len > 3) { /* A mark may come in pieces. */
			*ret_skipped += r->whole.len;
			r->whole.len = 0;
		}
		status = next_piece(r, &piece, reterr);
	}
	if (status != BL_OK)
		return status;
	text = without_lead(bl_buf_str(&r->whole));
	*ret_skipped += r->whole.len - text.len;
	*ret_text = text;
	return BL_OK;
}

static BL_STATUS
read_content(struct reader *r, struct bl_err *reterr)
{
	struct bl_buf lead = BL_BUF_INIT(MAX_WHOLE_BYTES);
	struct bl_str text;
	uint64_t skipped;
	enum bl_status status = first_text(r, &text, &skipped, reterr);

	if (status != BL_OK)
		return status;
	if (text.len == 0)
		return read_empty(r, reterr);
	/* What was gathered moves out of the way of read_whole(). */
	if (r->whole.len > 0) {
		lead = r->whole;
		r->whole = (struct bl_buf)BL_BUF_INIT(MAX_WHOLE_BYTES);
	}
	if (begins_json(text)) {
		status = bl_split_new((struct bl_split_limits){.max_item_bytes = MAX_ITEM_BYTES,
					  .base_offset = skipped},
		    (struct bl_split_sink){&r->content, on_value, on_refused}, &r->split, reterr);
		if (status == BL_OK)
			status = read_json(r, text, reterr);
	} else {
		status = read_text(r, text, reterr);
	}
	bl_buf_release(&lead);
	return status;
}

/* ---- The verdict ---- */

static BL_STATUS
conclude_items(struct reader *r, struct bl_err *reterr)
{
	enum bl_key_kind kind = r->result->key.kind;

	/* The name tells a history file from a snapshot; the content alone may not. */
	if (kind == BL_KEY_SNAPSHOT && r->content.array_items)
		r->result->kind = BL_DELIVERY_SNAPSHOT;
	if (kind == BL_KEY_HISTORY && r->content.array_items)
		r->result->kind = BL_DELIVERY_HISTORY;
	if (r->content.array_items || r->content.n_items > 0 || r->content.broken)
		return BL_OK;
	if (kind == BL_KEY_SNAPSHOT || kind == BL_KEY_HISTORY)
		return broken(r, 0, BL_STR("the file has no configurationItems"), reterr);
	if (kind == BL_KEY_OVERSIZED && r->content.kind == BL_DELIVERY_NONE)
		return broken(r, 0, BL_STR("the file holds no notification"), reterr);
	return BL_OK;
}

static BL_STATUS
conclude(struct reader *r, struct bl_err *reterr)
{
	const struct bl_content *c = &r->content;
	struct bl_str reason;
	enum bl_status status = BL_OK;

	r->result->kind = c->kind;
	status = conclude_items(r, reterr);
	if (status != BL_OK || r->result->skip_reason.ptr != NULL)
		return status;
	if (c->kind == BL_DELIVERY_NONE && c->n_items == 0 && !c->broken) {
		if (c->n_documents == 0)
			return skip(
			    r, reterr, "no configuration items: an empty JSON array", BL_STR(""));
		r->result->skip_reason =
		    c->foreign_why.ptr != NULL ? c->foreign_why : BL_STR("no configuration items");
		return BL_OK;
	}
	if (c->n_foreign == 0 || c->kind == BL_DELIVERY_NONE)
		return BL_OK; /* None understood: told already. */
	status = bl_str_printf(r->arena, &reason, reterr,
	    "%" PRIu64 " of its values or messages are none of AWS Config's", c->n_foreign);
	return status == BL_OK ? broken(r, c->foreign_offset, reason, reterr) : status;
}

static BL_STATUS
read_object(struct reader *r, struct bl_str path, struct bl_err *reterr)
{
	struct bl_err err;
	enum bl_status status = bl_key_parse(path, r->arena, &r->result->key, &err);

	if (status == BL_EINPUT) {
		/* Nobody can say whose items these are: take none. */
		r->result->key.path = path;
		r->result->trusted = false;
		status = broken(r, BL_NO_OFFSET, bl_str_of(err.text), reterr);
		return status == BL_OK ? bl_stream_drain(r->stream, reterr) : status;
	}
	if (status != BL_OK) {
		if (reterr != NULL)
			*reterr = err;
		return status;
	}
	status = read_content(r, reterr);
	if (status != BL_OK || !r->result->trusted)
		return status;
	return conclude(r, reterr);
}

/* What a broken object was meant to be. */
static enum bl_delivery_kind
presumed_kind(enum bl_key_kind kind)
{
	switch (kind) {
	case BL_KEY_SNAPSHOT: return BL_DELIVERY_SNAPSHOT;
	case BL_KEY_HISTORY: return BL_DELIVERY_HISTORY;
	case BL_KEY_OVERSIZED: return BL_DELIVERY_NOTIFICATION;
	case BL_KEY_WRITABILITY_CHECK:
	case BL_KEY_OTHER: break;
	}
	return BL_DELIVERY_API;
}

enum bl_status
bl_reader_read(struct bl_file *file, struct bl_str path, struct bl_json_parser *parser,
    struct bl_arena *arena, struct bl_reader_sink sink, struct bl_reader_result *ret_result,
    struct bl_err *reterr)
{
	struct bl_reader_result result = {.trusted = true};
	struct reader r = {.arena = arena,
	    .result = &result,
	    .content = {.sink = sink,
		.parser = parser,
		.arena = arena,
		.compacted = BL_BUF_INIT(MAX_ITEM_BYTES),
		.acts = BL_BUF_INIT(MAX_WHOLE_BYTES)},
	    .whole = BL_BUF_INIT(MAX_WHOLE_BYTES)};
	enum bl_status status;

	assert(sink.item != NULL && sink.quarantine != NULL);
	status = bl_stream_open(file, (struct bl_stream_limits){0}, &r.stream, reterr);
	if (status != BL_OK)
		goto out;
	status = read_object(&r, path, reterr);
	if (status != BL_OK)
		goto out;
	if (r.content.acts.len > 0)
		status = bl_content__keep(
		    &r.content, bl_buf_str(&r.content.acts), &r.content.whole, reterr);
	if (status == BL_OK)
		status = bl_stream_stats(r.stream, &result.stats, reterr);
	if (status != BL_OK)
		goto out;
	result.complete = result.trusted && !r.content.broken;
	if (!result.complete && result.kind == BL_DELIVERY_NONE)
		result.kind = presumed_kind(result.key.kind);
	result.n_items = r.content.n_items;
	if (result.trusted) {
		result.snapshot_id = r.content.snapshot_id;
		result.message_type = r.content.message_type;
		result.whole = r.content.whole;
	}
	*ret_result = result;
out:
	bl_buf_release(&r.whole);
	bl_buf_release(&r.content.compacted);
	bl_buf_release(&r.content.acts);
	bl_split_free(&r.split);
	bl_stream_close(&r.stream);
	return status;
}

const char *
bl_delivery_kind_name(enum bl_delivery_kind kind)
{
	static const char *const text[] = {
	    [BL_DELIVERY_NONE] = "none",
	    [BL_DELIVERY_SNAPSHOT] = "snapshot",
	    [BL_DELIVERY_HISTORY] = "history",
	    [BL_DELIVERY_NOTIFICATION] = "notification",
	    [BL_DELIVERY_API] = "api output",
	    [BL_DELIVERY_CREDENTIAL_REPORT] = "credential report",
	    [BL_DELIVERY_ACCOUNT_SUMMARY] = "account summary",
	    [BL_DELIVERY_ACCOUNT_LIST] = "account list",
	    [BL_DELIVERY_TRAIL] = "cloudtrail",
	};

	/* A store of a later program may hold kinds that this one does not know. */
	return (size_t)kind < sizeof(text) / sizeof(text[0]) ? text[kind] : "unknown kind";
}
