/*
 * One delivery is one transaction.  Order on the disk: the tail's blocks, its sync, then the
 * catalogue's record and its sync: the commit point.  Attachments are whole and synced before.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "os/os.h"
#include "store/code.h"
#include "store/store_priv.h"

#define OPEN_LIMIT ((uint64_t)32 << 20)	  /* Plain bytes in all open blocks together. */
#define CATALOGUE_SPILL ((size_t)4 << 20) /* A group is flushed when its records take so much. */
#define TYPES_BUDGET ((size_t)64 << 20)

void
bl_store__break(struct bl_store *store, const struct bl_err *why)
{
	if (store->broken.status != BL_OK)
		return;
	store->broken = *why;
	store->broken.status = BL_EIO;
}

enum bl_status
bl_store__writable(const struct bl_store *store, struct bl_err *reterr)
{
	assert(store->writer);
	if (store->broken.status == BL_OK)
		return BL_OK;
	return bl_fail(reterr, BL_EIO,
	    "%s takes no more writes since an earlier failure (%.250s); close it and open it again",
	    store->root, store->broken.text);
}

void
bl_store__save(struct bl_store *store, struct bl_save *ret_save)
{
	*ret_save = (struct bl_save){.n_types = store->n_types,
	    .n_deliveries = store->n_deliveries,
	    .n_quarantined = store->n_quarantined,
	    .tail = bl_log__size(&store->tail),
	    .catalogue = bl_log__size(&store->catalogue)};
}

/* ---- Rolling back. ------------------------------------------------------- */

struct kept {
	const struct bl_store *store;
	bool to_begin;
};

static uint32_t
n_kept(const void *ctx, uint32_t type_no)
{
	const struct kept *kept = ctx;
	const struct bl_type *type = &kept->store->type[type_no];

	return kept->to_begin ? type->n_at_begin : type->n_at_flush;
}

static void
cut_logs(struct bl_store *store, const struct bl_save *save)
{
	struct bl_err err;

	if (store->tail.stuck || store->catalogue.stuck ||
	    bl_log__cut(&store->tail, save->tail, &err) != BL_OK ||
	    bl_log__cut(&store->catalogue, save->catalogue, &err) != BL_OK) {
		if (store->tail.stuck || store->catalogue.stuck)
			(void)!bl_fail(&err, BL_EIO, "a file could not be cut back");
		bl_store__break(store, &err);
	}
}

static void
end_delivery(struct bl_store *store)
{
	for (uint32_t t = 0; t < store->n_types; t++)
		bl_bitmap__clear(&store->type[t].members);
	store->refused.len = 0;
	store->n_refused = 0;
	store->attached.len = 0;
	store->made.len = 0;
	store->in_delivery = false;
}

/* What is there now stays, whatever becomes of the next delivery. */
static void
settle(struct bl_store *store)
{
	for (uint32_t t = 0; t < store->n_types; t++)
		bl_filter__settle(&store->filter, t, store->type[t].n);
}

/* In memory this cannot fail; what fails on the disk makes the store read-only. */
static void
roll_back(struct bl_store *store, bool to_begin)
{
	const struct bl_save *save = to_begin ? &store->at_begin : &store->at_flush;
	struct kept kept = {store, to_begin};
	bool dropped = false;

	for (uint32_t t = 0; t < store->n_types; t++)
		dropped = dropped || store->type[t].n > n_kept(&kept, t);
	if (dropped)
		bl_filter__keep(&store->filter, n_kept, &kept);
	for (uint32_t t = 0; t < store->n_types; t++) {
		struct bl_type *type = &store->type[t];

		type->n = n_kept(&kept, t);
		while (type->n_blocks > 0 && type->block[type->n_blocks - 1].first >= type->n)
			type->waiting_bytes -= type->block[--type->n_blocks].raw;
		type->open.len = 0;
		type->open_table.len = 0;
		type->open_first = type->n;
		if (type->named_at >= save->tail)
			type->named_at = 0;
		if (!to_begin)
			type->n_at_begin = type->n;
	}
	store->open_bytes = 0;
	settle(store); /* A flush that failed takes back what had been settled. */
	bl_type__keep(store, save->n_types);
	bl_catalogue__keep(store, save->n_deliveries, save->n_quarantined);
	bl_cache__forget(store->cache);
	cut_logs(store, save);
	end_delivery(store);
	if (!to_begin)
		store->dirty = false;
}

