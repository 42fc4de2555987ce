/* Values that order and group: booleans, numbers, texts, the rest, and what is absent last. */
#include "advanced/run_priv.h"
#include "json/json.h"

int
bl_advanced__key_order(const struct bl_advanced_key *a, const struct bl_advanced_key *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->rank == BL_ADVANCED_ABSENT)
		return 0;
	if (a->rank == BL_JSON_NUMBER)
		return bl_value_decimal_order(a->text, b->text);
	return a->rank == BL_JSON_STRING ? bl_str_cmp(a->plain, b->plain)
					 : bl_str_cmp(a->text, b->text);
}

BL_STATUS
bl_advanced__key(
    struct bl_advanced_run *run, const struct bl_json *value, struct bl_advanced_key *ret_key)
{
	struct bl_advanced_key key = {.rank = BL_ADVANCED_ABSENT};
	enum bl_status status;

	*ret_key = key;
	if (bl_json_missing(value))
		return BL_OK;
	key.rank = (uint8_t)value->kind;
	run->buf.len = 0;
	status = bl_advanced__dump(value, &run->buf, run->reterr);
	if (!status)
		status = bl_str_dup(run->arena, bl_buf_str(&run->buf), &key.text);
	if (!status && value->kind == BL_JSON_STRING)
		status = bl_str_dup(run->arena, value->text, &key.plain);
	if (!status)
		*ret_key = key;
	return status == BL_ENOMEM ? bl_advanced__no_memory(run->reterr) : status;
}
