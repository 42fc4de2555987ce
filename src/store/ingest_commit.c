/*
 * One delivery object is one transaction.  An object whose gzip cannot be trusted to its end gives
 * nothing: its items are forgotten and it is quarantined as a whole, because a checksum that was
 * never seen vouches for none of it.
 */
#include <assert.h>
#include <string.h>

#include "base/instant.h"
#include "base/mem.h"
#include "os/os.h"
#include "os/thread.h"
#include "store/ingest_priv.h"

#define PROGRESS_NS (BL_NS_PER_S / 10)
/* Commits that share one sync: few enough that a crash costs little re-reading. */
#define GROUP_COMMITS 64

struct bl_ingest__commit {
	struct bl_os *os;
	struct bl_store *store;
	struct bl_mutex *guard; /* Held while the catalogue changes; NULL: one thread. */
	struct bl_ingest_observer observer;
	struct bl_ingest_totals totals;
	int64_t last_progress_ns;
	uint64_t bytes_found, bytes_done;
	uint64_t object_bytes, object_in, object_json; /* Its size (0 unknown), and so far. */
	unsigned ungrouped;
	/* The object at hand. */
	struct bl_str key;
	uint64_t n_new, n_known, n_quarantined, n_entries;
	bool mixed; /* Items of several accounts or regions. */
	struct bl_str account, region;
	char account_buf[64], region_buf[64];
	int64_t first_ns, last_ns;
};

enum bl_status
bl_ingest__commit_new(struct bl_os *os, struct bl_store *store, struct bl_ingest_observer observer,
    struct bl_ingest__commit **ret_commit, struct bl_err *reterr)
{
	struct bl_ingest__commit *in = bl_mem_alloc(sizeof(*in));