/* ---- A delivery. --------------------------------------------------------- */

enum bl_status
bl_store_begin(struct bl_store *store, struct bl_err *reterr)
{
	enum bl_status status = bl_store__writable(store, reterr);

	assert(!store->in_delivery);
	if (status == BL_OK && bl_seal__due(store))
		status = bl_seal__run(store, false, reterr);
	if (status != BL_OK)
		return status;
	bl_store__save(store, &store->at_begin);
	for (uint32_t t = 0; t < store->n_types; t++)
		store->type[t].n_at_begin = store->type[t].n;
	store->in_delivery = true;
	return BL_OK;
}

bool
bl_store_find(const struct bl_store *store, struct bl_str bytes, struct bl_hash128 *ret_hash,
    struct bl_version_id *ret_id)
{
	assert(store->writer);
	*ret_hash = bl_hash128_of(bytes, store->key);
	return bl_filter__find(&store->filter, *ret_hash, ret_id);
}

enum bl_status
bl_store__share(struct bl_store *store, struct bl_err *reterr)
{
	enum bl_status status;

	assert(!store->in_delivery);
	status = bl_filter__share(&store->filter, BL_STORE__TYPES_LIMIT, reterr);
	if (status == BL_OK)
		settle(store);
	return status;
}

/* What failed while writing the log may leave it unusable. */
static enum bl_status
wrote(struct bl_store *store, const struct bl_log *log, enum bl_status status, struct bl_err *err)
{
	if (status != BL_OK && log->stuck)
		bl_store__break(store, err);
	return status;
}

/* The open block of a type to the tail's buffer. */
static enum bl_status
close_block(struct bl_store *store, uint32_t type_no, struct bl_err *reterr)
{
	struct bl_type *type = &store->type[type_no];
	uint32_t n = (uint32_t)(type->open_table.len / BL_ITEM_ENTRY);
	struct bl_log__record record = {.kind = BL_STORE__ITEMS,
	    .a = type_no,
	    .b = type->open_first,
	    .c = n,
	    .d = (uint32_t)type->open.len};
	uint64_t offset, before = bl_log__size(&store->tail), named_at = type->named_at;
	struct bl_str part[2];
	enum bl_status status;

	if (n == 0)
		return BL_OK;
	status = bl_type__reserve_block(type, reterr);
	store->packed.len = 0;
	if (status == BL_OK)
		status =
		    bl_packer__pack(store->packer, bl_buf_str(&type->open), &store->packed, reterr);
	if (status == BL_OK && named_at == 0)
		status = bl_log__add(&store->tail,
		    (struct bl_log__record){.kind = BL_STORE__TYPE, .a = type_no}, &type->name, 1,
		    &named_at, reterr);
	part[0] = bl_buf_str(&type->open_table);
	part[1] = bl_buf_str(&store->packed);
	if (status == BL_OK)
		status = bl_log__add(&store->tail, record, part, 2, &offset, reterr);
	if (status != BL_OK) {
		struct bl_err ignored;

		/* Within the buffer, so it cannot fail. */
		return bl_log__cut(&store->tail, before, &ignored) == BL_OK ? status : BL_EIO;
	}
	type->named_at = named_at;
	type->block[type->n_blocks++] =
	    (struct bl_block){.offset = offset, .first = type->open_first, .n = n, .raw = record.d};
	type->waiting_bytes += record.d;
	type->open_first += n;
	store->open_bytes -= type->open.len;
	type->open.len = 0;
	type->open_table.len = 0;
	if (type->open.cap > 4 * BL_STORE__BLOCK)
		bl_buf_release(&type->open);
	return BL_OK;
}

/* Close the blocks of every type that has ${least} plain bytes open. */
static enum bl_status
close_blocks(struct bl_store *store, size_t least, struct bl_err *reterr)
{
	for (uint32_t t = 0; t < store->n_types; t++) {
		enum bl_status status =
		    store->type[t].open.len < least ? BL_OK : close_block(store, t, reterr);

		if (status != BL_OK)
			return status;
	}
	return BL_OK;
}

