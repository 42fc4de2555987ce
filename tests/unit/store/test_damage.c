/*
 * Every byte of every file of a store damaged in turn, every file shortened and removed.  What must
 * hold: each answer is the true one, or BL_ECORRUPT with the name of the file; never a wrong byte,
 * never fewer members. Only the end of the catalogue may be cut: what is lost there cannot be told
 * from a torn write.
 */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/os_crash.h"

static struct model model;
static struct os_crash *sound;
static uint64_t n_damaged, n_noticed, n_healed;

/* Two sealed types, a tail, a quarantine, an attachment, memberships as differences. */
static void
build(void)
{
	struct bl_store *store = NULL;
	uint64_t random = 4, position;
	struct bl_err err;

	sound = os_crash_new();
	assert_ok(bl_store_open(&sound->os, "st", BL_STORE_CREATE, &store, &err), err);
	for (int i = 0; i < 7; i++) {
		struct model_delivery *d = model_next(&model, &random, 7);

		d->attached = i == 2;
		d->n_refused = i == 3 ? 2 : 0;
		d->kind = BL_DELIVERY_SNAPSHOT;
		d->complete = true;
		assert_ok(model_give(store, d, &err), err);
		assert_ok(model_commit(store, d, &position, &err), err);
		if (i == 4)
			assert_ok(bl_store_seal(store, &err), err);
	}
	assert_int_equal(model_check(&model, store, model.n), model.n);
	bl_store_close(&store);
}

struct answer {
	uint64_t hash; /* Of everything that was given. */
};

static void
mix(struct answer *a, const void *bytes, size_t len)
{
	a->hash = a->hash * 31 + bl_hash64_of((struct bl_str){bytes, len});
}

static enum bl_status
scanned(void *ctx, struct bl_version_id id, struct bl_str bytes, struct bl_err *reterr)
{
	(void)reterr;
	mix(ctx, &id, sizeof(id));
	mix(ctx, bytes.ptr, bytes.len);
	return BL_OK;
}

static enum bl_status
ask_versions(struct bl_store *store, struct bl_arena *arena, struct answer *a, struct bl_err *err)
{
	enum bl_status status = BL_OK;

	for (uint32_t t = 0; t < bl_store_n_types(store) && status == BL_OK; t++) {
		struct bl_str name = bl_store_type_name(store, t);

		mix(a, name.ptr, name.len);
		status = bl_store_scan(store, t, scanned, a, err);
		for (uint32_t i = 0; i < bl_store_n_versions(store, t) && status == BL_OK; i++) {
			struct bl_str bytes;
			struct bl_sha256 sha256;

			bl_arena_reset(arena);
			status = bl_store_read(
			    store, (struct bl_version_id){t, i}, arena, &bytes, &sha256, err);
			if (status != BL_OK)
				break;
			mix(a, bytes.ptr, bytes.len);
			mix(a, sha256.byte, BL_SHA256_BYTES);
		}
	}
	return status;
}

/* All that can be asked; the first failure. */
static enum bl_status
ask(struct os_crash *fs, enum bl_store_mode mode, struct answer *a, uint64_t *ret_n,
    struct bl_err *err)
{
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	struct bl_store *store = NULL;
	enum bl_status status = bl_store_open(&fs->os, "st", mode, &store, err);

	*a = (struct answer){.hash = 1};
	*ret_n = 0;
	if (status == BL_OK) {
		*ret_n = bl_store_n_deliveries(store);
		status = ask_versions(store, arena, a, err);
	}
	for (uint64_t p = 1; status == BL_OK && p <= *ret_n; p++) {
		const struct bl_delivery *d = bl_store_delivery(store, p);
		struct bl_version_id *ids;
		struct bl_str bytes;
		struct bl_sha256 sha256;
		char text[64];
		size_t n;

		bl_arena_reset(arena);
		mix(a, d->key.ptr, d->key.len);
		mix(a, d->sha256.byte, BL_SHA256_BYTES);
		mix(a, &d->as_of_ns, sizeof(d->as_of_ns));
		status = bl_store_members(store, p, arena, &ids, &n, err);
		if (status == BL_OK)
			mix(a, ids, n * sizeof(*ids));
		if (status == BL_OK && model.delivery[p - 1].attached) {
			(void)snprintf(text, sizeof(text), "user,arn\n<root_account>,%llu\n",
			    (unsigned long long)model.delivery[p - 1].number);
			assert_ok(bl_sha256_of(bl_str_of(text), &sha256, err), *err);
			status = bl_store_attachment(store, &sha256, arena, &bytes, err);
			if (status == BL_OK)
				mix(a, bytes.ptr, bytes.len);
		}
	}
	for (uint64_t i = 0; status == BL_OK && i < bl_store_n_quarantined(store); i++) {
		const struct bl_store_quarantine *q = bl_store_quarantined(store, i);

		mix(a, &q->position, 8);
		mix(a, q->what.reason.ptr, q->what.reason.len);
	}
	bl_store_close(&store);
	bl_arena_free(&arena);
	return status;
}

