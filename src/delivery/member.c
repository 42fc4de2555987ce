/*
 * The members of an item under their three names.  The table is sorted by length: a key is
 * compared with the few names that are as long as it is, and most keys with none.
 */
#include <string.h>

#include "delivery/item_priv.h"

#define LONGEST 28
#define NAME(text, member, names)                                                                  \
	{                                                                                          \
		BL_STR_INIT(text), BL_ITEM__##member, BL_ITEM__OF_##names                          \
	}

struct entry {
	struct bl_str text;
	enum bl_item__member member;
	enum bl_item__names names;
};

static const struct entry entries[] = {
    NAME("ARN", ARN, FILES),
    NAME("arn", ARN, API),
    NAME("Arn", ARN, GO),
    NAME("tags", TAGS, FILES),
    NAME("Tags", TAGS, GO),
    NAME("version", VERSION, API),
    NAME("Version", VERSION, GO),
    NAME("accountId", ACCOUNT, API),
    NAME("AccountId", ACCOUNT, GO),
    NAME("awsRegion", REGION, FILES),
    NAME("AwsRegion", REGION, GO),
    NAME("resourceId", ID, FILES),
    NAME("ResourceId", ID, GO),
    NAME("awsAccountId", ACCOUNT, FILES),
    NAME("resourceType", TYPE, FILES),
    NAME("ResourceType", TYPE, GO),
    NAME("resourceName", NAME, FILES),
    NAME("ResourceName", NAME, GO),
    NAME("configuration", CONFIGURATION, FILES),
    NAME("Configuration", CONFIGURATION, GO),
    NAME("relationships", RELATIONSHIPS, FILES),
    NAME("Relationships", RELATIONSHIPS, GO),
    NAME("availabilityZone", ZONE, FILES),
    NAME("AvailabilityZone", ZONE, GO),
    NAME("configurationStateId", STATE_ID, FILES),
    NAME("ConfigurationStateId", STATE_ID, GO),
    NAME("resourceCreationTime", CREATION_TIME, FILES),
    NAME("ResourceCreationTime", CREATION_TIME, GO),
    NAME("configurationItemStatus", STATUS, FILES),
    NAME("ConfigurationItemStatus", STATUS, GO),
    NAME("configurationItemVersion", VERSION, FILES),
    NAME("supplementaryConfiguration", SUPPLEMENTARY, FILES),
    NAME("SupplementaryConfiguration", SUPPLEMENTARY, GO),
    NAME("configurationItemCaptureTime", CAPTURE_TIME, FILES),
    NAME("ConfigurationItemCaptureTime", CAPTURE_TIME, GO),
};
#define N_ENTRIES (sizeof(entries) / sizeof(entries[0]))

/* [i]: the first entry of at least i bytes. */
static const uint8_t first_of[LONGEST + 2] = {0, 0, 0, 0, 3, 5, 5, 5, 7, 7, 11, 13, 13, 18, 22, 22,
    22, 24, 24, 24, 24, 28, 28, 28, 30, 31, 31, 33, 33, 35};

bool
bl_item__member_of(
    struct bl_str key, enum bl_item__member *ret_member, enum bl_item__names *ret_names)
{
	if (key.len > LONGEST)
		return false;
	for (size_t i = first_of[key.len]; i < first_of[key.len + 1]; i++) {
		/* The first letter tells most of them apart. */
		if (key.ptr[0] != entries[i].text.ptr[0] ||
		    memcmp(key.ptr, entries[i].text.ptr, key.len) != 0)
			continue;
		*ret_member = entries[i].member;
		*ret_names = entries[i].names;
		return true;
	}
	return false;
}

const char *
bl_item__member_name(enum bl_item__member member, enum bl_item__names names)
{
	const char *of_files = NULL;

	for (size_t i = 0; i < N_ENTRIES; i++) {
		if (entries[i].member != member)
			continue;
		if (entries[i].names == names)
			return entries[i].text.ptr;
		if (entries[i].names == BL_ITEM__OF_FILES)
			of_files = entries[i].text.ptr;
	}
	return of_files;
}