static enum bl_status
check_item(const struct bl_store *store, struct bl_str bytes, struct bl_err *reterr)
{
	enum bl_status status = bl_store__writable(store, reterr);

	assert(store->in_delivery);
	if (status != BL_OK)
		return status;
	if (bytes.len > BL_STORE__ITEM_LIMIT)
		return bl_fail(reterr, BL_ELIMIT, "an item of %zu bytes is larger than %zu",
		    bytes.len, BL_STORE__ITEM_LIMIT);
	if (bytes.len == 0 || memchr(bytes.ptr, '\n', bytes.len) != NULL)
		return bl_fail(reterr, BL_EINPUT, "an item is %s, so it cannot be kept as one line",
		    bytes.len == 0 ? "empty" : "more than one line");
	return BL_OK;
}

/* Room for an item in the open block: the block before it, or the largest ones, may have to go. */
static enum bl_status
make_room(struct bl_store *store, uint32_t type_no, size_t len, struct bl_err *reterr)
{
	struct bl_type *type = &store->type[type_no];
	enum bl_status status = BL_OK;

	if (type->n >= BL_STORE__VERSIONS_LIMIT)
		return bl_fail(reterr, BL_ELIMIT, "more than %u versions of %.*s",
		    BL_STORE__VERSIONS_LIMIT, BL_STR_ARG(type->name));
	if (type->open.len + len + 1 > BL_STORE__BLOCK)
		status = close_block(store, type_no, reterr);
	if (status == BL_OK && store->open_bytes > OPEN_LIMIT)
		status = close_blocks(store, BL_STORE__BLOCK / 4, reterr);
	if (status == BL_OK && store->open_bytes > OPEN_LIMIT)
		status = close_blocks(store, 1, reterr);
	if (status == BL_OK && store->tail.buf.len >= store->spill)
		status = wrote(store, &store->tail, bl_log__write(&store->tail, reterr), reterr);
	return status;
}

static enum bl_status
append(struct bl_store *store, uint32_t type_no, struct bl_str bytes, struct bl_hash128 hash,
    struct bl_version_id *ret_id, struct bl_err *reterr)
{
	struct bl_type *type = &store->type[type_no];
	struct bl_version_id id = {type_no, type->n};
	struct bl_index_item item = {.hash = hash, .len = (uint32_t)bytes.len};
	enum bl_status status;

	status = bl_buf_reserve(&type->open, bytes.len + 1, reterr);
	if (status == BL_OK)
		status = bl_buf_reserve(&type->open_table, BL_ITEM_ENTRY, reterr);
	if (status == BL_OK)
		status = bl_filter__add(&store->filter, hash, id, reterr);
	if (status != BL_OK)
		return status;
	/* There is room now: nothing below fails. */
	memcpy(type->open.ptr + type->open.len, bytes.ptr, bytes.len);
	type->open.ptr[type->open.len + bytes.len] = '\n';
	type->open.len += bytes.len + 1;
	bl_index_item__put(type->open_table.ptr + type->open_table.len, &item);
	type->open_table.len += BL_ITEM_ENTRY;
	store->open_bytes += bytes.len + 1;
	type->n++;
	*ret_id = id;
	return BL_OK;
}

enum bl_status
bl_store_put(struct bl_store *store, struct bl_str type, struct bl_str bytes,
    struct bl_hash128 hash, struct bl_version_id *ret_id, struct bl_err *reterr)
{
	uint32_t no, n_types = store->n_types;
	enum bl_status status = check_item(store, bytes, reterr);
	struct bl_err err;

	if (status != BL_OK)
		return status;
	no = bl_type__find(store, type);
	if (no == UINT32_MAX)
		status = bl_type__add(store, type, &no, &err);
	if (status == BL_OK)
		status = make_room(store, no, bytes.len, &err);
	if (status == BL_OK)
		status = append(store, no, bytes, hash, ret_id, &err);
	if (status != BL_OK) {
		/* A type without a version would have a number that nobody wrote down. */
		bl_type__keep(store, n_types);
		if (reterr != NULL)
			*reterr = err;
	}
	return status;
}

enum bl_status
bl_store_member(struct bl_store *store, struct bl_version_id id, struct bl_err *reterr)
{
	assert(store->in_delivery);
	if (id.type_no >= store->n_types || id.ordinal >= store->type[id.type_no].n)
		return bl_fail(reterr, BL_EINPUT, "there is no version %u of resource type %u",
		    id.ordinal, id.type_no);
	return bl_bitmap__add(&store->type[id.type_no].members, id.ordinal, reterr);
}

