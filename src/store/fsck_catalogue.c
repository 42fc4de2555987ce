/*
 * The catalogue, record by record.  A set of members is put together as reading does it, but each
 * difference is held against the sets before, and those are kept within a budget.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "os/os.h"
#include "store/code.h"
#include "store/fsck_priv.h"

#define FILE_NAME BL_STR("catalogue.log")
#define SETS_BYTES ((uint64_t)64 << 20)

static struct bl_fsck_place
of_delivery(uint64_t position, uint64_t offset)
{
	struct bl_fsck_place at = bl_fsck__place(FILE_NAME);

	at.byte = offset;
	at.delivery = position;
	return at;
}

/* ---- Sets of members. ------------------------------------------------------ */

static enum bl_status
load_points(struct bl_fsck *f, uint64_t position, struct bl_toggles *ret, struct bl_err *reterr)
{
	struct bl_buf payload = BL_BUF_INIT(BL_LOG__PAYLOAD_LIMIT);
	struct bl_log__record head;
	struct bl_record record;
	enum bl_status status;

	ret->n = 0;
	status = bl_log__head_at(&f->catalogue, f->entry[position - 1].offset, &head, reterr);
	if (status == BL_OK)
		status = bl_log__payload(&f->catalogue, &head, &payload, reterr);
	if (status == BL_OK)
		status = bl_catalogue__decode(bl_buf_str(&payload), &record, reterr);
	if (status == BL_OK)
		status = bl_toggles__decode(record.members, ret, reterr);
	bl_buf_release(&payload);
	return status;
}

static struct bl_fsck__set *
find_set(struct bl_fsck *f, uint64_t position)
{
	for (uint64_t i = 0; i < f->n_sets; i++)
		if (f->set[i].position == position) {
			f->set[i].used = ++f->clock;
			return &f->set[i];
		}
	return NULL;
}

/* Takes the set over.  Sets used longest ago give way. */
static enum bl_status
keep_set(struct bl_fsck *f, uint64_t position, struct bl_toggles *set, struct bl_err *reterr)
{
	enum bl_status status;

	while (f->n_sets > 0 && f->set_bytes + set->cap * sizeof(*set->at) > SETS_BYTES) {
		uint64_t oldest = 0;

		for (uint64_t i = 1; i < f->n_sets; i++)
			if (f->set[i].used < f->set[oldest].used)
				oldest = i;
		f->set_bytes -= f->set[oldest].set.cap * sizeof(*set->at);
		bl_toggles__release(&f->set[oldest].set);
		f->set[oldest] = f->set[--f->n_sets];
	}
	status = bl_store__grow((void **)&f->set, &f->cap_sets, f->n_sets, sizeof(*f->set), reterr);
	if (status != BL_OK)
		return status;
	f->set_bytes += set->cap * sizeof(*set->at);
	f->set[f->n_sets++] =
	    (struct bl_fsck__set){.position = position, .used = ++f->clock, .set = *set};
	*set = (struct bl_toggles){.at = NULL};
	return BL_OK;
}

/* ${set} becomes ${set} xor ${change}; ${next} is scratch. */
static enum bl_status
apply(struct bl_toggles *set, const struct bl_toggles *change, struct bl_toggles *next,
    struct bl_err *reterr)
{
	struct bl_toggles swap;
	enum bl_status status;

	next->n = 0;
	status = bl_toggles__xor(set, change, next, reterr);
	if (status != BL_OK)
		return status;
	swap = *set;
	*set = *next;
	*next = swap;
	return BL_OK;
}

/* The members of a good entry: from the nearest set that is kept, or the one in full. */
static enum bl_status
members(struct bl_fsck *f, uint64_t position, struct bl_toggles *ret, struct bl_err *reterr)
{
	uint64_t chain[BL_STORE__FULL_EVERY + 1];
	struct bl_toggles set = {.at = NULL}, change = {.at = NULL}, next = {.at = NULL};
	const struct bl_fsck__set *kept = NULL;
	enum bl_status status = BL_OK;
	size_t n = 0;

	for (uint64_t p = position; p != 0 && kept == NULL; p = f->entry[p - 1].base) {
		kept = find_set(f, p);
		assert(n <= BL_STORE__FULL_EVERY); /* The depth of good entries is checked. */
		if (kept == NULL)
			chain[n++] = p;
	}
	if (kept != NULL)
		status = apply(&set, &kept->set, &next, reterr);
	while (n-- > 0 && status == BL_OK) {
		status = load_points(f, chain[n], &change, reterr);
		if (status == BL_OK)
			status = apply(&set, &change, &next, reterr);
	}
	bl_toggles__release(&change);
	bl_toggles__release(&next);
	if (status != BL_OK) {
		bl_toggles__release(&set);
		return status;
	}
	*ret = set;
	return BL_OK;
}

