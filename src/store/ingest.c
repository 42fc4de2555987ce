/*
 * One delivery object is one transaction.  Most items of a snapshot are known:
 * their hash says so before anything is parsed.  An object whose gzip cannot be
 * trusted to its end gives nothing: its items are forgotten and it is
 * quarantined as a whole, because a checksum that was never seen vouches for none of it.
 */
#include "store/ingest.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/mem.h"
#include "delivery/item.h"
#include "delivery/reader.h"
#include "delivery/walk.h"
#include "os/os.h"
#include "store/store.h"
#include "json/json.h"

#define OBJECT_ARENA_BYTES ((size_t)192 << 20)
#define ITEM_ARENA_BYTES ((size_t)192 << 20)
#define HASH_PIECE_BYTES ((size_t)256 << 10)
#define OWN_FOLDER "the folder of this store: not read"
#define PROGRESS_NS (BL_NS_PER_S / 10)
/* Commits that share one sync: few enough that a crash costs little re-reading. */
#define GROUP_COMMITS 64

struct bl_ingest {
	struct bl_os *os;
	struct bl_store *store;
	struct bl_ingest_observer observer;
	struct bl_ingest_totals totals;
	struct bl_json_parser *object_parser, *item_parser;
	struct bl_arena *object_arena, *item_arena;
	char *piece; /* [HASH_PIECE_BYTES] */
	int64_t last_progress_ns;
	struct bl_file_info own; /* The store's folder: never a source. */
	uint64_t bytes_found, bytes_done;
	uint64_t object_bytes, object_in, object_json; /* Its size (0 unknown), and so far. */
	unsigned ungrouped;
	uint64_t n_hashed; /* Files that were read once more, for their SHA-256 alone. */
	/* The object at hand. */
	struct bl_str key;
	uint64_t n_new, n_known, n_quarantined, n_entries;
	bool look_inside;  /* The name does not tell account and time: parse known items too. */
	bool mixed;	   /* Items of several accounts or regions. */
	bool store_failed; /* Not the object's fault: stop. */
	struct bl_str account, region;
	char account_buf[64], region_buf[64];
	int64_t first_ns, last_ns;
};

enum bl_status
bl_ingest_new(struct bl_os *os, struct bl_store *store, struct bl_ingest_observer observer,
    struct bl_ingest **ret_ingest, struct bl_err *reterr)
{
	struct bl_ingest *in = bl_mem_alloc(sizeof(*in));
	enum bl_status status;

