/* The population: which accounts there are, by the word of AWS Organizations. */
#include "timeline/coverage_accounts.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/mem.h"
#include "delivery/reader.h"
#include "store/store.h"
#include "timeline/coverage_priv.h"
#include "json/json.h"

#define MAX_ACCOUNTS ((size_t)1 << 20)
#define DOCUMENT_BYTES ((size_t)1 << 30)

struct entry {
	struct bl_listed_account account;
	size_t order; /* As they stood. */
};

struct listing {
	struct bl_arena *arena;
	struct bl_arena *work;
	struct entry *entries; /* [n] */
	size_t n, cap;
	bool is_list, has_more;
};

static enum bl_status
no_memory(struct bl_err *reterr)
{
	return bl_fail(reterr, BL_ENOMEM, "no memory for the account list");
}

static struct bl_str
text_of(const struct bl_json *object, struct bl_str key)
{
	return bl_json_str(bl_json_get(object, key));
}

static bool
is_id(struct bl_str id)
{
	uint64_t number;

	return id.len == 12 && bl_str_to_u64(id, &number);
}

/* Text with an offset, or the epoch seconds that the older command line prints. */
static bool
read_joined(const struct bl_json *v, int64_t *ret_ns)
{
	*ret_ns = BL_INSTANT_MIN;
	if (bl_json_missing(v))
		return true;
	if (v->kind == BL_JSON_NUMBER)
		return bl_instant_from_seconds(v->text, ret_ns);
	return v->kind == BL_JSON_STRING && bl_instant_parse(v->text, ret_ns);
}

static enum bl_status
add_account(struct listing *l, const struct bl_json *v, struct bl_err *reterr)
{
	struct bl_listed_account a = {.id = text_of(v, BL_STR("Id"))};
	struct bl_str name = text_of(v, BL_STR("Name")), status = text_of(v, BL_STR("Status"));

	if (status.len == 0)
		status = text_of(v, BL_STR("State")); /* Newer replies have both, or this. */
	if (!is_id(a.id))
		return bl_fail(reterr, BL_EINPUT,
		    "the account list has an Id '%.*s' that is not 12 digits",
		    BL_STR_ARG(bl_str_sub(a.id, 0, 40)));
	if (!read_joined(bl_json_get(v, BL_STR("JoinedTimestamp")), &a.joined_ns))
		return bl_fail(reterr, BL_EINPUT,
		    "the account list has a JoinedTimestamp of %.*s that is no instant",
		    BL_STR_ARG(a.id));
	if (l->n >= MAX_ACCOUNTS)
		return bl_fail(reterr, BL_ELIMIT, "the account list names more than %zu accounts",
		    MAX_ACCOUNTS);
	if (l->n == l->cap) {
		size_t cap = l->cap * 2 + 64;
		struct entry *more = bl_new(l->work, struct entry, cap);

		if (more == NULL)
			return no_memory(reterr);
		if (l->n > 0)
			memcpy(more, l->entries, l->n * sizeof(*more));
		l->entries = more;
		l->cap = cap;
	}
	if (bl_str_dup(l->arena, a.id, &a.id) != BL_OK ||
	    bl_str_dup(l->arena, name, &a.name) != BL_OK ||
	    bl_str_dup(l->arena, status, &a.status) != BL_OK)
		return no_memory(reterr);
	l->entries[l->n] = (struct entry){.account = a, .order = l->n};
	l->n++;
	return BL_OK;
}

static enum bl_status
on_page(void *ctx, const struct bl_json *root, struct bl_err *reterr)
{
	struct listing *l = ctx;
	const struct bl_json *accounts = bl_json_get(root, BL_STR("Accounts"));
	enum bl_status status = BL_OK;

	if (accounts == NULL && text_of(root, BL_STR("Id")).len > 0) {
		l->is_list = true;
		return add_account(l, root, reterr);
	}
	if (accounts == NULL || accounts->kind != BL_JSON_ARRAY)
		return bl_fail(reterr, BL_EINPUT,
		    "not the output of aws organizations list-accounts: no member Accounts");
	l->is_list = true;
	l->has_more = text_of(root, BL_STR("NextToken")).len > 0;
	for (const struct bl_json *v = accounts->first; v != NULL && status == BL_OK; v = v->next)
		status = add_account(l, v, reterr);
	return status;
}

static int
cmp_entries(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;
	int c = bl_str_cmp(a->account.id, b->account.id);

	return c != 0 ? c : (a->order > b->order) - (a->order < b->order);
}