	if (in == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to ingest");
	*in = (struct bl_ingest__commit){.os = os, .store = store, .observer = observer};
	bl_store_group(store, true);
	*ret_commit = in;
	return BL_OK;
}

void
bl_ingest__commit_free(struct bl_ingest__commit **commit)
{
	bl_mem_free(*commit);
	*commit = NULL;
}

void
bl_ingest__commit_guard(struct bl_ingest__commit *in, struct bl_mutex *mutex)
{
	in->guard = mutex;
}

const struct bl_ingest_totals *
bl_ingest__commit_totals(const struct bl_ingest__commit *in)
{
	return &in->totals;
}

void
bl_ingest__commit_found(struct bl_ingest__commit *in, uint64_t n_bytes)
{
	in->bytes_found += n_bytes;
}

/* ---- The store, of which readers may look at the catalogue. ---------------- */

static void
hold(const struct bl_ingest__commit *in)
{
	if (in->guard != NULL)
		bl_mutex_lock(in->guard);
}

static void
release(const struct bl_ingest__commit *in)
{
	if (in->guard != NULL)
		bl_mutex_unlock(in->guard);
}

static enum bl_status
begin(struct bl_ingest__commit *in, struct bl_err *reterr)
{
	enum bl_status status;

	hold(in);
	status = bl_store_begin(in->store, reterr);
	release(in);
	return status;
}

static enum bl_status
abort_object(struct bl_ingest__commit *in, struct bl_err *reterr)
{
	enum bl_status status;

	hold(in);
	status = bl_store_abort(in->store, reterr);
	release(in);
	return status;
}

/* ---- Telling. ------------------------------------------------------------ */

static void
give_progress(struct bl_ingest__commit *in)
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
tell_progress(struct bl_ingest__commit *in)
{
	int64_t now = bl_os_tick_ns(in->os);

	if (in->observer.progress == NULL || now - in->last_progress_ns < PROGRESS_NS)
		return;
	in->last_progress_ns = now;
	give_progress(in);
}

void
bl_ingest__commit_progress(struct bl_ingest__commit *in)
{
	if (in->observer.progress != NULL)
		give_progress(in);
}

/* Its numbers are in the totals, or given up. */
static void
forget_object(struct bl_ingest__commit *in)
{
	in->n_new = in->n_known = in->n_quarantined = in->n_entries = 0;
	in->object_bytes = in->object_in = in->object_json = 0;
}

static void
done(struct bl_ingest__commit *in, enum bl_ingest_outcome outcome, struct bl_str reason)
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

void
bl_ingest__commit_skip(struct bl_ingest__commit *in, struct bl_str key, struct bl_str reason)
{
	in->key = key;
	done(in, BL_INGEST_SKIPPED, reason);
}

/* ---- Items. --------------------------------------------------------------- */

static enum bl_status
refuse(struct bl_ingest__commit *in, const struct bl_quarantine *q, struct bl_err *reterr)
{
	enum bl_status status = bl_store_refuse(in->store, q, reterr);

	if (status != BL_OK)
		return status;
	in->n_entries++;
	if (q->item_index != BL_NO_OFFSET)
		in->n_quarantined++;
	in->observer.item(in->observer.ctx, in->key, q->item_index, q->offset, q->reason);
	return BL_OK;
}

static struct bl_str
in_batch(const struct bl_ingest__batch *batch, struct bl_ingest__span span)
{
	return bl_str_sub(bl_buf_str(&batch->bytes), span.at, span.at + span.len);
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
note_item(struct bl_ingest__commit *in, const struct bl_ingest__batch *batch,
    const struct bl_ingest__detail *item)
{
	struct bl_str region = in_batch(batch, item->region);

	note_owner(in_batch(batch, item->account), in->account_buf, &in->account, &in->mixed);
	if (!bl_str_eq(region, BL_STR("global")))
		note_owner(region, in->region_buf, &in->region, &in->mixed);
	if (item->capture_ns > in->last_ns)
		in->last_ns = item->capture_ns;
	if (item->capture_ns < in->first_ns)
		in->first_ns = item->capture_ns;
}

static enum bl_status
take_known(struct bl_ingest__commit *in, struct bl_version_id id, struct bl_err *reterr)
{
	in->n_known++;
	return bl_store_member(in->store, id, reterr);
}

/* Not there when the reader looked; it may have come since, with this file or one before. */
static enum bl_status
take_new(struct bl_ingest__commit *in, const struct bl_ingest__job *job,
    const struct bl_ingest__batch *batch, const struct bl_ingest__detail *item,
    struct bl_err *reterr)
{
	struct bl_version_id id;
	struct bl_err why;
	enum bl_status status;
	bool known = bl_filter__find(&in->store->filter, item->hash, &id);

	if (!known || job->look_inside)
		note_item(in, batch, item);
	if (known)
		return take_known(in, id, reterr);
	status = bl_store_put(in->store, in_batch(batch, item->type), in_batch(batch, item->bytes),
	    item->hash, &id, &why);
	if (status == BL_EINPUT || status == BL_ELIMIT) {
		struct bl_quarantine q = {.item_index = item->index,
		    .offset = item->offset,
		    .length = item->length,
		    .reason = bl_str_of(why.text)};

		return refuse(in, &q, reterr);
	}
	if (status != BL_OK) {
		if (reterr != NULL)
			*reterr = why;
		return status;
	}
	in->n_new++;
	return bl_store_member(in->store, id, reterr);
}

static enum bl_status
take_event(struct bl_ingest__commit *in, const struct bl_ingest__job *job,
    const struct bl_ingest__batch *batch, const struct bl_ingest__event *event,
    struct bl_err *reterr)
{
	const struct bl_ingest__detail *detail;
	struct bl_quarantine q;

	if (event->kind == BL_INGEST__KNOWN)
		return take_known(in, event->id, reterr);
	assert(event->i_detail < batch->n_details);
	detail = &batch->detail[event->i_detail];
	switch (event->kind) {
	case BL_INGEST__SEEN:
		note_item(in, batch, detail);
		return take_known(in, event->id, reterr);
	case BL_INGEST__NEW: return take_new(in, job, batch, detail, reterr);
	case BL_INGEST__KNOWN:
	case BL_INGEST__REFUSED: break;
	}
	q = (struct bl_quarantine){.item_index = detail->index,
	    .offset = detail->offset,
	    .length = detail->length,
	    .reason = in_batch(batch, detail->reason)};
	return refuse(in, &q, reterr);
}

/* ---- Objects. ------------------------------------------------------------- */

void
bl_ingest__commit_begin(struct bl_ingest__commit *in, const struct bl_ingest__job *job)
{
	in->key = bl_ingest__key(job);
	forget_object(in);
	in->object_bytes = job->size_bytes;
	in->mixed = false;
	in->account = in->region = (struct bl_str){NULL, 0};
	in->first_ns = BL_INSTANT_MAX;
	in->last_ns = BL_INSTANT_MIN;
}

enum bl_status
bl_ingest__commit_batch(struct bl_ingest__commit *in, struct bl_ingest__job *job,
    const struct bl_ingest__batch *batch, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	if (!job->begun)
		status = begin(in, reterr);
	job->begun = true;
	for (uint64_t i = 0; i < batch->n_events && status == BL_OK; i++)
		status = take_event(in, job, batch, &batch->event[i], reterr);
	if (status != BL_OK) {
		(void)!abort_object(in, NULL); /* The first failure is the one to tell. */
		return status;
	}
	in->object_in = batch->bytes_in;
	in->object_json = batch->bytes_json;
	tell_progress(in);
	return BL_OK;
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
is_stored(
    const struct bl_ingest__commit *in, const struct bl_sha256 *sha256, const struct bl_key *key)
{
	uint64_t position;

	if (key->kind != BL_KEY_OTHER)
		return bl_store_find_delivery(in->store, sha256, key->name) != 0;
	if (bl_store_find_delivery(in->store, sha256, key->path) != 0)
		return true;
	position = bl_store_find_delivery(in->store, sha256, (struct bl_str){NULL, 0});
	return position != 0 && !is_evidence(bl_store_delivery(in->store, position)->kind);
}

bool
bl_ingest__commit_is_stored(
    const struct bl_ingest__commit *in, const struct bl_sha256 *sha256, const struct bl_key *key)
{
	bool stored;

	hold(in);
	stored = is_stored(in, sha256, key);
	release(in);
	return stored;
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
describe(const struct bl_ingest__commit *in, const struct bl_reader_result *r)
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
commit(struct bl_ingest__commit *in, const struct bl_delivery *delivery, struct bl_err *reterr)
{
	uint64_t position;
	enum bl_status status;

	hold(in);
	status = bl_store_commit(in->store, delivery, &position, reterr);
	release(in);
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
	hold(in);
	status = bl_store_flush(in->store, reterr);
	release(in);
	return status;
}

/* Nothing of the object can be taken: one entry speaks for all of it. */
static enum bl_status
quarantine_whole(struct bl_ingest__commit *in, struct bl_delivery *delivery, struct bl_str reason,
    struct bl_err *reterr)
{
	struct bl_quarantine q = {.item_index = BL_NO_OFFSET,
	    .offset = BL_NO_OFFSET,
	    .length = delivery->bytes_in,
	    .reason = reason};
	enum bl_status status;

	status = begin(in, reterr);
	if (status == BL_OK)
		status = bl_store_refuse(in->store, &q, reterr);
	if (status == BL_OK)
		status = commit(in, delivery, reterr);
	if (status == BL_OK)
		done(in, BL_INGEST_QUARANTINED, reason);
	return status;
}

static enum bl_status
finish_object(struct bl_ingest__commit *in, const struct bl_ingest__job *job, struct bl_err *reterr)
{
	const struct bl_reader_result *r = &job->result;
	struct bl_str reason = job->reason;
	struct bl_delivery d = describe(in, r);
	enum bl_status status;

	if (!r->trusted) {
		d.n_quarantined = d.n_items;
		d.n_new = d.n_known = 0;
		d.complete = false;
		status = abort_object(in, reterr);
		return status != BL_OK ? status : quarantine_whole(in, &d, reason, reterr);
	}
	if (r->kind == BL_DELIVERY_NONE && in->n_entries == 0) {
		status = abort_object(in, reterr);
		if (status == BL_OK)
			done(in, BL_INGEST_SKIPPED, r->skip_reason);
		return status;
	}
	/* What came from standard input, or changed since its size was looked at. */
	if (is_stored(in, &d.sha256, &r->key)) {
		status = abort_object(in, reterr);
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

/* A file that cannot be opened or read is remembered under its path, once. */
static enum bl_status
unreadable(struct bl_ingest__commit *in, const struct bl_err *problem, struct bl_err *reterr)
{
	struct bl_delivery d = {.key = in->key,
	    .name = in->key,
	    .as_of_ns = BL_INSTANT_MIN,
	    .first_ns = BL_INSTANT_MIN,
	    .ingested_ns = bl_os_now_ns(in->os)};
	uint64_t object_bytes = in->object_bytes;

	forget_object(in);
	in->object_bytes = object_bytes;
	in->observer.item(
	    in->observer.ctx, in->key, BL_NO_OFFSET, BL_NO_OFFSET, bl_str_of(problem->text));
	if (bl_store_find_delivery(in->store, &d.sha256, in->key) != 0) {
		done(in, BL_INGEST_QUARANTINED, bl_str_of(problem->text));
		return BL_OK;
	}
	return quarantine_whole(in, &d, bl_str_of(problem->text), reterr);
}

enum bl_status
bl_ingest__commit_end(
    struct bl_ingest__commit *in, struct bl_ingest__job *job, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	switch (job->end) {
	case BL_INGEST__END_READ:
		if (!job->begun)
			status = begin(in, reterr);
		job->begun = true;
		return status == BL_OK ? finish_object(in, job, reterr) : status;
	case BL_INGEST__END_KNOWN:
		in->totals.files_known++;
		done(in, BL_INGEST_SKIPPED, BL_STR("already in the store"));
		return BL_OK;
	case BL_INGEST__END_PROBLEM:
		status = abort_object(in, reterr);
		return status == BL_OK ? unreadable(in, &job->why, reterr) : status;
	case BL_INGEST__END_FAILED: break;
	}
	(void)!abort_object(in, NULL); /* The first failure is the one to tell. */
	if (reterr != NULL)
		*reterr = job->why;
	return job->why.status;
}