	if (in == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to ingest");
	*in = (struct bl_ingest){.os = os, .store = store, .observer = observer};
	in->object_arena = bl_arena_new(OBJECT_ARENA_BYTES);
	in->item_arena = bl_arena_new(ITEM_ARENA_BYTES);
	in->piece = bl_mem_alloc(HASH_PIECE_BYTES);
	if (in->object_arena == NULL || in->item_arena == NULL || in->piece == NULL) {
		status = bl_fail(reterr, BL_ENOMEM, "no memory to ingest");
		goto out;
	}
	status = bl_os_info(os, bl_store_root(store), &in->own, reterr);
	if (status == BL_OK)
		status = bl_json_parser_new((struct bl_json_limits){0}, &in->object_parser, reterr);
	if (status == BL_OK)
		status = bl_json_parser_new((struct bl_json_limits){0}, &in->item_parser, reterr);
	if (status != BL_OK)
		goto out;
	bl_store_group(store, true);
	*ret_ingest = in;
	in = NULL;
out:
	bl_ingest_free(&in);
	return status;
}

void
bl_ingest_free(struct bl_ingest **ingest)
{
	struct bl_ingest *in = *ingest;

	if (in == NULL)
		return;
	bl_json_parser_free(&in->object_parser);
	bl_json_parser_free(&in->item_parser);
	bl_arena_free(&in->object_arena);
	bl_arena_free(&in->item_arena);
	bl_mem_free(in->piece);
	bl_mem_free(in);
	*ingest = NULL;
}

const struct bl_ingest_totals *
bl_ingest_total(const struct bl_ingest *ingest)
{
	return &ingest->totals;
}

/* What the reader's sink is told of one object. */
struct first_reason {
	struct bl_ingest *in;
	struct bl_str reason; /* In the object arena. */
};

static void
give_progress(struct bl_ingest *in)
{
	struct bl_ingest_progress p = {
	    .totals = in->totals, .bytes_found = in->bytes_found, .bytes_done = in->bytes_done};

	p.totals.items_new += in->n_new;
	p.totals.items_known += in->n_known;
	p.totals.items_quarantined += in->n_quarantined;
	p.totals.items_seen += in->n_new + in->n_known + in->n_quarantined;
	p.totals.bytes_in += in->object_in;
	p.totals.bytes_json += in->object_json;
	/* A file may have grown since it was listed. */
	p.bytes_done += in->object_in < in->object_bytes ? in->object_in : in->object_bytes;
	in->observer.progress(in->observer.ctx, &p);
}

static void
tell_progress(struct bl_ingest *in)
{
	int64_t now = bl_os_tick_ns(in->os);

	if (in->observer.progress == NULL || now - in->last_progress_ns < PROGRESS_NS)
		return;
	in->last_progress_ns = now;
	give_progress(in);
}

static void
object_progress(void *ctx, uint64_t bytes_in, uint64_t bytes_json)
{
	struct bl_ingest *in = ((struct first_reason *)ctx)->in;

	in->object_in = bytes_in;
	in->object_json = bytes_json;
	tell_progress(in);
}

/* Its numbers are in the totals, or given up. */
static void
forget_object(struct bl_ingest *in)
{
	in->n_new = in->n_known = in->n_quarantined = in->n_entries = 0;
	in->object_bytes = in->object_in = in->object_json = 0;
}

static void
done(struct bl_ingest *in, enum bl_ingest_outcome outcome, struct bl_str reason)
{
	in->totals.files_seen++;
	switch (outcome) {
	case BL_INGEST_READ: in->totals.files_read++; break;
	case BL_INGEST_SKIPPED: in->totals.files_skipped++; break;
	case BL_INGEST_QUARANTINED: in->totals.files_quarantined++; break;
	}
	in->bytes_done += in->object_bytes;
	forget_object(in);
	in->observer.file(in->observer.ctx, in->key, outcome, reason);
	tell_progress(in);
}

/* ---- Items. --------------------------------------------------------------- */

static enum bl_status
refuse(void *ctx, const struct bl_quarantine *q, struct bl_err *reterr)
{
	struct bl_ingest *in = ctx;
	enum bl_status status = bl_store_refuse(in->store, q, reterr);

	in->store_failed = status != BL_OK;
	if (status != BL_OK)
		return status;
	in->n_entries++;
	if (q->item_index != BL_NO_OFFSET)
		in->n_quarantined++;
	in->observer.item(in->observer.ctx, in->key, q->item_index, q->offset, q->reason);
	return BL_OK;
}

static enum bl_status
refuse_item(struct bl_ingest *in, uint64_t index, uint64_t offset, uint64_t length,
    const struct bl_err *why, struct bl_err *reterr)
{
	struct bl_quarantine q = {.item_index = index,
	    .offset = offset,
	    .length = length,
	    .reason = bl_str_of(why->text)};

	return refuse(in, &q, reterr);
}

/* All items of one account and region: whose delivery this is. */
static void
note_owner(struct bl_str value, char buf[64], struct bl_str *owner, bool *mixed)
{
	if (owner->ptr != NULL) {
		*mixed = *mixed || !bl_str_eq(*owner, value);
		return;
	}
	if (value.len > 64) {
		*mixed = true;
		return;
	}
	memcpy(buf, value.ptr, value.len);
	*owner = (struct bl_str){buf, value.len};
}

static void
note_item(struct bl_ingest *in, const struct bl_item *item)
{
	bool global = bl_str_eq(item->region, BL_STR("global"));

	note_owner(item->account, in->account_buf, &in->account, &in->mixed);
	if (!global)
		note_owner(item->region, in->region_buf, &in->region, &in->mixed);
	if (item->capture_ns > in->last_ns)
		in->last_ns = item->capture_ns;
	if (item->capture_ns < in->first_ns)
		in->first_ns = item->capture_ns;
}

static enum bl_status
take_item(void *ctx, struct bl_str bytes, uint64_t index, uint64_t offset, struct bl_err *reterr)
{
	struct bl_ingest *in = ctx;
	struct bl_version_id id;
	struct bl_hash128 hash;
	struct bl_item item;
	struct bl_err why;
	bool known = bl_store_find(in->store, bytes, &hash, &id);
	enum bl_status status;

	if (!known || in->look_inside) {
		bl_arena_reset(in->item_arena);
		status = bl_item_parse(in->item_parser, bytes, in->item_arena, &item, &why);
		if (status == BL_EINPUT || status == BL_ELIMIT || status == BL_EUNSUPPORTED ||
		    status == BL_ENOMEM) {
			return refuse_item(in, index, offset, bytes.len, &why, reterr);
		}
		if (status != BL_OK) {
			if (reterr != NULL)
				*reterr = why;
			return status;
		}
		note_item(in, &item);
	}
	if (known) {
		in->n_known++;
		return bl_store_member(in->store, id, reterr);
	}
	status = bl_store_put(in->store, item.type, bytes, hash, &id, &why);
	if (status == BL_EINPUT || status == BL_ELIMIT) {
		return refuse_item(in, index, offset, bytes.len, &why, reterr);
	}
	if (status != BL_OK) {
		if (reterr != NULL)
			*reterr = why;
		return status;
	}
	in->n_new++;
	return bl_store_member(in->store, id, reterr);
}

/* ---- Objects. ------------------------------------------------------------- */

static void
begin_object(struct bl_ingest *in, struct bl_str key)
{
	in->key = key;
	in->n_new = in->n_known = in->n_quarantined = in->n_entries = 0;
	in->object_in = in->object_json = 0;
	in->mixed = in->store_failed = false;
	in->account = in->region = (struct bl_str){NULL, 0};
	in->first_ns = BL_INSTANT_MAX;
	in->last_ns = BL_INSTANT_MIN;
	bl_arena_reset(in->object_arena);
}

static bool
is_evidence(enum bl_delivery_kind kind)
{
	return kind == BL_DELIVERY_CREDENTIAL_REPORT || kind == BL_DELIVERY_ACCOUNT_SUMMARY ||
	       kind == BL_DELIVERY_ACCOUNT_LIST;
}

/*
 * Is the object in the store?  AWS's names are unique: the same bytes under
 * another of them are another delivery.  Other names mean nothing, but for
 * evidence files: that nothing changed from one day to the next, or that two
 * accounts look alike, is evidence of its own.
 */
static bool
is_stored(const struct bl_ingest *in, const struct bl_sha256 *sha256, const struct bl_key *key)
{
	uint64_t position;

	if (key->kind != BL_KEY_OTHER)
		return bl_store_find_delivery(in->store, sha256, key->name) != 0;
	if (bl_store_find_delivery(in->store, sha256, key->path) != 0)
		return true;
	position = bl_store_find_delivery(in->store, sha256, (struct bl_str){NULL, 0});
	return position != 0 && !is_evidence(bl_store_delivery(in->store, position)->kind);
}

/* Evidence files lie in a folder named after their account. */
static struct bl_str
account_in_path(struct bl_str path)
{
	struct bl_str rest = path, part;
	uint64_t number;

	while (bl_str_split(&rest, '/', &part))
		if (part.len == 12 && bl_str_to_u64(part, &number))
			return part;
	return (struct bl_str){NULL, 0};
}

static struct bl_delivery
describe(const struct bl_ingest *in, const struct bl_reader_result *r)
{
	struct bl_delivery d = {.key = r->key.path,
	    .name = r->key.name,
	    .kind = r->kind,
	    .account = r->key.account,
	    .region = r->key.region,
	    .as_of_ns = r->key.last_ns,
	    .first_ns = r->key.first_ns,
	    .ingested_ns = bl_os_now_ns(in->os),
	    .sha256 = r->stats.sha256,
	    .bytes_in = r->stats.bytes_in,
	    .bytes_json = r->stats.bytes_json,
	    .n_items = in->n_new + in->n_known + in->n_quarantined,
	    .n_new = in->n_new,
	    .n_known = in->n_known,
	    .n_quarantined = in->n_quarantined,
	    .complete = r->complete,
	    .note = r->message_type};

	if (is_evidence(d.kind)) {
		d.name = d.key;
		d.account = account_in_path(d.key);
	} else if (d.account.len == 0 && !in->mixed) {
		d.account = in->account;
	}
	if (d.region.len == 0 && !in->mixed)
		d.region = in->region;
	if (d.as_of_ns == BL_INSTANT_MIN)
		d.as_of_ns = in->last_ns;
	if (d.first_ns == BL_INSTANT_MIN)
		d.first_ns = in->first_ns == BL_INSTANT_MAX ? d.as_of_ns : in->first_ns;
	return d;
}

static enum bl_status
commit(struct bl_ingest *in, const struct bl_delivery *delivery, struct bl_err *reterr)
{
	uint64_t position;
	enum bl_status status = bl_store_commit(in->store, delivery, &position, reterr);

	if (status != BL_OK)
		return status;
	in->totals.items_seen += delivery->n_items;
	in->totals.items_new += delivery->n_new;
	in->totals.items_known += delivery->n_known;
	in->totals.items_quarantined += delivery->n_quarantined;
	in->totals.bytes_in += delivery->bytes_in;
	in->totals.bytes_json += delivery->bytes_json;
	if (++in->ungrouped < GROUP_COMMITS)
		return BL_OK;
	in->ungrouped = 0;
	return bl_store_flush(in->store, reterr);
}

/* Nothing of the object can be taken: one entry speaks for all of it. */
static enum bl_status
quarantine_whole(
    struct bl_ingest *in, struct bl_delivery *delivery, struct bl_str reason, struct bl_err *reterr)
{
	struct bl_quarantine q = {.item_index = BL_NO_OFFSET,
	    .offset = BL_NO_OFFSET,
	    .length = delivery->bytes_in,
	    .reason = reason};
	enum bl_status status;