static enum bl_status
check_string(struct bl_str s, const char *what, struct bl_err *reterr)
{
	if (s.len <= BL_STORE__STRING_LIMIT)
		return BL_OK;
	return bl_fail(reterr, BL_ELIMIT, "the %s of a delivery has %zu bytes; at most %d are kept",
	    what, s.len, BL_STORE__STRING_LIMIT);
}

enum bl_status
bl_store_refuse(struct bl_store *store, const struct bl_quarantine *what, struct bl_err *reterr)
{
	struct bl_code__out out = {.buf = &store->refused, .err = reterr};
	size_t before = store->refused.len;
	enum bl_status status = check_string(what->reason, "reason", reterr);

	assert(store->in_delivery);
	if (status != BL_OK)
		return status;
	if (store->n_refused == BL_STORE__QUARANTINE_LIMIT)
		return bl_fail(reterr, BL_ELIMIT,
		    "more than %d items of one delivery are unreadable",
		    BL_STORE__QUARANTINE_LIMIT);
	bl_catalogue__encode_quarantine(what, &out);
	if (out.status != BL_OK) {
		store->refused.len = before;
		return out.status;
	}
	store->n_refused++;
	return BL_OK;
}

/* ---- Attachments. -------------------------------------------------------- */

/* Is the file there already, with the right bytes? */
static bool
is_there(const struct bl_store *store, const struct bl_sha256 *sha256, const char *path, size_t len)
{
	struct bl_arena *arena = bl_arena_new(len + 4096);
	struct bl_sha256 digest;
	struct bl_str bytes;
	bool same;

	same = arena != NULL &&
	       bl_os_read_file(store->os, arena, path, len, &bytes, NULL) == BL_OK &&
	       bl_sha256_of(bytes, &digest, NULL) == BL_OK &&
	       memcmp(digest.byte, sha256->byte, BL_SHA256_BYTES) == 0;
	bl_arena_free(&arena);
	return same;
}

enum bl_status
bl_store_attach(struct bl_store *store, struct bl_str bytes, struct bl_err *reterr)
{
	enum bl_status status = bl_store__writable(store, reterr);
	char path[BL_STORE__PATH], hex[BL_SHA256_HEX];
	struct bl_sha256 sha256;
	struct bl_str digest = {(const char *)sha256.byte, BL_SHA256_BYTES};
	struct bl_err err;

	assert(store->in_delivery);
	if (status == BL_OK && bytes.len > BL_STORE__ATTACHMENT_LIMIT)
		status =
		    bl_fail(reterr, BL_ELIMIT, "an evidence file of %zu bytes is larger than %zu",
			bytes.len, BL_STORE__ATTACHMENT_LIMIT);
	if (status == BL_OK)
		status = bl_sha256_of(bytes, &sha256, reterr);
	/* Room in both lists first: once the file is there it must be known. */
	if (status == BL_OK)
		status = bl_buf_reserve(&store->attached, BL_SHA256_BYTES, reterr);
	if (status == BL_OK)
		status = bl_buf_reserve(&store->made, BL_SHA256_BYTES, reterr);
	if (status != BL_OK)
		return status;
	bl_store__path(store, path, "evidence/%s", bl_sha256_hex(&sha256, hex));
	if (is_there(store, &sha256, path, bytes.len)) {
		status = bl_store__sync_folder(store, "evidence", &err);
	} else {
		status = bl_os_write_file(store->os, path, bytes, &err);
		if (status == BL_OK)
			status = bl_buf_add(&store->made, digest, &err);
	}
	if (status == BL_OK)
		status = bl_buf_add(&store->attached, digest, &err);
	if (status != BL_OK) {
		if (status == BL_EIO && err.sys_errno != ENOSPC && err.sys_errno != EDQUOT)
			bl_store__break(store, &err);
		if (reterr != NULL)
			*reterr = err;
	}
	return status;
}

/* ---- Commit. ------------------------------------------------------------- */

