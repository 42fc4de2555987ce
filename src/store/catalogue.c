/*
 * A DELIVERY record is a row of sections: a tag byte, a varint length, that many bytes.
 * Tags below 128 must be understood; those from 128 on may be skipped, so that later
 * versions can add what older ones need not know.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "store/code.h"
#include "store/store_priv.h"

enum { TAG_DELIVERY = 1, TAG_TYPES = 2, TAG_QUARANTINE = 3, TAG_ATTACHED = 4, TAG_MEMBERS = 5 };

/* The kinds as they stand on the disk are the enumeration's values, for ever. */
_Static_assert(BL_DELIVERY_NONE == 0 && BL_DELIVERY_SNAPSHOT == 1 && BL_DELIVERY_HISTORY == 2 &&
		   BL_DELIVERY_NOTIFICATION == 3 && BL_DELIVERY_API == 4 &&
		   BL_DELIVERY_CREDENTIAL_REPORT == 5 && BL_DELIVERY_ACCOUNT_SUMMARY == 6 &&
		   BL_DELIVERY_ACCOUNT_LIST == 7 && BL_DELIVERY_TRAIL == 8,
    "the numbers of the kinds are part of the format");
#define KIND_LAST 255 /* Later kinds are read as numbers; who asks for them knows them. */

static void
add_section(struct bl_code__out *out, int tag, struct bl_str bytes)
{
	char byte = (char)tag;

	bl_code__add_bytes(out, &byte, 1);
	bl_code__add_varint(out, bytes.len);
	bl_code__add_bytes(out, bytes.ptr, bytes.len);
}

static void
encode_delivery(const struct bl_delivery *d, struct bl_code__out *out)
{
	bl_code__add_varint(out, d->position);
	bl_code__add_varint(out, (uint64_t)d->kind);
	bl_code__add_varint(out, d->complete ? 1 : 0);
	bl_code__add_u64(out, (uint64_t)d->as_of_ns);
	bl_code__add_u64(out, (uint64_t)d->first_ns);
	bl_code__add_u64(out, (uint64_t)d->ingested_ns);
	bl_code__add_bytes(out, d->sha256.byte, BL_SHA256_BYTES);
	bl_code__add_varint(out, d->bytes_in);
	bl_code__add_varint(out, d->bytes_json);
	bl_code__add_varint(out, d->n_items);
	bl_code__add_varint(out, d->n_new);
	bl_code__add_varint(out, d->n_known);
	bl_code__add_varint(out, d->n_quarantined);
	bl_code__add_str(out, d->key);
	bl_code__add_str(out, d->name);
	bl_code__add_str(out, d->account);
	bl_code__add_str(out, d->region);
	bl_code__add_str(out, d->note);
}

static void
decode_delivery(struct bl_code__in *in, struct bl_delivery *d)
{
	struct bl_str sha256;

	d->position = bl_code__get_varint(in);
	d->kind = (enum bl_delivery_kind)bl_code__get_upto(in, KIND_LAST);
	d->complete = bl_code__get_upto(in, 1) == 1;
	d->as_of_ns = (int64_t)bl_code__get_u64(in);
	d->first_ns = (int64_t)bl_code__get_u64(in);
	d->ingested_ns = (int64_t)bl_code__get_u64(in);
	sha256 = bl_code__get_bytes(in, BL_SHA256_BYTES);
	if (!in->bad)
		memcpy(d->sha256.byte, sha256.ptr, BL_SHA256_BYTES);
	d->bytes_in = bl_code__get_varint(in);
	d->bytes_json = bl_code__get_varint(in);
	d->n_items = bl_code__get_varint(in);
	d->n_new = bl_code__get_varint(in);
	d->n_known = bl_code__get_varint(in);
	d->n_quarantined = bl_code__get_varint(in);
	d->key = bl_code__get_str(in);
	d->name = bl_code__get_str(in);
	d->account = bl_code__get_str(in);
	d->region = bl_code__get_str(in);
	d->note = bl_code__get_str(in);
	if (bl_code__left(in) > 0)
		in->bad = true;
}

/* BL_NO_OFFSET becomes 0, so that it is short. */
void
bl_catalogue__encode_quarantine(const struct bl_quarantine *q, struct bl_code__out *out)
{
	bl_code__add_varint(out, q->item_index + 1);
	bl_code__add_varint(out, q->offset + 1);
	bl_code__add_varint(out, q->length);
	bl_code__add_str(out, q->reason);
}