	status = bl_store_begin(in->store, reterr);
	if (status == BL_OK)
		status = bl_store_refuse(in->store, &q, reterr);
	if (status == BL_OK)
		status = commit(in, delivery, reterr);
	if (status == BL_OK)
		done(in, BL_INGEST_QUARANTINED, reason);
	return status;
}

static enum bl_status
note_reason(void *ctx, const struct bl_quarantine *q, struct bl_err *reterr)
{
	struct first_reason *f = ctx;

	if (q->item_index == BL_NO_OFFSET && f->reason.ptr == NULL &&
	    bl_str_dup(f->in->object_arena, q->reason, &f->reason) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a reason");
	return refuse(f->in, q, reterr);
}

static enum bl_status
note_item_of(void *ctx, struct bl_str bytes, uint64_t index, uint64_t offset, struct bl_err *reterr)
{
	struct first_reason *f = ctx;
	enum bl_status status = take_item(f->in, bytes, index, offset, reterr);

	f->in->store_failed = status != BL_OK;
	return status;
}

static enum bl_status
finish_object(
    struct bl_ingest *in, struct bl_reader_result *r, struct bl_str reason, struct bl_err *reterr)
{
	struct bl_delivery d = describe(in, r);
	enum bl_status status;

	if (!r->trusted) {
		d.n_quarantined = d.n_items;
		d.n_new = d.n_known = 0;
		d.complete = false;
		status = bl_store_abort(in->store, reterr);
		return status != BL_OK ? status : quarantine_whole(in, &d, reason, reterr);
	}
	if (r->kind == BL_DELIVERY_NONE && in->n_entries == 0) {
		status = bl_store_abort(in->store, reterr);
		if (status == BL_OK)
			done(in, BL_INGEST_SKIPPED, r->skip_reason);
		return status;
	}
	/* A stream from standard input shows only now that it is known. */
	if (is_stored(in, &d.sha256, &r->key)) {
		status = bl_store_abort(in->store, reterr);
		in->totals.files_known += status == BL_OK;
		if (status == BL_OK)
			done(in, BL_INGEST_SKIPPED, BL_STR("already in the store"));
		return status;
	}
	status = r->whole.ptr == NULL ? BL_OK : bl_store_attach(in->store, r->whole, reterr);
	if (status == BL_OK)
		status = commit(in, &d, reterr);
	if (status == BL_OK)
		done(in, r->complete ? BL_INGEST_READ : BL_INGEST_QUARANTINED, reason);
	return status;
}

/* ---- Files. --------------------------------------------------------------- */

/* The SHA-256 of a file's bytes: far cheaper than unpacking what is known already. */
static enum bl_status
hash_file(struct bl_ingest *in, struct bl_file *file, struct bl_sha256 *ret, struct bl_err *reterr)
{
	struct bl_sha256_run *run = NULL;
	enum bl_status status = bl_sha256_run_new(&run, reterr);
	size_t n = 1;

	in->n_hashed++;
	while (status == BL_OK && n > 0) {
		status = bl_file_read(file, in->piece, HASH_PIECE_BYTES, &n, reterr);
		if (status == BL_OK)
			status = bl_sha256_run_add(run, (struct bl_str){in->piece, n}, reterr);
	}
	if (status == BL_OK)
		status = bl_sha256_run_end(run, ret, reterr);
	bl_sha256_run_free(&run);
	return status;
}

/* A file that cannot be opened or read is remembered under its path, once. */
static enum bl_status
unreadable(
    struct bl_ingest *in, struct bl_str key, const struct bl_err *problem, struct bl_err *reterr)
{
	struct bl_delivery d = {.key = key,
	    .name = key,
	    .as_of_ns = BL_INSTANT_MIN,
	    .first_ns = BL_INSTANT_MIN,
	    .ingested_ns = bl_os_now_ns(in->os)};

	begin_object(in, key);
	in->observer.item(
	    in->observer.ctx, key, BL_NO_OFFSET, BL_NO_OFFSET, bl_str_of(problem->text));
	if (bl_store_find_delivery(in->store, &d.sha256, key) != 0) {
		done(in, BL_INGEST_QUARANTINED, bl_str_of(problem->text));
		return BL_OK;
	}
	return quarantine_whole(in, &d, bl_str_of(problem->text), reterr);
}

static enum bl_status
read_object(struct bl_ingest *in, struct bl_file *file, struct bl_str key, struct bl_err *reterr)
{
	struct first_reason f = {.in = in};
	struct bl_reader_sink sink = {.ctx = &f,
	    .item = note_item_of,
	    .quarantine = note_reason,
	    .progress = object_progress};
	struct bl_reader_result result;
	struct bl_err why, ignored;
	struct bl_key parsed;
	enum bl_status status;

	begin_object(in, key);
	status = bl_key_parse(key, in->object_arena, &parsed, &ignored);
	in->look_inside = status != BL_OK || parsed.account.len == 0 ||
			  parsed.last_ns == BL_INSTANT_MIN || parsed.kind == BL_KEY_OTHER;
	status = bl_store_begin(in->store, reterr);
	if (status != BL_OK)
		return status;
	status =
	    bl_reader_read(file, key, in->object_parser, in->object_arena, sink, &result, &why);
	if (status == BL_OK)
		return finish_object(in, &result, f.reason, reterr);
	if (in->store_failed) {
		if (reterr != NULL)
			*reterr = why;
		(void)!bl_store_abort(in->store, NULL); /* The first failure is the one to tell. */
		return status;
	}
	/* The object's own fault: it cannot be read, or wants more memory than one may have. */
	status = bl_store_abort(in->store, reterr);
	return status != BL_OK ? status : unreadable(in, key, &why, reterr);
}

/* Does the store hold the file already?  Its size alone nearly always says that it does not, and
 * then it is read once, not twice; what it is shows at its end again. */
static enum bl_status
is_known(struct bl_ingest *in, struct bl_file *file, struct bl_str key, bool *ret_known,
    struct bl_err *reterr)
{
	struct bl_sha256 sha256;
	struct bl_file_info info;
	struct bl_key parsed;
	struct bl_err ignored;
	struct bl_str name = {NULL, 0};
	enum bl_status status = bl_file_info(file, &info, reterr);

	*ret_known = false;
	if (status != BL_OK)
		return status;
	bl_arena_reset(in->object_arena);
	if (bl_key_parse(key, in->object_arena, &parsed, &ignored) != BL_OK)
		return BL_OK; /* The reader will say what is wrong with the name. */
	if (parsed.kind != BL_KEY_OTHER)
		name = parsed.name;
	if (!bl_store_may_hold(in->store, info.size_bytes, name))
		return BL_OK;
	status = hash_file(in, file, &sha256, reterr);
	if (status == BL_OK)
		*ret_known = is_stored(in, &sha256, &parsed);
	return status;
}

/* Open a file that is not in the store; NULL when it is. */
static enum bl_status
open_unknown(struct bl_ingest *in, const char *path, struct bl_str key, struct bl_file **ret_file,
    struct bl_err *reterr)
{
	struct bl_file *file = NULL;
	uint64_t hashed = in->n_hashed;
	enum bl_status status = bl_os_open(in->os, path, BL_OPEN_READ, &file, reterr);
	bool known = false;

	if (status == BL_OK)
		status = is_known(in, file, key, &known, reterr);
	if (status != BL_OK || known || in->n_hashed > hashed)
		bl_file_close(&file);
	if (status == BL_OK && !known && file == NULL)
		status = bl_os_open(in->os, path, BL_OPEN_READ, &file, reterr);
	if (status == BL_OK)
		*ret_file = file;
	return status;
}

static enum bl_status
visit(void *ctx, const char *path, struct bl_str key, uint64_t size_bytes,
    const struct bl_err *problem, struct bl_err *reterr)
{
	struct bl_ingest *in = ctx;
	struct bl_file *file = NULL;
	struct bl_err why;
	enum bl_status status;

	forget_object(in);
	in->object_bytes = size_bytes;
	if (problem != NULL)
		return unreadable(in, key, problem, reterr);
	status = open_unknown(in, path, key, &file, &why);
	if (status == BL_OK && file == NULL) {
		begin_object(in, key);
		in->totals.files_known++;
		done(in, BL_INGEST_SKIPPED, BL_STR("already in the store"));
		return BL_OK;
	}
	if (status == BL_EIO || status == BL_ENOTFOUND)
		return unreadable(in, key, &why, reterr);
	if (status != BL_OK) {
		if (reterr != NULL)
			*reterr = why;
		return status;
	}
	status = read_object(in, file, key, reterr);
	bl_file_close(&file);
	if (status != BL_OK)
		bl_err_prefix(reterr, "%s", path);
	return status;
}

/* The store may lie in the tree: its copies of evidence files are no new evidence. */
static bool
may_enter(void *ctx, struct bl_str key, uint64_t device, uint64_t inode)
{
	struct bl_ingest *in = ctx;

	if (in->own.inode == 0 || device != in->own.device || inode != in->own.inode)
		return true;
	in->key = key;
	done(in, BL_INGEST_SKIPPED, BL_STR(OWN_FOLDER));
	return false;
}

static void
note_found(void *ctx, uint64_t n_files, uint64_t n_bytes)
{
	struct bl_ingest *in = ctx;

	(void)n_files;
	in->bytes_found += n_bytes;
}

enum bl_status
bl_ingest_path(struct bl_ingest *ingest, const char *path, struct bl_err *reterr)
{
	struct bl_walker walker = {
	    .ctx = ingest, .visit = visit, .enter = may_enter, .found = note_found};

	return bl_walk(ingest->os, path, walker, reterr);
}

enum bl_status
bl_ingest_stdin(struct bl_ingest *ingest, struct bl_str name, struct bl_err *reterr)
{
	struct bl_file *file = NULL;
	enum bl_status status = BL_OK;

	forget_object(ingest);
	status = bl_os_stdin(ingest->os, &file, reterr);

	if (status == BL_OK)
		status = read_object(ingest, file, name, reterr);
	bl_file_close(&file);
	return status;
}

enum bl_status
bl_ingest_end(struct bl_ingest *ingest, struct bl_err *reterr)
{
	enum bl_status status = bl_store_flush(ingest->store, reterr);

	if (status == BL_OK && ingest->observer.progress != NULL)
		give_progress(ingest);
	return status;
}
