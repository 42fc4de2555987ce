/*
 * The tail, in two passes: its records first, which say where each type's blocks are, then the
 * blocks of a type behind its segments, so that a version that is there twice is found whatever
 * holds it.
 */
#include <inttypes.h>
#include <string.h>

#include "os/os.h"
#include "store/fsck_priv.h"

static struct bl_str
tail_name(const struct bl_fsck *f)
{
	return bl_str_of(f->tail_path + strlen(f->bare->root) + 1);
}

static struct bl_fsck_place
at_byte(const struct bl_fsck *f, uint64_t byte)
{
	struct bl_fsck_place at = bl_fsck__place(tail_name(f));

	at.byte = byte;
	return at;
}

/* Versions [from, to) of a type are nowhere. */
static void
say_lost(struct bl_fsck *f, const struct bl_fsck__type *type, uint32_t from, uint32_t to)
{
	struct bl_fsck_place at = at_byte(f, BL_FSCK_NONE);

	at.type = type->name;
	at.first = from;
	at.n = to - from;
	bl_fsck__say(f, BL_FSCK_TAIL_VERSIONS, at,
	    "%u versions of %.*s that the catalogue acknowledges are in no segment and not in the "
	    "tail",
	    to - from, BL_STR_ARG(type->name));
}

static enum bl_status
take_items(
    struct bl_fsck *f, const struct bl_log__record *r, bool *ret_acked, struct bl_err *reterr)
{
	struct bl_fsck__type *type = &f->type[r->a];
	struct bl_fsck_place at = at_byte(f, r->offset);
	uint64_t end = (uint64_t)r->b + r->c;
	enum bl_status status;

	at.type = type->name;
	at.first = r->b;
	at.n = r->c;
	if (r->c == 0 || (uint64_t)r->c * BL_ITEM_ENTRY > r->len) {
		bl_fsck__say(f, BL_FSCK_TAIL_RECORD, at, "it cannot hold %u items", r->c);
		return BL_OK;
	}
	if (end > UINT32_MAX || (f->has_catalogue && end > type->n)) {
		*ret_acked = false;
		return BL_OK;
	}
	if (end <= type->n_sealed)
		return BL_OK; /* It lies in a segment by now. */
	/* Without a manifest nobody knows how much is sealed. */
	if (!f->has_manifest && type->n_blocks == 0)
		type->n_next = r->b;
	if (r->b < type->n_next) {
		bl_fsck__say(f, BL_FSCK_TAIL_RECORD, at,
		    "it holds versions from %u on, where %u is the next one", r->b, type->n_next);
		return BL_OK;
	}
	if (r->b > type->n_next)
		say_lost(f, type, type->n_next, r->b);
	status = bl_store__grow(
	    (void **)&type->block, &type->cap_blocks, type->n_blocks, sizeof(*type->block), reterr);
	if (status != BL_OK)
		return status;
	type->block[type->n_blocks++] =
	    (struct bl_block){.offset = r->offset, .first = r->b, .n = r->c, .raw = r->d};
	type->n_next = (uint32_t)end;
	return BL_OK;
}

/* One whole record.  *ret_acked: does the catalogue count what it holds? */
static enum bl_status
take_record(struct bl_fsck *f, const struct bl_log__record *r, struct bl_str payload,
    bool *ret_acked, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	*ret_acked = true;
	f->totals.tail_records++;
	if (r->kind != BL_STORE__TYPE && r->kind != BL_STORE__ITEMS) {
		bl_fsck__say(f, BL_FSCK_TAIL_RECORD, at_byte(f, r->offset),
		    "a record of unknown kind %u", r->kind);
		return BL_OK;
	}
	/* Without a catalogue the tail itself is the only one that names a type. */
	if (!f->has_catalogue && r->kind == BL_STORE__TYPE && r->a < BL_STORE__TYPES_LIMIT)
		status = bl_fsck__type(f, r->a, payload, reterr);
	if (status != BL_OK)
		return status;
	if (r->a >= f->n_types) {
		*ret_acked = false;
		return BL_OK;
	}
	if (r->kind == BL_STORE__ITEMS)
		return take_items(f, r, ret_acked, reterr);
	status = bl_fsck__type(f, r->a, payload, reterr); /* A lost record's name is told here. */
	if (status == BL_OK && !bl_str_eq(payload, f->type[r->a].name))
		bl_fsck__say(f, BL_FSCK_TAIL_RECORD, at_byte(f, r->offset),
		    "it names type %u \"%.*s\", which is \"%.*s\"", r->a, BL_STR_ARG(payload),
		    BL_STR_ARG(f->type[r->a].name));
	return status;
}

/* Is a writer at work?  Then the tail may well be ahead of what this view counts. */
static bool
catalogue_has_grown(const struct bl_fsck *f)
{
	struct bl_file_info info;

	return f->has_catalogue && bl_file_info(f->catalogue.file, &info, NULL) == BL_OK &&
	       info.size_bytes > bl_log__size(&f->catalogue);
}