static enum bl_status
check_strings(const struct bl_delivery *d, struct bl_err *reterr)
{
	enum bl_status status = check_string(d->key, "key", reterr);

	if (status == BL_OK)
		status = check_string(d->name, "name", reterr);
	if (status == BL_OK)
		status = check_string(d->account, "account", reterr);
	if (status == BL_OK)
		status = check_string(d->region, "region", reterr);
	if (status == BL_OK)
		status = check_string(d->note, "note", reterr);
	return status;
}

static enum bl_status
encode_types(const struct bl_store *store, struct bl_buf *buf, struct bl_err *reterr)
{
	struct bl_code__out out = {.buf = buf, .err = reterr};

	for (uint32_t t = 0; t < store->n_types; t++) {
		const struct bl_type *type = &store->type[t];
		bool fresh = t >= store->at_begin.n_types;

		if (!fresh && type->n == type->n_at_begin)
			continue;
		bl_code__add_varint(&out, t);
		bl_code__add_varint(&out, type->n);
		bl_code__add_str(&out, fresh ? type->name : (struct bl_str){.ptr = NULL});
	}
	return out.status;
}

/* The members, as the difference to the last complete snapshot when that is shorter. */
static enum bl_status
encode_members(const struct bl_store *store, struct bl_record *record, struct bl_buf *buf,
    struct bl_err *reterr)
{
	struct bl_toggles set = {.at = NULL}, base = {.at = NULL}, change = {.at = NULL};
	const struct bl_delivery *d = &record->d;
	struct bl_buf shorter = BL_BUF_INIT(buf->limit), swap;
	struct bl_code__out out = {.buf = buf, .err = reterr};
	struct bl_code__out out_shorter = {.buf = &shorter, .err = reterr};
	uint64_t latest = 0;
	enum bl_status status = BL_OK;

	for (uint32_t t = 0; t < store->n_types && status == BL_OK; t++)
		status = bl_bitmap__toggles(&store->type[t].members, t, &set, reterr);
	record->n_members = bl_toggles__count(&set);
	if (status == BL_OK) {
		bl_toggles__encode(&set, &out);
		status = out.status;
	}
	if (d->kind == BL_DELIVERY_SNAPSHOT && d->complete)
		latest = bl_catalogue__latest(store, d->account, d->region);
	if (latest > 0 && store->entry[latest - 1].depth + 1 >= BL_STORE__FULL_EVERY)
		latest = 0;
	if (status == BL_OK && latest > 0) {
		status = bl_catalogue__members(store, latest, &base, reterr);
		if (status == BL_OK)
			status = bl_toggles__xor(&base, &set, &change, reterr);
		if (status == BL_OK) {
			bl_toggles__encode(&change, &out_shorter);
			status = out_shorter.status;
		}
		if (status == BL_OK && shorter.len < buf->len) {
			swap = *buf;
			*buf = shorter;
			shorter = swap;
			record->base = latest;
		}
	}
	record->members = bl_buf_str(buf);
	bl_toggles__release(&set);
	bl_toggles__release(&base);
	bl_toggles__release(&change);
	bl_buf_release(&shorter);
	return status;
}

static enum bl_status
add_record(struct bl_store *store, const struct bl_delivery *delivery, struct bl_err *reterr)
{
	struct bl_record record = {.d = *delivery,
	    .quarantine = bl_buf_str(&store->refused),
	    .attached = bl_buf_str(&store->attached)};
	struct bl_buf types = BL_BUF_INIT(TYPES_BUDGET),
		      members = BL_BUF_INIT(BL_LOG__PAYLOAD_LIMIT);
	struct bl_buf payload = BL_BUF_INIT(BL_LOG__PAYLOAD_LIMIT);
	struct bl_str part;
	uint64_t offset;
	enum bl_status status;

	record.d.position = store->n_deliveries + 1;
	status = encode_types(store, &types, reterr);
	record.types = bl_buf_str(&types);
	if (status == BL_OK)
		status = encode_members(store, &record, &members, reterr);
	if (status == BL_OK)
		status = bl_catalogue__encode(&record, &payload, reterr);
	part = bl_buf_str(&payload);
	if (status == BL_OK)
		status = bl_log__add(&store->catalogue,
		    (struct bl_log__record){.kind = BL_STORE__DELIVERY}, &part, 1, &offset, reterr);
	if (status == BL_OK)
		status = bl_catalogue__apply(store, part, offset, false, reterr);
	bl_buf_release(&types);
	bl_buf_release(&members);
	bl_buf_release(&payload);
	return status;
}