enum bl_status
bl_coverage_accounts_read(struct bl_str text, struct bl_arena *arena,
    struct bl_account_list *ret_list, struct bl_err *reterr)
{
	struct listing l = {.arena = arena, .work = bl_arena_new(DOCUMENT_BYTES)};
	struct bl_arena *document = bl_arena_new(DOCUMENT_BYTES * 4);
	struct bl_json_parser *parser = NULL;
	struct bl_listed_account *out;
	size_t n = 0;
	enum bl_status status = BL_OK;

	if (l.work == NULL || document == NULL)
		status = no_memory(reterr);
	if (status == BL_OK)
		status = bl_json_parser_new((struct bl_json_limits){0}, &parser, reterr);
	if (status == BL_OK)
		status = bl_coverage__documents(parser, document, text, on_page, &l, reterr);
	if (status == BL_OK && !l.is_list)
		status = bl_fail(reterr, BL_EINPUT, "the account list is empty");
	if (status != BL_OK)
		goto out;
	out = bl_new(arena, struct bl_listed_account, l.n);
	if (out == NULL) {
		status = no_memory(reterr);
		goto out;
	}
	if (l.n > 0)
		qsort(l.entries, l.n, sizeof(l.entries[0]), cmp_entries);
	for (size_t i = 0; i < l.n; i++)
		if (i + 1 == l.n ||
		    !bl_str_eq(l.entries[i].account.id, l.entries[i + 1].account.id))
			out[n++] = l.entries[i].account;
	*ret_list = (struct bl_account_list){
	    .accounts = out, .n = n, .has_more = l.has_more, .date_ns = BL_INSTANT_MIN};
out:
	bl_json_parser_free(&parser);
	bl_arena_free(&document);
	bl_arena_free(&l.work);
	return status;
}

/* What is kept of the delivery at ${position}; *ret_is: it has a list (else it was broken, and
 * quarantined as a whole). */
static enum bl_status
read_text(struct bl_store *store, uint64_t position, struct bl_arena *arena,
    struct bl_str *ret_text, int64_t *ret_date_ns, bool *ret_is, struct bl_err *reterr)
{
	const struct bl_delivery *d = bl_store_delivery(store, position);
	struct bl_sha256 *attached = NULL;
	size_t n_attached = 0, slash = bl_str_rfind_byte(d->key, '/');
	struct bl_str name = slash == SIZE_MAX ? d->key : bl_str_sub(d->key, slash + 1, d->key.len);
	enum bl_status status =
	    bl_store_attached(store, position, arena, &attached, &n_attached, reterr);

	*ret_is = status == BL_OK && n_attached > 0;
	if (!*ret_is)
		return status;
	status = bl_store_attachment(store, &attached[0], arena, ret_text, reterr);
	return status == BL_OK ? bl_coverage__list_date(*ret_text, name, ret_date_ns, reterr)
			       : status;
}

static enum bl_status
read_stored(struct bl_store *store, uint64_t position, struct bl_arena *arena,
    struct bl_account_list *ret_list, bool *ret_is, struct bl_err *reterr)
{
	struct bl_str text;
	int64_t date_ns = BL_INSTANT_MIN;
	enum bl_status status = read_text(store, position, arena, &text, &date_ns, ret_is, reterr);

	if (status != BL_OK || !*ret_is)
		return status;
	status = bl_coverage_accounts_read(text, arena, ret_list, reterr);
	if (status == BL_OK) {
		ret_list->position = position;
		ret_list->date_ns = date_ns;
	}
	return status;
}

static uint64_t
last_position(const struct bl_store *store, uint64_t position)
{
	uint64_t n = bl_store_n_deliveries(store);

	return position > 0 && position < n ? position : n;
}

struct dated {
	struct bl_account_list list;
	int64_t as_of_ns; /* Its date, or the latest of those before it. */
};

static int
cmp_dated(const void *pa, const void *pb)
{
	const struct dated *a = pa, *b = pb;

	if (a->as_of_ns != b->as_of_ns)
		return a->as_of_ns < b->as_of_ns ? -1 : 1;
	return (a->list.position > b->list.position) - (a->list.position < b->list.position);
}