struct pass {
	uint64_t first_beyond; /* Where the first record that nothing acknowledges stands. */
	uint64_t broken;       /* The last place that is no whole record ... */
	bool told;	       /* ... and whether it was told. */
};

/* What stands behind everything acknowledged, once all is read. */
static void
say_end(struct bl_fsck *f, const struct pass *pass)
{
	uint64_t end = bl_log__size(&f->tail), from = pass->first_beyond;
	bool lost = false;

	for (uint64_t t = 0; t < f->n_types && f->has_catalogue; t++)
		if (f->type[t].n_next < f->type[t].n &&
		    (f->has_manifest || f->type[t].n_blocks > 0)) {
			say_lost(f, &f->type[t], f->type[t].n_next, f->type[t].n);
			lost = true;
		}
	if (pass->broken != UINT64_MAX && !pass->told && lost)
		bl_fsck__say(f, BL_FSCK_TAIL_RECORD, at_byte(f, pass->broken),
		    "here no whole record begins, and none behind it");
	else if (pass->broken != UINT64_MAX && !pass->told && pass->broken < from)
		from = pass->broken;
	if (from < end && !catalogue_has_grown(f))
		bl_fsck__say(f, BL_FSCK_TAIL_END, at_byte(f, from),
		    "the last %" PRIu64 " bytes hold nothing that was acknowledged", end - from);
}

enum bl_status
bl_fsck__tail(struct bl_fsck *f, struct bl_err *reterr)
{
	struct pass pass = {.first_beyond = UINT64_MAX, .broken = UINT64_MAX};
	struct bl_log__walk walk;
	struct bl_log__record record;
	struct bl_str payload;
	enum bl_status status = BL_OK;

	bl_log__walk_begin(&walk, &f->tail, true);
	while (status == BL_OK) {
		uint64_t from = walk.offset, next = UINT64_MAX;
		bool found, acked;

		status = bl_log__walk_next(&walk, &found, &record, &payload, reterr);
		if (status != BL_OK || (!found && walk.whole))
			break;
		if (!found) {
			pass.broken = from;
			status = bl_fsck__next_head(&f->tail, from + 1, 0, &next, reterr);
			pass.told = next != UINT64_MAX;
			if (!pass.told)
				break;
			bl_fsck__say(f, BL_FSCK_TAIL_RECORD, at_byte(f, from),
			    "the record is damaged; the next whole one begins at byte %" PRIu64,
			    next);
			walk.offset = next;
		} else {
			status = take_record(f, &record, payload, &acked, reterr);
			if (!acked && pass.first_beyond == UINT64_MAX)
				pass.first_beyond = record.offset;
			if (status == BL_OK)
				status =
				    bl_fsck__padding(f, &f->tail, tail_name(f), &record, reterr);
		}
		bl_fsck__progress(f, walk.offset - from);
	}
	bl_log__walk_end(&walk);
	if (status == BL_OK)
		say_end(f, &pass);
	return status;
}

/* ---- The second pass. ------------------------------------------------------ */

static enum bl_status
check_block(
    struct bl_fsck *f, uint32_t type_no, const struct bl_block *block, struct bl_err *reterr)
{
	size_t table = (size_t)block->n * BL_ITEM_ENTRY;
	struct bl_fsck_place at = at_byte(f, block->offset);
	struct bl_log__record head;
	struct bl_err err;
	uint32_t lines = 0;
	enum bl_status status = bl_log__head_at(&f->tail, block->offset, &head, &err);

	at.type = f->type[type_no].name;
	at.first = block->first;
	at.n = block->n;
	if (status == BL_OK)
		status = bl_log__payload(&f->tail, &head, &f->file, &err);
	if (status == BL_OK && f->file.len < table)
		status = bl_fail(&err, BL_ECORRUPT, "it has changed");
	if (status == BL_OK)
		status = bl_unpacker__unpack(f->unpacker,
		    bl_str_sub(bl_buf_str(&f->file), table, f->file.len), block->raw, &f->plain,
		    &err);
	if (bl_fsck__fatal(status))
		return bl_fail(reterr, status, "%s", err.text);
	if (status != BL_OK) {
		bl_fsck__say(f, BL_FSCK_TAIL_RECORD, at, "%s", err.text);
		return BL_OK;
	}
	status = bl_fsck__items(
	    f, type_no, at, bl_buf_str(&f->plain), f->file.ptr, block->n, &lines, reterr);
	if (status == BL_OK && lines != block->n)
		bl_fsck__say(
		    f, BL_FSCK_TAIL_RECORD, at, "it holds %u items and counts %u", lines, block->n);
	bl_fsck__progress(f, BL_LOG__HEAD + head.len);
	return status;
}

enum bl_status
bl_fsck__blocks(struct bl_fsck *f, uint32_t type_no, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	for (uint64_t i = 0; i < f->type[type_no].n_blocks && status == BL_OK; i++)
		status = check_block(f, type_no, &f->type[type_no].block[i], reterr);
	return status;
}
