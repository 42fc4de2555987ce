/*
 * A file name of AWS Config is taken apart from both ends, because the resource
 * ids in the middle of some may hold every byte, '_' and '/' included:
 *
 *	<account>_Config_<region>_<kind>_ ... .json.gz
 *
 * What the folders say ("AWSLogs/<account>/Config/<region>/<y>/<m>/<d>/<kind>/")
 * must agree with it.
 */
#include "delivery/key.h"

#include <string.h>

#include "base/arena.h"
#include "base/instant.h"

/* ---- Pieces ---- */

static bool
all_of(struct bl_str s, size_t len, const char *set)
{
	if (s.len == 0 || (len > 0 && s.len != len))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '\0' || strchr(set, s.ptr[i]) == NULL)
			return false;
	return true;
}

static bool
is_account(struct bl_str s)
{
	return all_of(s, 12, "0123456789");
}

static bool
is_region(struct bl_str s)
{
	return all_of(s, 0, "abcdefghijklmnopqrstuvwxyz0123456789-") && s.len <= 32;
}

static bool
is_uuid(struct bl_str s)
{
	return all_of(s, 36, "0123456789abcdefABCDEF-");
}

/* "20160927T183939Z" */
static bool
is_stamp(struct bl_str s, int64_t *ret_ns)
{
	return s.len == 16 && s.ptr[8] == 'T' && bl_instant_parse(s, ret_ns);
}

static bool
number(struct bl_str s, uint64_t max, uint64_t *ret)
{
	return s.len > 0 && s.len <= 20 && bl_str_to_u64(s, ret) && *ret <= max;
}

/* Cut "${rest}_${part}" at its last '_'. */
static bool
cut_last(struct bl_str *rest, struct bl_str *ret_part)
{
	size_t at = bl_str_rfind_byte(*rest, '_');

	if (at == SIZE_MAX)
		return false;
	*ret_part = bl_str_sub(*rest, at + 1, rest->len);
	*rest = bl_str_sub(*rest, 0, at);
	return true;
}