/* ${lists} come by their positions. */
static enum bl_status
order(struct bl_account_list *lists, size_t n, struct bl_err *reterr)
{
	struct dated *dated = bl_mem_alloc((n + 1) * sizeof(*dated));
	int64_t latest_ns = BL_INSTANT_MIN;

	if (dated == NULL)
		return no_memory(reterr);
	for (size_t i = 0; i < n; i++) {
		bool has = lists[i].date_ns != BL_INSTANT_MIN;

		dated[i] = (struct dated){lists[i], has ? lists[i].date_ns : latest_ns};
		if (lists[i].date_ns > latest_ns)
			latest_ns = lists[i].date_ns;
	}
	qsort(dated, n, sizeof(*dated), cmp_dated);
	for (size_t i = 0; i < n; i++)
		lists[i] = dated[i].list;
	bl_mem_free(dated);
	return BL_OK;
}

enum bl_status
bl_coverage_accounts_stored(struct bl_store *store, uint64_t position, bool tolerant,
    struct bl_arena *arena, struct bl_account_list **ret_lists, size_t *ret_n,
    struct bl_err *reterr)
{
	uint64_t n = last_position(store, position);
	struct bl_account_list *lists;
	size_t n_lists = 0;
	enum bl_status status = BL_OK;

	for (uint64_t p = 1; p <= n; p++)
		n_lists += bl_store_delivery(store, p)->kind == BL_DELIVERY_ACCOUNT_LIST;
	lists = bl_new(arena, struct bl_account_list, n_lists);
	if (lists == NULL)
		return no_memory(reterr);
	n_lists = 0;
	for (uint64_t p = 1; p <= n && status == BL_OK; p++) {
		bool is = false;

		if (bl_store_delivery(store, p)->kind != BL_DELIVERY_ACCOUNT_LIST)
			continue;
		status = read_stored(store, p, arena, &lists[n_lists], &is, reterr);
		n_lists += status == BL_OK && is;
		if (status == BL_EINPUT && tolerant)
			status = BL_OK;
		else if (status != BL_OK)
			bl_err_prefix(reterr,
			    "the account list of delivery %llu (--accounts FILE names another)",
			    (unsigned long long)p);
	}
	if (status != BL_OK)
		return status;
	*ret_lists = lists;
	*ret_n = n_lists;
	return order(lists, n_lists, reterr);
}

/* The position of the newest, 0 when there is none.  Nothing of them is kept. */
static enum bl_status
newest_position(struct bl_store *store, uint64_t n, uint64_t *ret_position, struct bl_err *reterr)
{
	struct bl_arena *scratch = bl_arena_new(DOCUMENT_BYTES * 4);
	int64_t latest_ns = BL_INSTANT_MIN;
	enum bl_status status = scratch == NULL ? no_memory(reterr) : BL_OK;

	*ret_position = 0;
	for (uint64_t p = 1; p <= n && status == BL_OK; p++) {
		struct bl_str text;
		int64_t date_ns = BL_INSTANT_MIN;
		bool is = false;

		if (bl_store_delivery(store, p)->kind != BL_DELIVERY_ACCOUNT_LIST)
			continue;
		bl_arena_reset(scratch);
		status = read_text(store, p, scratch, &text, &date_ns, &is, reterr);
		/* Without a date: of the latest so far, and behind it. */
		if (is && (date_ns == BL_INSTANT_MIN || date_ns >= latest_ns))
			*ret_position = p;
		if (date_ns > latest_ns)
			latest_ns = date_ns;
	}
	bl_arena_free(&scratch);
	return status;
}

enum bl_status
bl_coverage_accounts_newest(struct bl_store *store, uint64_t position, struct bl_arena *arena,
    const struct bl_account_list **ret_list, struct bl_err *reterr)
{
	struct bl_account_list *list = bl_new(arena, struct bl_account_list, 1);
	uint64_t newest = 0;
	bool is = false;
	enum bl_status status =
	    newest_position(store, last_position(store, position), &newest, reterr);

	if (status == BL_OK && list == NULL)
		status = no_memory(reterr);
	if (status == BL_OK && newest > 0)
		status = read_stored(store, newest, arena, list, &is, reterr);
	if (status != BL_OK && newest > 0)
		bl_err_prefix(reterr, "the account list of delivery %llu (ingest a newer one)",
		    (unsigned long long)newest);
	if (status == BL_OK)
		*ret_list = is ? list : NULL;
	return status;
}

const struct bl_listed_account *
bl_coverage_accounts_find(const struct bl_account_list *list, struct bl_str id)
{
	size_t low = 0, high = list->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = bl_str_cmp(list->accounts[mid].id, id);

		if (c == 0)
			return &list->accounts[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}