static bool
decode_quarantine(struct bl_code__in *in, struct bl_quarantine *q)
{
	q->item_index = bl_code__get_varint(in) - 1;
	q->offset = bl_code__get_varint(in) - 1;
	q->length = bl_code__get_varint(in);
	q->reason = bl_code__get_str(in);
	return !in->bad;
}

enum bl_status
bl_catalogue__encode(const struct bl_record *record, struct bl_buf *buf, struct bl_err *reterr)
{
	struct bl_buf part = BL_BUF_INIT(buf->limit);
	struct bl_code__out in_part = {.buf = &part, .err = reterr};
	struct bl_code__out out = {.buf = buf, .err = reterr};

	encode_delivery(&record->d, &in_part);
	if (in_part.status == BL_OK)
		add_section(&out, TAG_DELIVERY, bl_buf_str(&part));
	add_section(&out, TAG_TYPES, record->types);
	if (record->quarantine.len > 0)
		add_section(&out, TAG_QUARANTINE, record->quarantine);
	if (record->attached.len > 0)
		add_section(&out, TAG_ATTACHED, record->attached);
	part.len = 0;
	bl_code__add_varint(&in_part, record->base);
	bl_code__add_varint(&in_part, record->n_members);
	bl_code__add_bytes(&in_part, record->members.ptr, record->members.len);
	if (in_part.status == BL_OK)
		add_section(&out, TAG_MEMBERS, bl_buf_str(&part));
	bl_buf_release(&part);
	return in_part.status != BL_OK ? in_part.status : out.status;
}

static enum bl_status
malformed(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ECORRUPT, "the record of a delivery is malformed");
}

enum bl_status
bl_catalogue__decode(struct bl_str payload, struct bl_record *ret_record, struct bl_err *reterr)
{
	struct bl_code__in in = bl_code__read(payload);
	struct bl_record record = {.base = 0};
	unsigned seen = 0;

	while (bl_code__left(&in) > 0) {
		unsigned tag = (unsigned char)*in.at++;
		struct bl_str bytes = bl_code__get_bytes(&in, bl_code__get_varint(&in));
		struct bl_code__in part;

		if (in.bad)
			return malformed(reterr);
		if (tag >= 128)
			continue;
		if (tag == 0 || tag > TAG_MEMBERS || (seen & 1u << tag) != 0)
			return bl_fail(reterr, BL_ECORRUPT,
			    "the record of a delivery holds a section %u that is not understood",
			    tag);
		seen |= 1u << tag;
		part = bl_code__read(bytes);
		if (tag == TAG_DELIVERY) {
			decode_delivery(&part, &record.d);
		} else if (tag == TAG_MEMBERS) {
			record.base = bl_code__get_varint(&part);
			record.n_members = bl_code__get_varint(&part);
			record.members = (struct bl_str){part.at, bl_code__left(&part)};
		} else {
			*(tag == TAG_TYPES	  ? &record.types
			    : tag == TAG_ATTACHED ? &record.attached
						  : &record.quarantine) = bytes;
		}
		if (part.bad)
			return malformed(reterr);
	}
	if ((seen & 1u << TAG_DELIVERY) == 0 || (seen & 1u << TAG_MEMBERS) == 0 ||
	    (seen & 1u << TAG_TYPES) == 0 || record.attached.len % BL_SHA256_BYTES != 0)
		return malformed(reterr);
	*ret_record = record;
	return BL_OK;
}

/* ---- In memory. ---------------------------------------------------------- */