/* ---- One delivery. --------------------------------------------------------- */

struct taken {
	struct bl_fsck_place at;
	struct bl_record record;
	uint64_t grown; /* Versions that are new by the record's own section. */
};

static void __attribute__((format(printf, 4, 5)))
wrong(struct bl_fsck *f, struct taken *t, enum bl_fsck_code code, const char *fmt, ...)
{
	char what[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	bl_fsck__say(f, code, t->at, "%s", what);
}

static enum bl_status
add_growth(struct bl_fsck *f, struct taken *t, uint32_t no, uint32_t n, struct bl_err *reterr)
{
	enum bl_status status = bl_store__grow(
	    (void **)&f->growth, &f->cap_growths, f->n_growths, sizeof(*f->growth), reterr);

	if (status != BL_OK)
		return status;
	f->growth[f->n_growths++] =
	    (struct bl_fsck__growth){.type_no = no, .before = f->type[no].n, .n = n};
	t->grown += n - f->type[no].n;
	f->type[no].n = n;
	return BL_OK;
}

/* The types that grew. */
static enum bl_status
take_types(struct bl_fsck *f, struct taken *t, struct bl_err *reterr)
{
	struct bl_code__in in = bl_code__read(t->record.types);

	while (bl_code__left(&in) > 0) {
		uint32_t no = (uint32_t)bl_code__get_upto(&in, BL_STORE__TYPES_LIMIT - 1);
		uint32_t n = (uint32_t)bl_code__get_upto(&in, BL_STORE__VERSIONS_LIMIT);
		struct bl_str name = bl_code__get_str(&in);
		enum bl_status status;

		if (in.bad)
			break;
		if (!f->gap && (no > f->n_types || (no == f->n_types) != (name.ptr != NULL))) {
			wrong(f, t, BL_FSCK_DELIVERY,
			    "it lets resource type %u grow, where %llu types are known", no,
			    (unsigned long long)f->n_types);
			return BL_OK;
		}
		status = bl_fsck__type(f, no, name, reterr);
		if (status != BL_OK)
			return status;
		if (name.ptr != NULL) {
			f->type[no].named = true;
			if (bl_type__check_name(name, NULL) != BL_OK)
				wrong(f, t, BL_FSCK_DELIVERY,
				    "it names a resource type that no store takes");
		}
		if (n <= f->type[no].n)
			wrong(f, t, BL_FSCK_DELIVERY,
			    "it counts %u versions of %.*s, where there were %u before", n,
			    BL_STR_ARG(f->type[no].name), f->type[no].n);
		else
			status = add_growth(f, t, no, n, reterr);
		if (status != BL_OK)
			return status;
	}
	if (in.bad)
		wrong(f, t, BL_FSCK_DELIVERY, "its list of types is malformed");
	return BL_OK;
}

static void
check_quarantine(struct bl_fsck *f, struct taken *t)
{
	struct bl_code__in in = bl_code__read(t->record.quarantine);
	const struct bl_delivery *d = &t->record.d;
	uint64_t items = 0, whole = 0;

	while (bl_code__left(&in) > 0 && !in.bad) {
		uint64_t index = bl_code__get_varint(&in);

		(void)bl_code__get_varint(&in);
		(void)bl_code__get_varint(&in);
		(void)bl_code__get_str(&in);
		items += !in.bad && index > 0;
		whole += !in.bad && index == 0;
	}
	if (in.bad)
		wrong(f, t, BL_FSCK_DELIVERY, "its list of quarantined items is malformed");
	/* An object that is refused as a whole lists itself, not its items. */
	else if (items != d->n_quarantined && (items != 0 || whole == 0))
		wrong(f, t, BL_FSCK_DELIVERY, "it lists %llu quarantined items and counts %llu",
		    (unsigned long long)items, (unsigned long long)d->n_quarantined);
}

static void
check_counts(struct bl_fsck *f, struct taken *t)
{
	const struct bl_delivery *d = &t->record.d;
	uint64_t n = t->record.n_members, sum = 0;

	if (__builtin_add_overflow(d->n_new, d->n_known, &sum) ||
	    __builtin_add_overflow(sum, d->n_quarantined, &sum) || sum != d->n_items)
		wrong(f, t, BL_FSCK_DELIVERY,
		    "it counts %llu items, but %llu new, %llu known and %llu quarantined ones",
		    (unsigned long long)d->n_items, (unsigned long long)d->n_new,
		    (unsigned long long)d->n_known, (unsigned long long)d->n_quarantined);
	else if (n < d->n_new || n > d->n_new + d->n_known)
		wrong(f, t, BL_FSCK_DELIVERY,
		    "it has %llu members, where %llu new and %llu known items were delivered",
		    (unsigned long long)n, (unsigned long long)d->n_new,
		    (unsigned long long)d->n_known);
	if (!f->gap && t->grown != d->n_new)
		wrong(f, t, BL_FSCK_DELIVERY,
		    "it counts %llu new items, but its types grow by %llu versions",
		    (unsigned long long)d->n_new, (unsigned long long)t->grown);
	check_quarantine(f, t);
}

static uint64_t
pair_of(const struct bl_delivery *d)
{
	uint64_t a = bl_hash64_of(d->account), b = bl_hash64_of(d->region);

	return (a ^ (b << 31 | b >> 33)) * 0x9e3779b97f4a7c15u;
}

/* May the members be told as a difference to that delivery? */
static bool
check_base(struct bl_fsck *f, struct taken *t, struct bl_fsck__entry *e)
{
	uint64_t base = t->record.base;

	if (base == 0)
		return true;
	if (base >= t->record.d.position) {
		wrong(f, t, BL_FSCK_MEMBERS,
		    "its members are told as a difference to delivery %llu, which is not before it",
		    (unsigned long long)base);
	} else if (!f->entry[base - 1].good) {
		wrong(f, t, BL_FSCK_MEMBERS,
		    "its members are told as a difference to delivery %llu, which is damaged",
		    (unsigned long long)base);
	} else if (!f->entry[base - 1].is_base || f->entry[base - 1].pair != e->pair) {
		wrong(f, t, BL_FSCK_MEMBERS,
		    "its members are told as a difference to delivery %llu, which is no complete "
		    "snapshot of the same account and region",
		    (unsigned long long)base);
	} else {
		e->depth = f->entry[base - 1].depth + 1;
		if (e->depth < BL_STORE__FULL_EVERY)
			return true;
		wrong(f, t, BL_FSCK_MEMBERS, "%u differences stand before its members", e->depth);
	}
	return false;
}

/* Is [from, to) within one run of the set? */
static bool
holds(const struct bl_toggles *set, uint64_t from, uint64_t to)
{
	size_t lo = 0, hi = set->n / 2;

	while (lo < hi) { /* The first run that ends behind ${from}. */
		size_t mid = lo + (hi - lo) / 2;

		if (set->at[2 * mid + 1] <= from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < set->n / 2 && set->at[2 * lo] <= from && to <= set->at[2 * lo + 1];
}

/* Does every run lie in one type and name versions that are there by now? */
static bool
in_range(const struct bl_fsck *f, const struct bl_toggles *set)
{
	for (size_t i = 0; i + 1 < set->n; i += 2) {
		uint64_t type_no = set->at[i] >> 32;

		if (type_no >= f->n_types || set->at[i + 1] > (type_no << 32) + f->type[type_no].n)
			return false;
	}
	return set->n % 2 == 0;
}

/* The new versions of a delivery are members of it. */
static void
check_new(struct bl_fsck *f, struct taken *t, const struct bl_toggles *set)
{
	for (uint64_t i = 0; i < f->n_growths; i++) {
		const struct bl_fsck__growth *g = &f->growth[i];
		uint64_t type = (uint64_t)g->type_no << 32;

		if (!holds(set, type + g->before, type + g->n)) {
			t->at.type = f->type[g->type_no].name;
			t->at.first = g->before;
			t->at.n = g->n - g->before;
			wrong(f, t, BL_FSCK_MEMBERS,
			    "versions that are new with it are not among its members");
		}
	}
}

static enum bl_status
check_members(struct bl_fsck *f, struct taken *t, struct bl_fsck__entry *e, struct bl_err *reterr)
{
	struct bl_toggles set = {.at = NULL};
	enum bl_status status;
	struct bl_err err;

	if (!check_base(f, t, e))
		return BL_OK;
	status = members(f, t->record.d.position, &set, &err);
	if (status == BL_OK) {
		uint64_t n = bl_toggles__count(&set);

		e->good = n == t->record.n_members && in_range(f, &set);
		if (!in_range(f, &set))
			wrong(f, t, BL_FSCK_MEMBERS,
			    "its members name versions that were not there yet");
		else if (n != t->record.n_members)
			wrong(f, t, BL_FSCK_MEMBERS, "it counts %llu members and lists %llu",
			    (unsigned long long)t->record.n_members, (unsigned long long)n);
		else if (!f->gap)
			check_new(f, t, &set);
		f->totals.members += n;
		if (e->good && e->is_base)
			status = keep_set(f, t->record.d.position, &set, reterr);
	} else if (bl_fsck__fatal(status)) {
		status = bl_fail(reterr, status, "%s", err.text);
	} else {
		wrong(f, t, BL_FSCK_MEMBERS, "its members: %s", err.text);
		status = BL_OK;
	}
	bl_toggles__release(&set);
	return status;
}

static enum bl_status
gather_attached(struct bl_fsck *f, struct bl_str attached, struct bl_err *reterr)
{
	for (size_t i = 0; i < attached.len; i += BL_SHA256_BYTES) {
		struct bl_sha256 sha256;
		uint64_t hash, cursor = 0, k;
		enum bl_status status;

		memcpy(sha256.byte, attached.ptr + i, BL_SHA256_BYTES);
		memcpy(&hash, sha256.byte, sizeof(hash));
		while ((k = bl_lookup__next(&f->by_sha, hash, &cursor)) != UINT64_MAX)
			if (memcmp(f->attached[k].byte, sha256.byte, BL_SHA256_BYTES) == 0)
				break;
		if (k != UINT64_MAX)
			continue;
		status = bl_store__grow((void **)&f->attached, &f->cap_attached, f->n_attached,
		    sizeof(*f->attached), reterr);
		if (status == BL_OK)
			status = bl_lookup__reserve(&f->by_sha, reterr);
		if (status != BL_OK)
			return status;
		bl_lookup__add(&f->by_sha, hash, f->n_attached);
		f->attached[f->n_attached++] = sha256;
	}
	return BL_OK;
}

/* Room for the entry of ${position}; those of lost deliveries before it are not good. */
static enum bl_status
add_entry(struct bl_fsck *f, uint64_t position, struct bl_err *reterr)
{
	while (f->n_entries < position) {
		enum bl_status status = bl_store__grow(
		    (void **)&f->entry, &f->cap_entries, f->n_entries, sizeof(*f->entry), reterr);

		if (status != BL_OK)
			return status;
		f->entry[f->n_entries++] = (struct bl_fsck__entry){.good = false};
	}
	return BL_OK;
}

/* Is it the next one?  A few may be lost before it, where damage was told. */
static bool
check_position(struct bl_fsck *f, struct taken *t)
{
	uint64_t position = t->record.d.position, want = f->n_entries + 1;

	if (position == want)
		return true;
	/* A record is 40 bytes at least, so the file's size bounds how many can be lost. */
	if (position > want && (position - want) <= bl_log__size(&f->catalogue) / BL_LOG__HEAD) {
		if (!f->gap)
			wrong(f, t, BL_FSCK_CATALOGUE_RECORD,
			    "delivery %llu stands where number %llu is expected",
			    (unsigned long long)position, (unsigned long long)want);
		f->gap = true;
		return true;
	}
	wrong(f, t, BL_FSCK_DELIVERY, "delivery %llu stands where number %llu is expected",
	    (unsigned long long)position, (unsigned long long)want);
	return false;
}

static enum bl_status
take_delivery(struct bl_fsck *f, const struct bl_log__record *head, struct bl_str payload,
    struct bl_err *reterr)
{
	struct taken t = {.at = of_delivery(f->n_entries + 1, head->offset)};
	struct bl_fsck__entry e = {.offset = head->offset};
	struct bl_err err;
	enum bl_status status = bl_catalogue__decode(payload, &t.record, &err);

	f->n_growths = 0;
	if (status != BL_OK) {
		wrong(f, &t, BL_FSCK_DELIVERY, "%s", err.text);
		f->gap = true;
		return BL_OK;
	}
	if (!check_position(f, &t))
		return BL_OK;
	t.at.delivery = t.record.d.position;
	e.pair = pair_of(&t.record.d);
	e.base = t.record.base;
	e.is_base = t.record.d.kind == BL_DELIVERY_SNAPSHOT && t.record.d.complete;
	status = add_entry(f, t.record.d.position, reterr);
	if (status == BL_OK)
		status = take_types(f, &t, reterr);
	if (status != BL_OK)
		return status;
	f->entry[t.record.d.position - 1] = e;
	check_counts(f, &t);
	status = check_members(f, &t, &e, reterr);
	f->entry[t.record.d.position - 1] = e;
	f->totals.deliveries++;
	return status != BL_OK ? status : gather_attached(f, t.record.attached, reterr);
}

/* ---- The file. ------------------------------------------------------------- */

/* At something that is no whole record.  *ret_next: where to go on; UINT64_MAX: nowhere. */
static enum bl_status
broken_record(struct bl_fsck *f, uint64_t offset, uint64_t *ret_next, struct bl_err *reterr)
{
	uint64_t ack = UINT64_MAX, next = UINT64_MAX, end = bl_log__size(&f->catalogue);
	enum bl_status status =
	    bl_fsck__next_head(&f->catalogue, offset + 1, BL_STORE__ACK, &ack, reterr);

	if (status == BL_OK && ack != UINT64_MAX)
		status = bl_fsck__next_head(&f->catalogue, offset + 1, 0, &next, reterr);
	if (status != BL_OK)
		return status;
	*ret_next = next;
	if (ack != UINT64_MAX) {
		f->gap = true;
		bl_fsck__say(f, BL_FSCK_CATALOGUE_RECORD, of_delivery(f->n_entries + 1, offset),
		    "the record is damaged, and acknowledged ones stand behind it; the next whole "
		    "one "
		    "begins at byte %llu",
		    (unsigned long long)next);
	} else {
		bl_fsck__say(f, BL_FSCK_CATALOGUE_END, of_delivery(BL_FSCK_NONE, offset),
		    "the last %llu bytes are no whole record", (unsigned long long)(end - offset));
	}
	return BL_OK;
}

enum bl_status
bl_fsck__catalogue(struct bl_fsck *f, struct bl_err *reterr)
{
	struct bl_log__walk walk;
	struct bl_log__record record;
	struct bl_str payload;
	bool found = true;
	enum bl_status status = BL_OK;

	bl_log__walk_begin(&walk, &f->catalogue, true);
	while (status == BL_OK) {
		uint64_t from = walk.offset, next = UINT64_MAX;

		status = bl_log__walk_next(&walk, &found, &record, &payload, reterr);
		if (status != BL_OK || (!found && walk.whole))
			break;
		if (!found) {
			status = broken_record(f, from, &next, reterr);
			if (next == UINT64_MAX)
				break;
			walk.offset = next;
			bl_fsck__progress(f, next - from);
			continue;
		}
		if (record.kind == BL_STORE__DELIVERY)
			status = take_delivery(f, &record, payload, reterr);
		else if (record.kind != BL_STORE__ACK)
			bl_fsck__say(f, BL_FSCK_DELIVERY, of_delivery(BL_FSCK_NONE, record.offset),
			    "a record of unknown kind %u", record.kind);
		if (status == BL_OK)
			status = bl_fsck__padding(f, &f->catalogue, FILE_NAME, &record, reterr);
		bl_fsck__progress(f, walk.offset - from);
	}
	bl_log__walk_end(&walk);
	return status;
}
