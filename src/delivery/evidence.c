/*
 * Files about what AWS Config does not record.  They are told by their members
 * or header line and kept whole; whoever judges reads them.
 */
#include <string.h>

#include "base/arena.h"
#include "delivery/reader_priv.h"
#include "delivery/trail.h"
#include "json/json.h"

bool
bl_content__is_credential_report(struct bl_str bytes)
{
	return bl_str_starts(bytes, BL_STR("user,arn,user_creation_time,"));
}

static bool
is_account_list(const struct bl_json *root)
{
	const struct bl_json *accounts = bl_json_get(root, BL_STR("Accounts"));
	const struct bl_json *first = bl_json_at(accounts, 0);

	return accounts != NULL && accounts->kind == BL_JSON_ARRAY &&
	       bl_json_get(first, BL_STR("Id")) != NULL &&
	       bl_json_get(first, BL_STR("Arn")) != NULL;
}

enum bl_status
bl_content__keep_whole(
    struct bl_content *c, enum bl_delivery_kind kind, struct bl_str bytes, struct bl_err *reterr)
{
	if (c->whole_kept || c->acts.len > 0)
		return bl_content__broken(c, c->offset,
		    BL_STR("several documents in one evidence file: keep one in each"), reterr);
	if (c->kind == BL_DELIVERY_NONE)
		c->kind = kind;
	c->whole_kept = true;
	return bl_content__keep(c, bytes, &c->whole, reterr);
}

/* The value of a base64 digit, or -1. */
static int
digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Decode ${s} into ${to}, which has room for its length.  False when it is no base64. */
static bool
decode_base64(struct bl_str s, char *to, size_t *ret_len)
{
	unsigned bits = 0, n_bits = 0;
	size_t n = 0, len = s.len;

	while (len > 0 && s.len - len < 2 && s.ptr[len - 1] == '=')
		len--;
	if (s.len % 4 != 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		int d = digit(s.ptr[i]);

		if (d < 0)
			return false;
		bits = (bits << 6 | (unsigned)d) & 0xffffff;
		n_bits += 6;
		if (n_bits < 8)
			continue;
		n_bits -= 8;
		to[n++] = (char)(unsigned char)(bits >> n_bits);
	}
	*ret_len = n;
	return true;
}

/* The reply of get-credential-report: the CSV in base64.  Kept as the CSV. */
static BL_STATUS
encoded_report(struct bl_content *c, struct bl_str text, bool *ret_known, struct bl_err *reterr)
{
	struct bl_buf csv = BL_BUF_INIT((size_t)64 << 20);
	enum bl_status status;

	status = bl_buf_reserve(&csv, text.len, reterr);
	if (status != BL_OK)
		return bl_content__no_memory(c, reterr);
	if (decode_base64(text, csv.ptr, &csv.len) &&
	    bl_content__is_credential_report(bl_buf_str(&csv))) {
		*ret_known = true;
		status = bl_content__keep_whole(
		    c, BL_DELIVERY_CREDENTIAL_REPORT, bl_buf_str(&csv), reterr);
	}
	bl_buf_release(&csv);
	return status;
}

enum bl_status
bl_content__evidence(struct bl_content *c, struct bl_str raw, const struct bl_json *root,
    bool *ret_known, struct bl_err *reterr)
{
	const struct bl_json *summary = bl_json_get(root, BL_STR("SummaryMap"));
	struct bl_str content = bl_json_str(bl_json_get(root, BL_STR("Content")));

	if (summary != NULL && summary->kind == BL_JSON_OBJECT) {
		*ret_known = true;
		return bl_content__keep_whole(c, BL_DELIVERY_ACCOUNT_SUMMARY, raw, reterr);
	}
	if (is_account_list(root)) {
		*ret_known = true;
		return bl_content__keep_whole(c, BL_DELIVERY_ACCOUNT_LIST, raw, reterr);
	}
	if (content.len > 0 && bl_json_get(root, BL_STR("ReportFormat")) != NULL)
		return encoded_report(c, content, ret_known, reterr);
	return BL_OK;
}

/*
 * A queue may hold these events among notifications with items: the items go the
 * way of all items, and the kind tells that there is something to read besides.
 */
static enum bl_status
only_check(void *ctx, const struct bl_trail_event *event, struct bl_err *reterr)
{
	(void)ctx;
	(void)event;
	(void)reterr;
	return BL_OK;
}

/* Whoever reads it later must be able to: what cannot be placed is refused now. */
static BL_STATUS
check_acts(struct bl_content *c, struct bl_str raw, const struct bl_json *root, bool *ret_good,
    struct bl_err *reterr)
{
	struct bl_arena *texts = bl_arena_new(raw.len * BL_CONTENT__TREE_FACTOR + 65536);
	struct bl_err err = {.status = BL_OK};
	enum bl_status status;

	*ret_good = false;
	if (texts == NULL)
		return bl_content__no_memory(c, reterr);
	status = bl_trail_read(c->parser, root, texts, only_check, NULL, &err);
	bl_arena_free(&texts);
	*ret_good = status == BL_OK;
	if (status == BL_OK)
		return BL_OK;
	if (status == BL_ENOMEM)
		return bl_content__no_memory(c, reterr);
	return bl_content__refuse(c, c->offset, raw.len, bl_str_of(err.text), reterr);
}

enum bl_status
bl_content__keep_trail(
    struct bl_content *c, struct bl_str raw, const struct bl_json *root, struct bl_err *reterr)
{
	struct bl_err err;
	bool good;
	enum bl_status status = check_acts(c, raw, root, &good, reterr);

	if (status != BL_OK || !good)
		return status;
	if (c->whole_kept)
		return bl_content__broken(c, c->offset,
		    BL_STR("several documents in one evidence file: keep one in each"), reterr);
	c->kind = BL_DELIVERY_TRAIL;
	if (c->acts.len > 0)
		status = bl_buf_add_byte(&c->acts, '\n', &err);
	if (status == BL_OK)
		status = bl_buf_add(&c->acts, raw, &err);
	if (status == BL_ELIMIT)
		return bl_content__broken(c, c->offset,
		    BL_STR("more than 64 MiB of CloudTrail events in one file"), reterr);
	return status == BL_OK ? BL_OK : bl_content__no_memory(c, reterr);
}

enum bl_status
bl_content__trail(struct bl_content *c, struct bl_str raw, const struct bl_json *root,
    bool *ret_known, struct bl_err *reterr)
{
	if (!bl_trail_is_log(root))
		return BL_OK;
	*ret_known = true;
	if (bl_trail_log_has_act(root))
		return bl_content__keep_trail(c, raw, root, reterr);
	if (c->foreign_why.ptr == NULL)
		c->foreign_why = BL_STR("a CloudTrail log in which nothing was done to a recorder");
	return BL_OK;
}