/* Accounts, regions, notes and reasons repeat: each is kept once. */
static enum bl_status
intern(struct bl_store *store, struct bl_str *s, struct bl_err *reterr)
{
	uint64_t hash, cursor = 0, i;
	enum bl_status status;
	struct bl_str copy;

	if (s->ptr == NULL)
		return BL_OK;
	hash = bl_hash64_of(*s);
	while ((i = bl_lookup__next(&store->by_string, hash, &cursor)) != UINT64_MAX)
		if (bl_str_eq(store->string[i], *s)) {
			*s = store->string[i];
			return BL_OK;
		}
	status = bl_store__grow((void **)&store->string, &store->cap_strings, store->n_strings,
	    sizeof(*store->string), reterr);
	if (status == BL_OK)
		status = bl_lookup__reserve(&store->by_string, reterr);
	if (status != BL_OK)
		return status;
	if (bl_str_dup(store->strings, *s, &copy) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the catalogue");
	bl_lookup__add(&store->by_string, hash, store->n_strings);
	store->string[store->n_strings++] = copy;
	*s = copy;
	return BL_OK;
}

static enum bl_status
own_strings(struct bl_store *store, struct bl_delivery *d, struct bl_err *reterr)
{
	bool suffix = bl_str_ends(d->key, d->name) && d->name.ptr != NULL && d->key.ptr != NULL;
	size_t name_len = d->name.len;
	enum bl_status status;

	if (d->key.ptr != NULL && bl_str_dup(store->strings, d->key, &d->key) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the catalogue");
	if (suffix)
		d->name = bl_str_sub(d->key, d->key.len - name_len, d->key.len);
	else if (d->name.ptr != NULL && bl_str_dup(store->strings, d->name, &d->name) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the catalogue");
	status = intern(store, &d->account, reterr);
	if (status == BL_OK)
		status = intern(store, &d->region, reterr);
	if (status == BL_OK)
		status = intern(store, &d->note, reterr);
	return status;
}

static uint64_t
sha_hash(const struct bl_sha256 *sha256)
{
	uint64_t hash;

	memcpy(&hash, sha256->byte, sizeof(hash));
	return hash;
}

static uint64_t
mixed(uint64_t a, uint64_t b)
{
	return (a ^ (b << 31 | b >> 33)) * 0x9e3779b97f4a7c15u;
}

static uint64_t
pair_hash(struct bl_str account, struct bl_str region)
{
	return mixed(bl_hash64_of(account), bl_hash64_of(region));
}

static bool
is_base(const struct bl_delivery *d)
{
	return d->kind == BL_DELIVERY_SNAPSHOT && d->complete;
}

uint64_t
bl_catalogue__latest(const struct bl_store *store, struct bl_str account, struct bl_str region)
{
	uint64_t cursor = 0, hash = pair_hash(account, region), position;

	while ((position = bl_lookup__next(&store->by_pair, hash, &cursor)) != UINT64_MAX) {
		const struct bl_delivery *d = &store->entry[position - 1].d;

		if (bl_str_eq(d->account, account) && bl_str_eq(d->region, region))
			return position;
	}
	return 0;
}

uint64_t
bl_store_find_delivery(
    const struct bl_store *store, const struct bl_sha256 *sha256, struct bl_str name)
{
	uint64_t cursor = 0, position, hash = sha_hash(sha256);
	const struct bl_lookup *lookup = &store->by_sha;

	if (name.ptr != NULL) {
		lookup = &store->by_sha_name;
		hash = mixed(hash, bl_hash64_of(name));
	}
	while ((position = bl_lookup__next(lookup, hash, &cursor)) != UINT64_MAX) {
		const struct bl_delivery *d = &store->entry[position - 1].d;

		if (memcmp(d->sha256.byte, sha256->byte, BL_SHA256_BYTES) == 0 &&
		    (name.ptr == NULL || bl_str_eq(d->name, name)))
			return position;
	}
	return 0;
}

/* Sizes differ in their low bits; spread them. */
static uint64_t
size_hash(uint64_t bytes_in)
{
	return mixed(bytes_in, 0x9e3779b97f4a7c15U);
}

bool
bl_store_may_hold(const struct bl_store *store, uint64_t bytes_in, struct bl_str name)
{
	uint64_t cursor = 0, hash = size_hash(bytes_in);

	if (name.ptr == NULL)
		return bl_lookup__next(&store->by_size, hash, &cursor) != UINT64_MAX;
	hash = mixed(hash, bl_hash64_of(name));
	return bl_lookup__next(&store->by_size_name, hash, &cursor) != UINT64_MAX;
}

/* Into the lookups, which have room.  Only the first of several alike is found again. */
static void
look_up(struct bl_store *store, uint64_t position)
{
	struct bl_entry *e = &store->entry[position - 1];
	uint64_t hash = sha_hash(&e->d.sha256), previous;
	struct bl_str name = e->d.name.ptr == NULL ? BL_STR("") : e->d.name;

	if (bl_store_find_delivery(store, &e->d.sha256, (struct bl_str){.ptr = NULL}) == 0)
		bl_lookup__add(&store->by_sha, hash, position);
	if (bl_store_find_delivery(store, &e->d.sha256, name) == 0)
		bl_lookup__add(&store->by_sha_name, mixed(hash, bl_hash64_of(name)), position);
	hash = size_hash(e->d.bytes_in);
	if (!bl_store_may_hold(store, e->d.bytes_in, (struct bl_str){.ptr = NULL}))
		bl_lookup__add(&store->by_size, hash, position);
	if (!bl_store_may_hold(store, e->d.bytes_in, name))
		bl_lookup__add(&store->by_size_name, mixed(hash, bl_hash64_of(name)), position);
	if (!is_base(&e->d))
		return;
	previous = bl_catalogue__latest(store, e->d.account, e->d.region);
	hash = pair_hash(e->d.account, e->d.region);
	if (previous != 0)
		bl_lookup__set(&store->by_pair, hash, previous, position);
	else
		bl_lookup__add(&store->by_pair, hash, position);
}

static enum bl_status
reserve_lookups(struct bl_store *store, struct bl_err *reterr)
{
	enum bl_status status = bl_lookup__reserve(&store->by_sha, reterr);

	if (status == BL_OK)
		status = bl_lookup__reserve(&store->by_sha_name, reterr);
	if (status == BL_OK)
		status = bl_lookup__reserve(&store->by_size, reterr);
	if (status == BL_OK)
		status = bl_lookup__reserve(&store->by_size_name, reterr);
	if (status == BL_OK)
		status = bl_lookup__reserve(&store->by_pair, reterr);
	if (status == BL_OK)
		status = bl_store__grow((void **)&store->entry, &store->cap_deliveries,
		    store->n_deliveries, sizeof(*store->entry), reterr);
	return status;
}

static enum bl_status
apply_types(struct bl_store *store, struct bl_str bytes, struct bl_err *reterr)
{
	struct bl_code__in in = bl_code__read(bytes);

	while (bl_code__left(&in) > 0 && !in.bad) {
		uint32_t no = (uint32_t)bl_code__get_upto(&in, BL_STORE__TYPES_LIMIT - 1);
		uint32_t n = (uint32_t)bl_code__get_upto(&in, BL_STORE__VERSIONS_LIMIT);
		struct bl_str name = bl_code__get_str(&in);

		if (in.bad || no > store->n_types || (no == store->n_types) != (name.ptr != NULL))
			return malformed(reterr);
		if (no == store->n_types) {
			uint32_t given;
			enum bl_status status;

			if (bl_type__find(store, name) != UINT32_MAX)
				return malformed(reterr);
			status = bl_type__add(store, name, &given, reterr);
			if (status != BL_OK)
				return status == BL_ENOMEM ? status : malformed(reterr);
		}
		if (n <= store->type[no].n)
			return malformed(reterr);
		store->type[no].n = n;
	}
	return in.bad ? malformed(reterr) : BL_OK;
}

static enum bl_status
apply_quarantine(
    struct bl_store *store, struct bl_str bytes, uint64_t position, struct bl_err *reterr)
{
	struct bl_code__in in = bl_code__read(bytes);

	while (bl_code__left(&in) > 0) {
		struct bl_store_quarantine q = {.position = position};
		enum bl_status status;

		if (!decode_quarantine(&in, &q.what))
			return malformed(reterr);
		status = intern(store, &q.what.reason, reterr);
		if (status == BL_OK)
			status =
			    bl_store__grow((void **)&store->quarantined, &store->cap_quarantined,
				store->n_quarantined, sizeof(*store->quarantined), reterr);
		if (status != BL_OK)
			return status;
		store->quarantined[store->n_quarantined++] = q;
	}
	return BL_OK;
}

enum bl_status
bl_catalogue__apply(struct bl_store *store, struct bl_str payload, uint64_t offset, bool types,
    struct bl_err *reterr)
{
	uint64_t n_quarantined = store->n_quarantined;
	struct bl_entry entry = {.offset = offset};
	struct bl_record record;
	enum bl_status status;

	status = bl_catalogue__decode(payload, &record, reterr);
	if (status != BL_OK)
		return status;
	if (record.d.position != store->n_deliveries + 1 || record.base >= record.d.position)
		return bl_fail(reterr, BL_ECORRUPT,
		    "the record of delivery %llu stands where number %llu is expected",
		    (unsigned long long)record.d.position,
		    (unsigned long long)store->n_deliveries + 1);
	entry.d = record.d;
	entry.base = record.base;
	entry.n_members = record.n_members;
	if (record.base > 0)
		entry.depth = store->entry[record.base - 1].depth + 1;
	if (entry.depth >= BL_STORE__FULL_EVERY)
		return malformed(reterr);
	status = reserve_lookups(store, reterr);
	if (status == BL_OK)
		status = own_strings(store, &entry.d, reterr);
	if (status == BL_OK)
		status = apply_quarantine(store, record.quarantine, record.d.position, reterr);
	if (status == BL_OK && types)
		status = apply_types(store, record.types, reterr);
	if (status != BL_OK) {
		store->n_quarantined = n_quarantined;
		return status;
	}
	store->entry[store->n_deliveries++] = entry;
	look_up(store, store->n_deliveries);
	return BL_OK;
}

void
bl_catalogue__keep(struct bl_store *store, uint64_t n_deliveries, uint64_t n_quarantined)
{
	assert(n_deliveries <= store->n_deliveries && n_quarantined <= store->n_quarantined);
	store->n_quarantined = n_quarantined;
	if (n_deliveries == store->n_deliveries)
		return;
	store->n_deliveries = 0;
	bl_lookup__clear(&store->by_sha);
	bl_lookup__clear(&store->by_sha_name);
	bl_lookup__clear(&store->by_size);
	bl_lookup__clear(&store->by_size_name);
	bl_lookup__clear(&store->by_pair);
	while (store->n_deliveries < n_deliveries)
		look_up(store, ++store->n_deliveries);
}

/* ---- Members. ------------------------------------------------------------ */

/* One delivery's record; its parts are views of ${payload}. */
static enum bl_status
load_record(const struct bl_store *store, const struct bl_entry *entry, struct bl_buf *payload,
    struct bl_record *ret, struct bl_err *reterr)
{
	struct bl_log__record head;
	enum bl_status status = bl_log__head_at(&store->catalogue, entry->offset, &head, reterr);

	if (status == BL_OK)
		status = bl_log__payload(&store->catalogue, &head, payload, reterr);
	return status == BL_OK ? bl_catalogue__decode(bl_buf_str(payload), ret, reterr) : status;
}

static void
name_record(const struct bl_store *store, const struct bl_entry *entry, enum bl_status status,
    struct bl_err *reterr)
{
	if (status == BL_ECORRUPT)
		bl_err_prefix(reterr, "%s: delivery %llu", store->catalogue.path,
		    (unsigned long long)entry->d.position);
}

enum bl_status
bl_store_attached(struct bl_store *store, uint64_t position, struct bl_arena *arena,
    struct bl_sha256 **ret_sha256, size_t *ret_n, struct bl_err *reterr)
{
	struct bl_buf payload = BL_BUF_INIT(BL_LOG__PAYLOAD_LIMIT);
	struct bl_record record;
	struct bl_sha256 *list;
	enum bl_status status;

	if (position == 0 || position > store->n_deliveries)
		return bl_fail(reterr, BL_ENOTFOUND, "there is no delivery %llu; the last is %llu",
		    (unsigned long long)position, (unsigned long long)store->n_deliveries);
	status = load_record(store, &store->entry[position - 1], &payload, &record, reterr);
	if (status == BL_OK) {
		size_t n = record.attached.len / BL_SHA256_BYTES;

		list = bl_new(arena, struct bl_sha256, n);
		if (list == NULL) {
			status = bl_fail(reterr, BL_ENOMEM, "no room for a list of attachments");
		} else {
			for (size_t i = 0; i < n; i++)
				memcpy(list[i].byte, record.attached.ptr + i * BL_SHA256_BYTES,
				    BL_SHA256_BYTES);
			*ret_sha256 = list;
			*ret_n = n;
		}
	}
	bl_buf_release(&payload);
	return status;
}

static enum bl_status
load_points(const struct bl_store *store, const struct bl_entry *entry, struct bl_toggles *ret,
    struct bl_err *reterr)
{
	struct bl_buf payload = BL_BUF_INIT(BL_LOG__PAYLOAD_LIMIT);
	struct bl_record record;
	enum bl_status status = load_record(store, entry, &payload, &record, reterr);

	if (status == BL_OK)
		status = bl_toggles__decode(record.members, ret, reterr);
	name_record(store, entry, status, reterr);
	bl_buf_release(&payload);
	return status;
}

/* Every run lies within one type and names versions that are there. */
static bool
in_range(const struct bl_store *store, const struct bl_toggles *set)
{
	for (size_t i = 0; i + 1 < set->n; i += 2) {
		uint64_t type_no = set->at[i] >> 32;

		if (type_no >= store->n_types ||
		    set->at[i + 1] > (type_no << 32) + store->type[type_no].n)
			return false;
	}
	return set->n % 2 == 0;
}

enum bl_status
bl_catalogue__members(
    const struct bl_store *store, uint64_t position, struct bl_toggles *ret, struct bl_err *reterr)
{
	uint64_t chain[BL_STORE__FULL_EVERY + 1];
	struct bl_toggles set = {.at = NULL}, change = {.at = NULL}, next = {.at = NULL};
	enum bl_status status = BL_OK;
	size_t n = 0;

	for (uint64_t p = position; p != 0; p = store->entry[p - 1].base) {
		assert(n <= BL_STORE__FULL_EVERY); /* apply() has refused deeper ones. */
		chain[n++] = p;
	}
	while (n-- > 0 && status == BL_OK) {
		const struct bl_entry *entry = &store->entry[chain[n] - 1];

		change.n = 0;
		next.n = 0;
		status = load_points(store, entry, &change, reterr);
		if (status == BL_OK)
			status = bl_toggles__xor(&set, &change, &next, reterr);
		if (status == BL_OK &&
		    (!in_range(store, &next) || bl_toggles__count(&next) != entry->n_members))
			status = bl_fail(reterr, BL_ECORRUPT,
			    "%s: the members of delivery %llu do not add up", store->catalogue.path,
			    (unsigned long long)chain[n]);
		if (status == BL_OK) {
			struct bl_toggles swap = set;

			set = next;
			next = swap;
		}
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

static enum bl_status
no_delivery(const struct bl_store *store, uint64_t position, struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOTFOUND, "there is no delivery %llu; the last is %llu",
	    (unsigned long long)position, (unsigned long long)store->n_deliveries);
}

enum bl_status
bl_store_members(struct bl_store *store, uint64_t position, struct bl_arena *arena,
    struct bl_version_id **ret_ids, size_t *ret_n, struct bl_err *reterr)
{
	struct bl_toggles set = {.at = NULL};
	struct bl_version_id *ids;
	enum bl_status status;
	uint64_t count;
	size_t n = 0;

	if (position == 0 || position > store->n_deliveries)
		return no_delivery(store, position, reterr);
	status = bl_catalogue__members(store, position, &set, reterr);
	if (status != BL_OK)
		return status;
	count = bl_toggles__count(&set);
	ids = bl_new(arena, struct bl_version_id, count);
	if (ids == NULL) {
		bl_toggles__release(&set);
		return bl_fail(reterr, BL_ENOMEM, "no room for the %llu members of delivery %llu",
		    (unsigned long long)count, (unsigned long long)position);
	}
	for (size_t i = 0; i + 1 < set.n; i += 2)
		for (uint64_t at = set.at[i]; at < set.at[i + 1]; at++)
			ids[n++] = (struct bl_version_id){(uint32_t)(at >> 32), (uint32_t)at};
	assert(n == count);
	bl_toggles__release(&set);
	*ret_ids = ids;
	*ret_n = n;
	return BL_OK;
}

/* ---- From one delivery to another. --------------------------------------- */

/* ${sum} becomes ${sum} xor the points of ${entry}. */
static enum bl_status
add_points(const struct bl_store *store, const struct bl_entry *entry, struct bl_toggles *sum,
    struct bl_err *reterr)
{
	struct bl_toggles points = {.at = NULL}, next = {.at = NULL};
	enum bl_status status = load_points(store, entry, &points, reterr);

	if (status == BL_OK && sum->n > 0) {
		status = bl_toggles__xor(sum, &points, &next, reterr);
		if (status == BL_OK) {
			bl_toggles__release(sum);
			*sum = next;
		}
		bl_toggles__release(&points);
	} else if (status == BL_OK) {
		bl_toggles__release(sum);
		*sum = points;
	}
	return status;
}

/*
 * What one of two sets holds and the other does not is the exclusive or of all records on the way
 * from each down to what both rest on: a base is always an earlier delivery, so taking the later of
 * the two again and again meets there.  The few large sets, those in full, are added at the end.
 */
static enum bl_status
sum_points(const struct bl_store *store, uint64_t a, uint64_t b, struct bl_toggles *ret,
    struct bl_err *reterr)
{
	struct bl_toggles changes = {.at = NULL}, full = {.at = NULL};
	enum bl_status status = BL_OK;

	while (a != b && status == BL_OK) {
		const struct bl_entry *entry = &store->entry[(a > b ? a : b) - 1];

		assert(entry->base < entry->d.position); /* apply() has refused others. */
		status = add_points(store, entry, entry->base == 0 ? &full : &changes, reterr);
		*(a > b ? &a : &b) = entry->base;
	}
	if (status == BL_OK)
		status = bl_toggles__xor(&changes, &full, ret, reterr);
	bl_toggles__release(&changes);
	bl_toggles__release(&full);
	return status;
}

enum bl_status
bl_store_change(struct bl_store *store, uint64_t from, uint64_t to, struct bl_arena *arena,
    const struct bl_version_run **ret_runs, size_t *ret_n, struct bl_err *reterr)
{
	struct bl_toggles set = {.at = NULL};
	struct bl_version_run *runs;
	enum bl_status status;

	if (to == 0 || to > store->n_deliveries || from > store->n_deliveries)
		return no_delivery(store, from > to ? from : to, reterr);
	status = sum_points(store, from, to, &set, reterr);
	if (status == BL_OK && !in_range(store, &set))
		status =
		    bl_fail(reterr, BL_ECORRUPT, "%s: the members of delivery %llu do not add up",
			store->catalogue.path, (unsigned long long)to);
	runs = status == BL_OK ? bl_new(arena, struct bl_version_run, set.n / 2) : NULL;
	if (status == BL_OK && runs == NULL)
		status = bl_fail(reterr, BL_ENOMEM, "no room for what changed up to delivery %llu",
		    (unsigned long long)to);
	for (size_t i = 0; status == BL_OK && i < set.n; i += 2)
		runs[i / 2] = (struct bl_version_run){.type_no = (uint32_t)(set.at[i] >> 32),
		    .first = (uint32_t)set.at[i],
		    .n = (uint32_t)(set.at[i + 1] - set.at[i])};
	if (status == BL_OK) {
		*ret_runs = runs;
		*ret_n = set.n / 2;
	}
	bl_toggles__release(&set);
	return status;
}

/* The types section of a record; ${runs} has room for as many as it has bytes. */
static enum bl_status
read_growth(const struct bl_store *store, struct bl_str types, struct bl_version_run *runs,
    size_t *ret_n, struct bl_err *reterr)
{
	struct bl_code__in in = bl_code__read(types);
	size_t n = 0;

	while (bl_code__left(&in) > 0 && !in.bad) {
		uint32_t no = (uint32_t)bl_code__get_upto(&in, BL_STORE__TYPES_LIMIT - 1);
		uint32_t n_versions = (uint32_t)bl_code__get_upto(&in, BL_STORE__VERSIONS_LIMIT);

		(void)bl_code__get_str(&in);
		if (in.bad || no >= store->n_types || n_versions > store->type[no].n)
			return malformed(reterr);
		runs[n++] = (struct bl_version_run){.type_no = no, .n = n_versions};
	}
	*ret_n = n;
	return BL_OK;
}

enum bl_status
bl_store_growth(struct bl_store *store, uint64_t position, struct bl_arena *arena,
    const struct bl_version_run **ret_runs, size_t *ret_n, struct bl_err *reterr)
{
	struct bl_buf payload = BL_BUF_INIT(BL_LOG__PAYLOAD_LIMIT);
	struct bl_version_run *runs = NULL;
	struct bl_record record;
	enum bl_status status;

	if (position == 0 || position > store->n_deliveries)
		return no_delivery(store, position, reterr);
	status = load_record(store, &store->entry[position - 1], &payload, &record, reterr);
	if (status == BL_OK) {
		runs = bl_new(arena, struct bl_version_run, record.types.len);
		if (runs == NULL)
			status = bl_fail(reterr, BL_ENOMEM, "no room for what delivery %llu added",
			    (unsigned long long)position);
	}
	if (status == BL_OK)
		status = read_growth(store, record.types, runs, ret_n, reterr);
	name_record(store, &store->entry[position - 1], status, reterr);
	if (status == BL_OK)
		*ret_runs = runs;
	bl_buf_release(&payload);
	return status;
}
