/* The heads of a type say what each of its items says. */
#include "unit/store/kit.h"

#include <stdio.h>

#include "columns/columns.h"
#include "delivery/item.h"

#define TYPE "AWS::EC2::Volume"

static struct bl_str
item(char *buf, size_t size, int i)
{
	int n = snprintf(buf, size,
	    "{\"awsAccountId\":\"11112222333%d\",\"awsRegion\":\"eu-central-%d\",\"resourceType\":"
	    "\"" TYPE "\",\"resourceId\":\"vol-%d\",%s\"configurationStateId\":%d,"
	    "\"configurationItemCaptureTime\":\"2026-01-01T00:00:%02d.5Z\","
	    "\"configurationItemStatus\":\"%s\"}",
	    i % 3, i % 2, i / 2, i % 4 == 0 ? "\"resourceName\":\"n\",\"ARN\":\"a\"," : "", i,
	    i % 60, i % 5 == 0 ? "ResourceDeleted" : "OK");

	return (struct bl_str){buf, (size_t)n};
}

static void
heads_say_what_the_items_say(void **state)
{
	struct bl_store *store = NULL;
	struct bl_columns *columns = NULL;
	const struct bl_heads *h = NULL, *again = NULL;
	char folder[256], path[300], text[512];
	struct bl_err err;
	struct bl_delivery d = kit_delivery(1, BL_DELIVERY_SNAPSHOT, true);
	uint64_t position;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/store", kit_folder(folder));
	assert_ok(bl_store_open(bl_os_posix(), path, BL_STORE_CREATE, &store, &err), err);
	assert_ok(bl_store_begin(store, &err), err);
	for (int i = 0; i < 3000; i++) {
		struct bl_version_id id;

		assert_ok(
		    kit_add(store, BL_STR(TYPE), item(text, sizeof(text), i), &id, &err), err);
	}
	assert_ok(bl_store_commit(store, &d, &position, &err), err);
	assert_ok(bl_columns_new(store, BL_COLUMNS_CANONICAL, &columns, &err), err);
	assert_ok(bl_columns_heads(columns, 0, &h, &err), err);
	assert_int_equal(h->n, 3000);
	for (uint32_t i = 0; i < h->n; i++) {
		char id[32];

		(void)snprintf(id, sizeof(id), "vol-%u", i / 2);
		assert_true(bl_str_eq(h->text[h->id[i]], bl_str_of(id)));
		(void)snprintf(id, sizeof(id), "11112222333%u", i % 3);
		assert_true(bl_str_eq(h->text[h->account[i]], bl_str_of(id)));
		(void)snprintf(id, sizeof(id), "eu-central-%u", i % 2);
		assert_true(bl_str_eq(h->text[h->region[i]], bl_str_of(id)));
		assert_int_equal(h->name[i] == BL_HEADS_ABSENT, i % 4 != 0);
		assert_int_equal(h->arn[i] == BL_HEADS_ABSENT, i % 4 != 0);
		assert_int_equal(h->state_id[i], i);
		assert_int_equal(h->status[i], i % 5 == 0 ? BL_ITEM_DELETED : BL_ITEM_OK);
		assert_int_equal(h->capture_ns[i], bl_instant_civil(2026, 1, 1) +
						       (int64_t)(i % 60) * BL_NS_PER_S +
						       BL_NS_PER_S / 2);
	}
	/* Each text once: 1500 ids, 3 accounts, 2 regions, a name and an ARN. */
	assert_int_equal(h->n_texts, 1507);
	assert_ok(bl_columns_heads(columns, 0, &again, &err), err);
	assert_ptr_equal(h, again);
	assert_int_equal(bl_columns_heads(columns, 1, &again, &err), BL_ENOTFOUND);
	bl_columns_free(&columns);
	bl_store_close(&store);
	kit_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(heads_say_what_the_items_say)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
