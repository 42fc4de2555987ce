/*
 * Segments and the items in them.  A segment whose SHA-256 is wrong is not given up: its index,
 * when that is sound, says where each frame begins, and each frame has checks of its own.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zstd.h>

#include "base/arena.h"
#include "delivery/head.h"
#include "os/os.h"
#include "store/fsck_priv.h"
#include "json/json.h"

/* ---- Items. ---------------------------------------------------------------- */

/* One line as an item of the type. */
static enum bl_status
check_item(struct bl_fsck *f, uint32_t type_no, struct bl_fsck_place at, struct bl_str line,
    struct bl_err *reterr)
{
	struct bl_str name = f->type[type_no].name;
	struct bl_version_id id = {type_no, (uint32_t)at.first}, other;
	struct bl_hash128 hash = bl_hash128_of(line, f->bare->key);
	struct bl_item_head item;
	struct bl_err err;
	enum bl_status status;

	bl_arena_reset(f->scratch);
	status = bl_item_head_parse(f->parser, line, f->scratch, &item, &err);
	if (status != BL_OK)
		bl_fsck__say(
		    f, status == BL_ENOMEM ? BL_FSCK_UNREADABLE : BL_FSCK_ITEM, at, "%s", err.text);
	else if (name.ptr != NULL && !bl_str_eq(item.type, name))
		bl_fsck__say(f, BL_FSCK_ITEM, at,
		    "its resourceType is \"%.*s\", not that of its "
		    "folder",
		    BL_STR_ARG(item.type));
	f->totals.versions++;
	if (bl_filter__find(&f->filter, hash, &other))
		return bl_fsck__twice_add(f, at, other.ordinal, line, reterr);
	return bl_filter__add(&f->filter, hash, id, reterr);
}

/* What the tail's table says of an item. */
static void
check_entry(
    struct bl_fsck *f, struct bl_fsck_place at, struct bl_str line, const char table[BL_ITEM_ENTRY])
{
	struct bl_index_item entry = bl_index_item__get(table);
	struct bl_hash128 hash = bl_hash128_of(line, f->bare->key);

	if (entry.len != line.len)
		bl_fsck__say(f, BL_FSCK_TAIL_RECORD, at,
		    "its table gives the item %u bytes; it has %zu", entry.len, line.len);
	else if (f->has_key && (entry.hash.low != hash.low || entry.hash.high != hash.high))
		bl_fsck__say(f, BL_FSCK_TAIL_RECORD, at,
		    "its table gives the item another keyed XXH3-128 than its bytes have");
}

enum bl_status
bl_fsck__items(struct bl_fsck *f, uint32_t type_no, struct bl_fsck_place at, struct bl_str plain,
    struct bl_str table, uint32_t *ret_n, struct bl_err *reterr)
{
	struct bl_str rest = plain, line;
	enum bl_status status = BL_OK;
	uint32_t lines = 0;

	at.n = 1;
	while (rest.len > 0 && status == BL_OK) {
		size_t end = bl_str_find_byte(rest, '\n');

		if (end == SIZE_MAX) {
			bl_fsck__say(f, table.ptr == NULL ? BL_FSCK_FRAME : BL_FSCK_TAIL_RECORD, at,
			    "it does not end with a whole line");
			break;
		}
		line = bl_str_sub(rest, 0, end);
		if (f->second)
			status = bl_fsck__twice_seen(f, at.first, line, reterr);
		else if ((size_t)lines * BL_ITEM_ENTRY < table.len)
			check_entry(f, at, line, table.ptr + (size_t)lines * BL_ITEM_ENTRY);
		if (status == BL_OK && !f->second)
			status = check_item(f, type_no, at, line, reterr);
		lines++;
		at.first++;
		rest = bl_str_sub(rest, end + 1, rest.len);
	}
	*ret_n = lines;
	return status;
}

/* ---- Files. ---------------------------------------------------------------- */

static struct bl_fsck_place
of_file(const struct bl_fsck__type *type, const char *name)
{
	struct bl_fsck_place at = bl_fsck__place(bl_str_of(name));

	at.type = type->name;
	return at;
}

/* A whole file.  What is wrong is a status with words; nothing is told yet. */
static enum bl_status
read_whole(struct bl_fsck *f, const char *name, struct bl_buf *out, struct bl_err *reterr)
{
	struct bl_file *file = NULL;
	struct bl_file_info info;
	char path[BL_STORE__PATH];
	enum bl_status status;

	out->len = 0;
	bl_store__path(f->bare, path, "%s", name);
	status = bl_os_open(f->os, path, BL_OPEN_READ, &file, reterr);
	if (status != BL_OK)
		return status;
	status = bl_file_info(file, &info, reterr);
	if (status == BL_OK && info.size_bytes > out->limit)
		status = bl_fail(reterr, BL_ECORRUPT, "it has %llu bytes; no such file has",
		    (unsigned long long)info.size_bytes);
	if (status == BL_OK)
		status = bl_buf_reserve(out, info.size_bytes > 0 ? info.size_bytes : 1, reterr);
	if (status == BL_OK)
		status = bl_file_pread(file, 0, out->ptr, info.size_bytes, reterr);
	if (status == BL_OK)
		out->len = info.size_bytes;
	bl_file_close(&file);
	return status;
}