enum bl_status
bl_store_commit(struct bl_store *store, const struct bl_delivery *delivery, uint64_t *ret_position,
    struct bl_err *reterr)
{
	uint64_t position = store->n_deliveries + 1;
	struct bl_err err;
	enum bl_status status = bl_store__writable(store, &err);

	assert(store->in_delivery);
	if (status == BL_OK)
		status = check_strings(delivery, &err);
	if (status == BL_OK)
		status = close_blocks(store, 1, &err);
	if (status == BL_OK)
		status = add_record(store, delivery, &err);
	if (status != BL_OK) {
		(void)!bl_store_abort(store, NULL);
		if (reterr != NULL)
			*reterr = err;
		return status;
	}
	end_delivery(store);
	settle(store);
	store->dirty = true;
	if (!store->group || store->catalogue.buf.len > CATALOGUE_SPILL) {
		status = bl_store_flush(store, reterr);
		if (status != BL_OK)
			return status;
		/* The delivery is safe whatever comes of this; begin() tries again, and reports. */
		if (bl_seal__due(store))
			(void)!bl_seal__run(store, false, NULL);
	}
	*ret_position = position;
	return BL_OK;
}

enum bl_status
bl_store_abort(struct bl_store *store, struct bl_err *reterr)
{
	bool was_broken = store->broken.status != BL_OK;
	char path[BL_STORE__PATH], hex[BL_SHA256_HEX];

	if (!store->in_delivery)
		return BL_OK;
	for (size_t i = 0; i < store->made.len; i += BL_SHA256_BYTES) {
		struct bl_sha256 sha256;

		memcpy(sha256.byte, store->made.ptr + i, BL_SHA256_BYTES);
		bl_store__path(store, path, "evidence/%s", bl_sha256_hex(&sha256, hex));
		/* A file that stays is named by nothing. */
		(void)!bl_os_unlink(store->os, path, NULL);
	}
	roll_back(store, true);
	return was_broken ? BL_OK : bl_store__writable(store, reterr);
}

void
bl_store_group(struct bl_store *store, bool on)
{
	store->group = on;
}

/* Both logs to the disk, the tail first.  *ret_sync: was it a sync that failed? */
static enum bl_status
write_out(struct bl_store *store, bool *ret_sync, struct bl_err *reterr)
{
	enum bl_status status;

	*ret_sync = false;
	status = bl_log__write(&store->tail, reterr);
	if (status != BL_OK)
		return status;
	status = bl_log__sync(&store->tail, reterr);
	if (status != BL_OK) {
		*ret_sync = true;
		return status;
	}
	status = bl_log__write(&store->catalogue, reterr);
	if (status != BL_OK)
		return status;
	status = bl_log__sync(&store->catalogue, reterr);
	*ret_sync = status != BL_OK;
	return status;
}

/* An ACK is a courtesy to recovery: when it cannot be written it is left out. */
static void
acknowledge(struct bl_store *store)
{
	struct bl_log *log = &store->catalogue;
	uint64_t offset = bl_log__size(log);
	struct bl_err err;

	if (bl_log__add(log, (struct bl_log__record){.kind = BL_STORE__ACK}, NULL, 0, &offset,
		&err) != BL_OK ||
	    bl_log__write(log, &err) == BL_OK)
		return;
	if (log->stuck || bl_log__cut(log, offset, &err) != BL_OK)
		bl_store__break(store, &err);
}

enum bl_status
bl_store_flush(struct bl_store *store, struct bl_err *reterr)
{
	struct bl_err err;
	enum bl_status status = bl_store__writable(store, reterr);
	bool sync;

	assert(!store->in_delivery);
	if (status != BL_OK || !store->dirty)
		return status;
	status = write_out(store, &sync, &err);
	if (status != BL_OK) {
		if (sync || store->tail.stuck || store->catalogue.stuck)
			bl_store__break(store, &err);
		roll_back(store, false);
		if (reterr != NULL)
			*reterr = err;
		return status;
	}
	acknowledge(store);
	bl_store__save(store, &store->at_flush);
	for (uint32_t t = 0; t < store->n_types; t++)
		store->type[t].n_at_flush = store->type[t].n;
	store->dirty = false;
	return BL_OK;
}
