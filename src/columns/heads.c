/* The outside of each version: who, where, when. */
#include "columns/columns_priv.h"

#include "delivery/item.h"
#include "json/json.h"

enum { CAPTURE, STATE_ID, STATUS, DAILY, ACCOUNT, REGION, ID, NAME, ARN };

static bool
sound(const struct bl_part *part)
{
	const uint8_t *status = bl_part__u8(part, STATUS), *daily = bl_part__u8(part, DAILY);
	const uint32_t *account = bl_part__u32(part, ACCOUNT), *region = bl_part__u32(part, REGION),
		       *id = bl_part__u32(part, ID);

	for (uint32_t i = 0; i < part->n; i++)
		if (status[i] > BL_ITEM_DELETED_NOT_RECORDED || daily[i] > 1 ||
		    account[i] == BL_PART_NONE || region[i] == BL_PART_NONE ||
		    id[i] == BL_PART_NONE)
			return false;
	return true;
}

const struct bl_part_layout bl_heads__layout = {
    .kind = BL_PART_HEADS,
    .name = "heads",
    .n_arrays = 9,
    .array = {[CAPTURE] = {"CAPT", 8, false},
	[STATE_ID] = {"STID", 8, false},
	[STATUS] = {"STAT", 1, false},
	[DAILY] = {"DAIL", 1, false},
	[ACCOUNT] = {"ACCT", 4, true},
	[REGION] = {"REGN", 4, true},
	[ID] = {"RSID", 4, true},
	[NAME] = {"NAME", 4, true},
	[ARN] = {"ARN_", 4, true}},
    .sound = sound,
};

static bool
is_daily(const struct bl_json *root)
{
	struct bl_str s = bl_json_str(bl_json_get(root, BL_STR("recordingFrequency")));

	if (s.ptr == NULL)
		s = bl_json_str(bl_json_get(root, BL_STR("RecordingFrequency")));
	return bl_str_eq(s, BL_STR("DAILY"));
}

enum bl_status
bl_heads__add(struct bl_part *part, const struct bl_item *item, struct bl_err *reterr)
{
	const struct bl_str text[] = {item->account, item->region, item->id, item->name, item->arn};
	const uint64_t number[] = {(uint64_t)item->capture_ns, (uint64_t)item->state_id,
	    (uint64_t)item->status, is_daily(item->root) ? 1 : 0};
	enum bl_status status = BL_OK;

	for (uint32_t i = 0; i < 4 && status == BL_OK; i++)
		status = bl_part__put(part, CAPTURE + i, number[i], reterr);
	for (uint32_t i = 0; i < 5 && status == BL_OK; i++) {
		uint32_t code = BL_PART_NONE;

		status = bl_part__text(part, text[i], &code, reterr);
		if (status == BL_OK)
			status = bl_part__put(part, ACCOUNT + i, code, reterr);
	}
	return status == BL_OK ? bl_part__row_end(part, reterr) : status;
}

enum bl_status
bl_heads__view(struct bl_table_entry *table, uint32_t type_no, struct bl_err *reterr)
{
	struct bl_part *part = &table->part;
	enum bl_status status = bl_part__finish(part, reterr);

	if (status != BL_OK)
		return status;
	table->as.heads = (struct bl_heads){.type_no = type_no,
	    .n = part->n,
	    .capture_ns = bl_part__i64(part, CAPTURE),
	    .state_id = bl_part__i64(part, STATE_ID),
	    .status = bl_part__u8(part, STATUS),
	    .daily = bl_part__u8(part, DAILY),
	    .account = bl_part__u32(part, ACCOUNT),
	    .region = bl_part__u32(part, REGION),
	    .id = bl_part__u32(part, ID),
	    .name = bl_part__u32(part, NAME),
	    .arn = bl_part__u32(part, ARN),
	    .text = bl_part__texts(part),
	    .n_texts = part->n_texts};
	return BL_OK;
}