/* ---- Frames. --------------------------------------------------------------- */

struct segment {
	const struct bl_manifest_segment *m;
	struct bl_segment s;
	uint32_t type_no;
	struct bl_fsck_place at;
	bool indexed; /* f->index is a sound index of it. */
	bool sealed;  /* Its bytes are the sealed ones. */
	uint32_t n_items;
};

/* One frame: its own checks, then its items. */
static enum bl_status
check_frame(struct bl_fsck *f, struct segment *s, struct bl_str packed, uint64_t check,
    uint32_t n_items, struct bl_err *reterr)
{
	struct bl_err err;
	enum bl_status status = BL_OK;
	uint32_t lines = 0;

	s->at.n = n_items;
	f->totals.frames++;
	if (check != 0 && bl_hash64_of(packed) != check)
		status = bl_fail(&err, BL_ECORRUPT, "its checksum is wrong");
	if (status == BL_OK)
		status = bl_unpacker__unpack(f->unpacker, packed,
		    (size_t)ZSTD_getFrameContentSize(packed.ptr, packed.len), &f->plain, &err);
	if (bl_fsck__fatal(status))
		return bl_fail(reterr, status, "%s", err.text);
	if (status != BL_OK) {
		bl_fsck__say(f, BL_FSCK_FRAME, s->at, "%s", err.text);
		s->n_items += n_items;
		return BL_OK;
	}
	status = bl_fsck__items(f, s->type_no, s->at, bl_buf_str(&f->plain),
	    (struct bl_str){.ptr = NULL}, &lines, reterr);
	if (status == BL_OK && s->indexed && lines != n_items)
		bl_fsck__say(f, BL_FSCK_SEGMENT_ITEMS, s->at,
		    "a frame holds %u items, its index "
		    "says %u",
		    lines, n_items);
	s->n_items += lines;
	return status;
}

static enum bl_status
check_frames(struct bl_fsck *f, struct segment *s, struct bl_err *reterr)
{
	struct bl_str file = bl_buf_str(&f->file);
	uint64_t offset = 0;
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; status == BL_OK && offset < file.len; i++) {
		struct bl_str rest = bl_str_sub(file, offset, file.len);
		struct bl_index_frame frame = {.offset = offset};

		s->at.frame = i;
		s->at.byte = offset;
		s->at.first = (uint64_t)s->s.first + s->n_items;
		s->at.n = 0;
		if (s->indexed && i < bl_index__n_frames(bl_buf_str(&f->index))) {
			frame = bl_index__frame(bl_buf_str(&f->index), i);
			s->at.first = (uint64_t)s->s.first + frame.first;
			s->n_items = frame.first;
			if (frame.len > rest.len) {
				s->at.n = s->s.count - frame.first;
				bl_fsck__say(
				    f, BL_FSCK_FRAME, s->at, "the file ends within this frame");
				break;
			}
			rest.len = frame.len;
		} else {
			rest.len = ZSTD_findFrameCompressedSize(rest.ptr, rest.len);
		}
		if (ZSTD_isError(rest.len)) {
			s->at.n = s->s.count > s->n_items ? s->s.count - s->n_items : 0;
			bl_fsck__say(f, BL_FSCK_FRAME, s->at,
			    "here no zstd frame begins, and without an index nobody can tell where "
			    "the next one does");
			break;
		}
		status = check_frame(f, s, rest, frame.check, frame.count, reterr);
		offset += rest.len;
	}
	s->at.frame = s->at.byte = s->at.first = BL_FSCK_NONE;
	return status;
}

/* ---- The index. ------------------------------------------------------------ */

/* Read before the frames are: it says where they begin. */
static enum bl_status
read_index(struct bl_fsck *f, struct segment *s, const char *name, struct bl_err *reterr)
{
	struct bl_err err;
	enum bl_status status = read_whole(f, name, &f->index, &err);

	if (status == BL_OK)
		status = bl_index__check(bl_buf_str(&f->index), &s->s, &err);
	if (bl_fsck__fatal(status))
		return bl_fail(reterr, status, "%s", err.text);
	s->indexed = status == BL_OK;
	f->totals.indexes++;
	if (status != BL_OK)
		bl_fsck__say(f, BL_FSCK_INDEX, of_file(&f->type[s->type_no], name), "%s",
		    status == BL_ENOTFOUND ? "it is missing" : err.text);
	return BL_OK;
}