static bool
cut_first(struct bl_str *rest, struct bl_str *ret_part)
{
	size_t at = bl_str_find_byte(*rest, '_');

	if (at == SIZE_MAX)
		return false;
	*ret_part = bl_str_sub(*rest, 0, at);
	*rest = bl_str_sub(*rest, at + 1, rest->len);
	return true;
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/*
 * The resource type at the beginning of ${s}: "AWS::EC2::Volume", "AWS::::Account", also with
 * each ':' replaced by '_' or '-'.  Its own words have neither, so the first one
 * after a word that is not doubled ends it.  Returns its length, 0 if there is none.
 */
static size_t
type_length(struct bl_str s)
{
	size_t at = 0, separators = 0, words = 0;

	while (at < s.len && is_word(s.ptr[at])) {
		char c;

		while (at < s.len && is_word(s.ptr[at]))
			at++;
		words++;
		/* Pairs of one of ":_-"; four in a row stand around an empty service. */
		if (at == s.len)
			break;
		c = s.ptr[at];
		if (separators >= 2 || (c != ':' && c != '_' && c != '-'))
			break;
		if (at + 1 >= s.len || s.ptr[at + 1] != c)
			break;
		at += 2;
		separators++;
		if (separators == 1 && at + 1 < s.len && s.ptr[at] == c && s.ptr[at + 1] == c) {
			at += 2;
			separators++;
		}
	}
	return separators == 2 && words >= 2 && is_word(s.ptr[at - 1]) ? at : 0;
}

/* The type as AWS writes it. */
static BL_STATUS
type_restored(
    struct bl_arena *arena, struct bl_str s, struct bl_str *ret_type, struct bl_err *reterr)
{
	char *p;

	if (bl_str_find_byte(s, ':') != SIZE_MAX) {
		*ret_type = s;
		return BL_OK;
	}
	p = bl_new(arena, char, s.len);
	if (p == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a key");
	memcpy(p, s.ptr, s.len);
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '_' || s.ptr[i] == '-')
			p[i] = ':';
	*ret_type = (struct bl_str){p, s.len};
	return BL_OK;
}

/* ---- The file name ---- */

/* "<account>_Config_<region>_<kind>_": what it says, and what follows. */
struct head {
	struct bl_str account, region, kind, rest;
};

static bool
name_head(struct bl_str name, struct head *ret)
{
	struct bl_str rest = name, word;
	struct head h;

	if (!cut_first(&rest, &h.account) || !is_account(h.account) || !cut_first(&rest, &word) ||
	    !bl_str_eq(word, BL_STR("Config")) || !cut_first(&rest, &h.region) ||
	    !is_region(h.region) || !cut_first(&rest, &h.kind))
		return false;
	h.rest = rest;
	*ret = h;
	return true;
}

static bool
without_extension(struct bl_str *s)
{
	if (bl_str_ends(*s, BL_STR(".gz")))
		*s = bl_str_sub(*s, 0, s->len - 3);
	if (!bl_str_ends(*s, BL_STR(".json")))
		return false;
	*s = bl_str_sub(*s, 0, s->len - 5);
	return true;
}

static bool
snapshot_name(struct bl_str rest, struct bl_key *key)
{
	struct bl_str stamp;
	int64_t ns;

	if (!cut_first(&rest, &stamp) || !is_stamp(stamp, &ns) || !is_uuid(rest))
		return false;
	key->kind = BL_KEY_SNAPSHOT;
	key->first_ns = key->last_ns = ns;
	key->snapshot_id = rest;
	return true;
}

static bool
history_name(struct bl_str rest, struct bl_key *key)
{
	struct bl_str part, to, from;
	int64_t first, last;
	uint64_t n;

	if (!cut_last(&rest, &part) || !number(part, UINT32_MAX, &n) || !cut_last(&rest, &to) ||
	    !is_stamp(to, &last) || !cut_last(&rest, &from) || !is_stamp(from, &first) ||
	    rest.len == 0 || type_length(rest) != rest.len)
		return false;
	key->kind = BL_KEY_HISTORY;
	key->first_ns = first;
	key->last_ns = last;
	key->part = (uint32_t)n;
	key->type = rest;
	return true;
}

static bool
oversized_name(struct bl_str rest, struct bl_key *key)
{
	struct bl_str state, stamp;
	uint64_t n;
	int64_t ns;
	size_t len;

	if (!cut_last(&rest, &state) || !number(state, UINT64_MAX, &n) ||
	    !cut_last(&rest, &stamp) || !is_stamp(stamp, &ns))
		return false;
	len = type_length(rest);
	if (len == 0 || len + 1 >= rest.len || rest.ptr[len] != '_')
		return false;
	key->kind = BL_KEY_OVERSIZED;
	key->first_ns = key->last_ns = ns;
	key->type = bl_str_sub(rest, 0, len);
	key->resource_id = bl_str_sub(rest, len + 1, rest.len);
	return true;
}

/* Read key->name; false when it is no delivery's. */
static bool
parse_name(struct bl_key *key)
{
	struct head head;
	bool known = false;

	if (!name_head(key->name, &head) || !without_extension(&head.rest))
		return false;
	if (bl_str_eq(head.kind, BL_STR("ConfigSnapshot")))
		known = snapshot_name(head.rest, key);
	else if (bl_str_eq(head.kind, BL_STR("ConfigHistory")))
		known = history_name(head.rest, key);
	else if (bl_str_eq(head.kind, BL_STR("ChangeNotification")))
		known = oversized_name(head.rest, key);
	if (known) {
		key->account = head.account;
		key->region = head.region;
	}
	return known;
}

/* ---- The folders ---- */

struct folders {
	bool present; /* "AWSLogs/<account>/Config/" is in the path. */
	struct bl_str prefix, account, region;
	struct bl_str rest; /* Behind the last folder that was understood. */
	int year, month, day;
};

static bool
next_segment(struct bl_str *rest, struct bl_str *ret)
{
	size_t at = bl_str_find_byte(*rest, '/');

	if (at == SIZE_MAX)
		return false;
	*ret = bl_str_sub(*rest, 0, at);
	*rest = bl_str_sub(*rest, at + 1, rest->len);
	return true;
}

static void
parse_date(struct folders *f)
{
	struct bl_str rest = f->rest, part;
	uint64_t v[3] = {0};
	static const uint64_t max[3] = {9999, 12, 31};

	for (int i = 0; i < 3; i++)
		if (!next_segment(&rest, &part) || part.len > 4 || !number(part, max[i], &v[i]) ||
		    v[i] == 0)
			return;
	if (v[0] < 1970)
		return;
	f->year = (int)v[0];
	f->month = (int)v[1];
	f->day = (int)v[2];
	f->rest = rest;
}

/* The last "AWSLogs/<account>/Config/" counts: a prefix may hold anything. */
static void
parse_folders(struct bl_str path, struct folders *ret)
{
	static const struct bl_str mark = {"AWSLogs/", 8};
	struct folders f = {.rest = path};

	for (size_t at = path.len; at-- > 0;) {
		struct bl_str rest, account, word;

		if ((at > 0 && path.ptr[at - 1] != '/') ||
		    !bl_str_starts(bl_str_sub(path, at, path.len), mark))
			continue;
		rest = bl_str_sub(path, at + mark.len, path.len);
		if (!next_segment(&rest, &account) || !is_account(account) ||
		    !next_segment(&rest, &word) || !bl_str_eq(word, BL_STR("Config")))
			continue;
		f.present = true;
		f.prefix = bl_str_sub(path, 0, at > 0 ? at - 1 : 0);
		f.account = account;
		f.rest = rest;
		if (next_segment(&rest, &word) && is_region(word)) {
			f.region = word;
			f.rest = rest;
			parse_date(&f);
		}
		break;
	}
	*ret = f;
}

/*
 * The file name.  An oversized notification's may hold '/', as its resource id
 * may, so it is looked for from the front.
 */
static struct bl_str
find_name(struct bl_str path, const struct folders *f)
{
	size_t slash = bl_str_rfind_byte(path, '/');
	struct bl_str rest = f->rest;
	struct bl_str kind;
	struct head head;

	if (f->present && next_segment(&rest, &kind) &&
	    bl_str_eq(kind, BL_STR("OversizedChangeNotification")))
		for (;;) {
			if (name_head(rest, &head))
				return rest;
			if (!next_segment(&rest, &kind))
				break;
		}
	return slash == SIZE_MAX ? path : bl_str_sub(path, slash + 1, path.len);
}

/* Folder and name must not contradict each other. */
static BL_STATUS
agree(const struct bl_key *key, const struct folders *f, struct bl_err *reterr)
{
	if (f->present && f->account.ptr != NULL && !bl_str_eq(f->account, key->account))
		return bl_fail(reterr, BL_EINPUT,
		    "the folder says account %.*s, the file name %.*s: it was moved or renamed, "
		    "put it back where AWS wrote it",
		    BL_STR_ARG(f->account), BL_STR_ARG(key->account));
	/* "global" is a folder for types without a region; the name may say the recorder's. */
	if (f->present && f->region.ptr != NULL && !bl_str_eq(f->region, BL_STR("global")) &&
	    !bl_str_eq(f->region, key->region))
		return bl_fail(reterr, BL_EINPUT,
		    "the folder says region %.*s, the file name %.*s: it was moved or renamed, "
		    "put it back where AWS wrote it",
		    BL_STR_ARG(f->region), BL_STR_ARG(key->region));
	return BL_OK;
}

enum bl_status
bl_key_parse(
    struct bl_str path, struct bl_arena *arena, struct bl_key *ret_key, struct bl_err *reterr)
{
	struct bl_key key = {.first_ns = BL_INSTANT_MIN, .last_ns = BL_INSTANT_MIN};
	struct folders folders;
	enum bl_status status;

	key.path = path;
	if (bl_str_find_byte(path, '%') != SIZE_MAX &&
	    bl_str_percent_decode(arena, path, &key.path) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a key");
	parse_folders(key.path, &folders);
	key.name = find_name(key.path, &folders);
	if (parse_name(&key)) {
		status = agree(&key, &folders, reterr);
		if (status == BL_OK && key.type.ptr != NULL)
			status = type_restored(arena, key.type, &key.type, reterr);
		if (status != BL_OK)
			return status;
	} else if (folders.present) {
		key.account = folders.account;
		key.region = folders.region;
	}
	if (bl_str_eq(key.name, BL_STR("ConfigWritabilityCheckFile")))
		key.kind = BL_KEY_WRITABILITY_CHECK;
	key.prefix = folders.prefix;
	key.year = folders.year;
	key.month = folders.month;
	key.day = folders.day;
	*ret_key = key;
	return BL_OK;
}

const char *
bl_key_kind_name(enum bl_key_kind kind)
{
	switch (kind) {
	case BL_KEY_SNAPSHOT: return "snapshot";
	case BL_KEY_HISTORY: return "history";
	case BL_KEY_OVERSIZED: return "oversized notification";
	case BL_KEY_WRITABILITY_CHECK: return "writability check";
	case BL_KEY_OTHER: break;
	}
	return "other";
}