enum how { FLIP, SHORTEN, REMOVE };

static void
damage(
    const char *path, enum how how, size_t at, enum bl_store_mode mode, const struct answer *truth)
{
	struct os_crash *fs = os_crash_reboot(sound, 1); /* 1: everything kept. */
	const char *base = strrchr(path, '/') + 1;
	bool index = strstr(path, ".idx") != NULL, lock = strcmp(base, "lock") == 0;
	bool catalogue = strcmp(base, "catalogue.log") == 0;
	struct answer answer;
	struct bl_err err;
	enum bl_status status;
	uint64_t n;
	size_t len;
	char *bytes = kit_read_file(&fs->os, path, &len);

	if (how == FLIP)
		bytes[at] = (char)(bytes[at] ^ (1 << (at % 8)));
	if (how == REMOVE)
		assert_ok(bl_os_unlink(&fs->os, path, &err), err);
	else
		kit_write_file(&fs->os, path, bytes, how == SHORTEN ? at : len);
	free(bytes);
	n_damaged++;
	status = ask(fs, mode, &answer, &n, &err);
	if (status != BL_OK) {
		n_noticed++;
		assert_false(index || lock);
		if (status != BL_ECORRUPT &&
		    !(strcmp(base, "beleg-store.json") == 0 &&
			(status == BL_EUNSUPPORTED || status == BL_ENOTFOUND)) &&
		    !(how == REMOVE && status == BL_ENOTFOUND))
			fail_msg("%s byte %zu: %s: %s", path, at, bl_status_name(status), err.text);
		if (strstr(err.text, base) == NULL && how != SHORTEN)
			fail_msg("%s byte %zu: does not name the file: %s", path, at, err.text);
	} else if (answer.hash != truth->hash) {
		/* Only whole deliveries at the end of a shortened catalogue may be gone. */
		if (!(catalogue && how == SHORTEN && n < model.n))
			fail_msg("%s %d at byte %zu: a wrong answer", path, (int)how, at);
	} else if (index) {
		n_healed++;
	}
	os_crash_free(&fs);
}

static void
damage_file(const char *path, const struct answer *truth)
{
	struct bl_file_info info;
	struct bl_err err;

	assert_ok(bl_os_info(&sound->os, path, &info, &err), err);
	for (size_t at = 0; at < info.size_bytes; at++)
		damage(path, FLIP, at, at % 2 == 0 ? BL_STORE_READ : BL_STORE_WRITE, truth);
	for (size_t at = 0; at < info.size_bytes; at += 13)
		damage(path, SHORTEN, at, at % 2 == 0 ? BL_STORE_READ : BL_STORE_WRITE, truth);
	damage(path, REMOVE, 0, BL_STORE_READ, truth);
	damage(path, REMOVE, 0, BL_STORE_WRITE, truth);
}

static void
damage_folder(const char *path, const struct answer *truth)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
	struct bl_dir_entry *entry;
	struct bl_err err;
	size_t n;

	assert_ok(bl_os_list(&sound->os, arena, path, &entry, &n, &err), err);
	for (size_t i = 0; i < n; i++) {
		char name[512];

		(void)snprintf(name, sizeof(name), "%s/%s", path, entry[i].name.ptr);
		if (entry[i].kind == BL_FILE_FOLDER)
			damage_folder(name, truth);
		else
			damage_file(name, truth);
	}
	bl_arena_free(&arena);
}

static void
test_damage(void **state)
{
	struct answer truth;
	struct bl_err err;
	uint64_t n;

	(void)state;
	build();
	assert_ok(ask(sound, BL_STORE_READ, &truth, &n, &err), err);
	damage_folder("st", &truth);
	print_message("%llu damaged stores: %llu noticed, %llu indexes made again\n",
	    (unsigned long long)n_damaged, (unsigned long long)n_noticed,
	    (unsigned long long)n_healed);
	assert_true(n_noticed > n_damaged / 3 && n_healed > 100);
	model_release(&model);
	os_crash_free(&sound);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_damage)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
