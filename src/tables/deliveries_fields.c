/* What Athena calls the members of a configuration item, and what they are of ours. */
#include "tables/deliveries.h"

#include "base/arena.h"

static const struct bl_datatype varchar = {.kind = BL_TYPE_VARCHAR};
static const struct bl_datatype json = {.kind = BL_TYPE_JSON};

/* As AWS writes them: milliseconds and Z, whatever the fraction. */
#define ISO(time) "to_iso8601(" time ")"

const struct bl_source_column bl_delivery_fields[] = {
#define TEXT(text, from)                                                                           \
	{                                                                                          \
		.name = {text, sizeof(text) - 1}, .type = {.kind = BL_TYPE_VARCHAR}, .item = {     \
			from,                                                                      \
			sizeof(from) - 1                                                           \
		}                                                                                  \
	}
    TEXT("configurationitemversion", "version"),
    TEXT("configurationitemcapturetime", ISO("configurationItemCaptureTime")),
    {.name = {"configurationstateid", sizeof("configurationstateid") - 1},
	.type = {.kind = BL_TYPE_BIGINT},
	.item = {"configurationStateId", sizeof("configurationStateId") - 1}},
    TEXT("configurationstatemd5hash", "CAST(NULL AS varchar)"),
    TEXT("awsaccountid", "accountId"),
    TEXT("accountid", "accountId"),
    TEXT("configurationitemstatus", "configurationItemStatus"),
    TEXT("resourcetype", "resourceType"),
    TEXT("resourceid", "resourceId"),
    TEXT("resourcename", "resourceName"),
    TEXT("arn", "arn"),
    TEXT("awsregion", "awsRegion"),
    TEXT("availabilityzone", "availabilityZone"),
    TEXT("resourcecreationtime", ISO("resourceCreationTime")),
    {.name = {"tags", sizeof("tags") - 1},
	.type = {.kind = BL_TYPE_MAP, .key = &varchar, .element = &varchar},
	.item = {"tags", sizeof("tags") - 1}},
    {.name = {"relationships", sizeof("relationships") - 1},
	.type = {.kind = BL_TYPE_ARRAY, .element = &json},
	.item = {"CAST(relationships AS array(json))",
	    sizeof("CAST(relationships AS array(json))") - 1}},
    TEXT("configuration", "json_format(configuration)"),
#define SUPPLEMENTARY                                                                              \
	"transform_values(CAST(supplementaryConfiguration AS map(varchar, json)), (k, v) -> "      \
	"CASE json_type(v) WHEN 'string' THEN CAST(v AS varchar) ELSE json_format(v) END)"
    {.name = {"supplementaryconfiguration", sizeof("supplementaryconfiguration") - 1},
	.type = {.kind = BL_TYPE_MAP, .key = &varchar, .element = &varchar},
	.item = {SUPPLEMENTARY, sizeof(SUPPLEMENTARY) - 1}},
#undef TEXT
};
const uint32_t bl_delivery_n_fields = sizeof(bl_delivery_fields) / sizeof(bl_delivery_fields[0]);

enum bl_status
bl_delivery_items_type(const struct bl_source_column *fields, uint32_t n, struct bl_arena *arena,
    struct bl_datatype *ret_type, struct bl_err *reterr)
{
	struct bl_field *list = bl_new(arena, struct bl_field, n);
	struct bl_datatype *row = bl_new(arena, struct bl_datatype, 1);

	if (list == NULL || row == NULL)
		return bl_tables__no_memory(reterr);
	for (uint32_t i = 0; i < n; i++)
		list[i] = (struct bl_field){fields[i].name, fields[i].type};
	*row = (struct bl_datatype){.kind = BL_TYPE_ROW, .fields = list, .n_fields = n};
	*ret_type = bl_type_array(row);
	return BL_OK;
}
