/*
 * NextToken: where the next page begins, and of what.
 *
 * base64url, without padding, of 41 bytes: version 1, then position, at_ns and offset, 8 bytes
 * each, big-endian, then the first 16 bytes of the SHA-256 over all that it is bound to: these 25
 * bytes, a fingerprint of the store's first version (a keyed hash: nobody outside the store knows
 * it), the mode, the choice of accounts and regions, and the query's text.  So a token is good for
 * this query over this store only, survives a restart, and answers from the ledger position that
 * the first page was made at, whatever was delivered since.
 */
#include <string.h>

#include "advanced/run_priv.h"
#include "base/arena.h"
#include "base/hash.h"

#define PLAIN 25
#define BYTES 41
#define CHARS 55

static void
put(uint8_t *at, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		at[i] = (uint8_t)(v >> (56 - 8 * i));
}

static uint64_t
get(const uint8_t *at)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | at[i];
	return v;
}

/* Length and bytes, so that no two lists look alike. */
static BL_STATUS
add(struct bl_sha256_run *sha, struct bl_str s, struct bl_err *reterr)
{
	uint8_t len[8];
	enum bl_status status;

	put(len, s.len);
	status = bl_sha256_run_add(sha, (struct bl_str){(const char *)len, sizeof(len)}, reterr);
	return status ? status : bl_sha256_run_add(sha, s, reterr);
}

static BL_STATUS
add_list(struct bl_sha256_run *sha, const struct bl_str *list, size_t n, struct bl_err *reterr)
{
	uint8_t count[8];
	enum bl_status status;

	put(count, n);
	status = add(sha, (struct bl_str){(const char *)count, sizeof(count)}, reterr);
	for (size_t i = 0; !status && i < n; i++)
		status = add(sha, list[i], reterr);
	return status;
}

static BL_STATUS
bind(struct bl_advanced_run *run, struct bl_str text, uint8_t token[BYTES])
{
	const struct bl_advanced_options *o = run->options;
	struct bl_sha256_run *sha = NULL;
	struct bl_hash128 print = {0};
	struct bl_sha256 digest;
	uint8_t rest[17];
	enum bl_status status = bl_sha256_run_new(&sha, run->reterr);

	if (!status && bl_store_n_types(run->store) > 0)
		status = bl_store_fingerprint(run->store, 0, 0, 1, &print, run->reterr);
	put(rest, print.low);
	put(rest + 8, print.high);
	rest[16] = o->mode == BL_ADVANCED_STRICT ? 1 : 2;
	if (!status)
		status = add(sha, BL_STR("beleg NextToken"), run->reterr);
	if (!status)
		status = add(sha, (struct bl_str){(const char *)token, PLAIN}, run->reterr);
	if (!status)
		status = add(sha, (struct bl_str){(const char *)rest, sizeof(rest)}, run->reterr);
	if (!status)
		status = add_list(sha, o->accounts, o->n_accounts, run->reterr);
	if (!status)
		status = add_list(sha, o->regions, o->n_regions, run->reterr);
	if (!status)
		status = add(sha, text, run->reterr);
	if (!status)
		status = bl_sha256_run_end(sha, &digest, run->reterr);
	bl_sha256_run_free(&sha);
	if (!status)
		memcpy(token + PLAIN, digest.byte, BYTES - PLAIN);
	return status;
}

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void
encode(const uint8_t bytes[BYTES], char text[CHARS])
{
	for (size_t i = 0; i < CHARS; i++) {
		size_t bit = i * 6, at = bit / 8;
		unsigned pair = (unsigned)bytes[at] << 8 | (at + 1 < BYTES ? bytes[at + 1] : 0u);

		text[i] = letters[pair >> (10 - bit % 8) & 63];
	}
}

static bool
decode(struct bl_str text, uint8_t bytes[BYTES])
{
	char again[CHARS];

	memset(bytes, 0, BYTES);
	for (size_t i = 0; text.len == CHARS && i < CHARS; i++) {
		const char *at = text.ptr[i] == '\0' ? NULL : strchr(letters, text.ptr[i]);
		size_t bit = i * 6;
		unsigned pair;

		if (at == NULL)
			return false;
		pair = (unsigned)(at - letters) << (10 - bit % 8);
		bytes[bit / 8] |= (uint8_t)(pair >> 8);
		if (bit / 8 + 1 < BYTES)
			bytes[bit / 8 + 1] |= (uint8_t)pair;
	}
	encode(bytes, again);
	return text.len == CHARS && memcmp(again, text.ptr, CHARS) == 0;
}

BL_STATUS
bl_advanced__token_make(
    struct bl_advanced_run *run, struct bl_str text, uint64_t offset, struct bl_str *ret_token)
{
	uint8_t token[BYTES] = {1};
	char *room = bl_new(run->out, char, CHARS);
	enum bl_status status;

	if (room == NULL)
		return bl_advanced__no_memory(run->reterr);
	put(token + 1, run->position);
	put(token + 9, (uint64_t)run->at_ns);
	put(token + 17, offset);
	status = bind(run, text, token);
	encode(token, room);
	if (!status)
		*ret_token = (struct bl_str){room, CHARS};
	return status;
}

BL_STATUS
bl_advanced__token_read(struct bl_advanced_run *run, struct bl_str text)
{
	uint8_t token[BYTES], again[BYTES];
	bool right = decode(run->options->token, token) && token[0] == 1;
	enum bl_status status;

	memcpy(again, token, BYTES);
	status = right ? bind(run, text, again) : BL_OK;
	if (status)
		return status;
	right = right && memcmp(again, token, BYTES) == 0;
	/* What the options say of the moment must be what the first page was made for. */
	right = right && (run->position == 0 || run->position == get(token + 1)) &&
		run->at_ns == (int64_t)get(token + 9) &&
		get(token + 1) <= bl_store_n_deliveries(run->store);
	if (!right) {
		run->code = BL_ADVANCED_INVALID_TOKEN;
		return bl_fail(run->reterr, BL_EINPUT,
		    "the token is damaged, or of another query, moment or store");
	}
	run->position = get(token + 1);
	run->offset = get(token + 17);
	return BL_OK;
}