static enum bl_status
compare_index(struct bl_fsck *f, struct segment *s, const char *name, struct bl_err *reterr)
{
	struct bl_err err;
	enum bl_status status;

	if (!s->sealed || !f->has_key)
		return BL_OK;
	f->again.len = 0;
	status = bl_index__rebuild(bl_buf_str(&f->file), &s->s, f->bare->key, &f->again, &err);
	if (bl_fsck__fatal(status))
		return bl_fail(reterr, status, "%s", err.text);
	if (status != BL_OK)
		bl_fsck__say(f, BL_FSCK_SEGMENT_ITEMS, s->at, "%s", err.text);
	else if (s->indexed && !bl_str_eq(bl_buf_str(&f->again), bl_buf_str(&f->index)))
		bl_fsck__say(f, BL_FSCK_INDEX, of_file(&f->type[s->type_no], name),
		    "it is not the one that is made from its segment");
	return BL_OK;
}

/* ---- Segments. ------------------------------------------------------------- */

/* The bytes against the manifest. */
static enum bl_status
check_bytes(struct bl_fsck *f, struct segment *s, struct bl_err *reterr)
{
	struct bl_sha256 sha256;
	char hex[2][BL_SHA256_HEX];
	enum bl_status status = BL_OK;

	if (!f->has_manifest)
		return BL_OK;
	status = bl_sha256_of(bl_buf_str(&f->file), &sha256, reterr);
	if (status != BL_OK)
		return status;
	s->sealed =
	    f->file.len == s->s.size && memcmp(sha256.byte, s->s.sha256.byte, BL_SHA256_BYTES) == 0;
	if (f->file.len != s->s.size)
		bl_fsck__say(f, BL_FSCK_SEGMENT_SHA256, s->at,
		    "it has %zu bytes; %" PRIu64 " were sealed", f->file.len, s->s.size);
	else if (!s->sealed)
		bl_fsck__say(f, BL_FSCK_SEGMENT_SHA256, s->at, "its SHA-256 is %s; %s was sealed",
		    bl_sha256_hex(&sha256, hex[0]), bl_sha256_hex(&s->s.sha256, hex[1]));
	return BL_OK;
}

static enum bl_status
check_segment(
    struct bl_fsck *f, uint32_t type_no, const struct bl_manifest_segment *m, struct bl_err *reterr)
{
	const struct bl_fsck__type *type = &f->type[type_no];
	char name[400], index[400];
	struct segment s = {.m = m,
	    .type_no = type_no,
	    .s = {.first = m->first, .count = m->count, .size = m->size, .sha256 = m->sha256}};
	struct bl_err err;
	enum bl_status status;

	(void)snprintf(name, sizeof(name), "versions/%s/%012u.ndjson.zst", type->folder, m->first);
	(void)snprintf(index, sizeof(index), "versions/%s/_%012u.idx", type->folder, m->first);
	s.at = of_file(type, name);
	f->totals.segments++;
	status = read_whole(f, name, &f->file, &err);
	if (bl_fsck__fatal(status))
		return bl_fail(reterr, status, "%s", err.text);
	if (status != BL_OK) {
		s.at.first = m->first;
		s.at.n = m->count;
		bl_fsck__say(f, status == BL_EIO ? BL_FSCK_UNREADABLE : BL_FSCK_SEGMENT_MISSING,
		    s.at, "%s", status == BL_ENOTFOUND ? "it is missing" : err.text);
		bl_fsck__progress(f, m->size);
		return BL_OK;
	}
	status = check_bytes(f, &s, reterr);
	if (status == BL_OK && f->has_manifest)
		status = read_index(f, &s, index, reterr);
	if (status == BL_OK)
		status = check_frames(f, &s, reterr);
	if (status == BL_OK && s.sealed && s.n_items != m->count)
		bl_fsck__say(f, BL_FSCK_SEGMENT_ITEMS, s.at,
		    "it holds %u items where %u were sealed", s.n_items, m->count);
	else if (status == BL_OK)
		status = compare_index(f, &s, index, reterr);
	bl_fsck__progress(f, m->size);
	return status;
}

enum bl_status
bl_fsck__segments(struct bl_fsck *f, uint32_t type_no, struct bl_err *reterr)
{
	const struct bl_fsck__type *type = &f->type[type_no];
	enum bl_status status = BL_OK;

	if (type->folder == NULL)
		return BL_OK;
	for (uint64_t i = 0; i < type->n_segments && status == BL_OK; i++)
		status =
		    check_segment(f, type_no, &f->manifest.segment[type->i_segment + i], reterr);
	return status;
}
