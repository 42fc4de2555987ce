#include "kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

uint64_t
kit_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

char *
kit_folder(char out[256])
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(out, 256, "%s/beleg-store-XXXXXX", tmp == NULL ? "/tmp" : tmp);
	if (mkdtemp(out) == NULL)
		fail_msg("no folder for a test: %s", out);
	return out;
}

void
kit_remove(const char *folder)
{
	struct bl_os *os = bl_os_posix();
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	struct bl_dir_entry *entry;
	struct bl_err err;
	size_t n;

	assert_non_null(arena);
	assert_ok(bl_os_list(os, arena, folder, &entry, &n, &err), err);
	for (size_t i = 0; i < n; i++) {
		char path[1024];

		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry[i].name.ptr);
		if (entry[i].kind == BL_FILE_FOLDER)
			kit_remove(path);
		else
			assert_ok(bl_os_unlink(os, path, &err), err);
	}
	assert_ok(bl_os_rmdir(os, folder, &err), err);
	bl_arena_free(&arena);
}

struct bl_str
kit_type(uint32_t type)
{
	static const char *const name[] = {"AWS::EC2::Volume", "AWS::S3::Bucket", "AWS::IAM::Role",
	    "AWS::RDS::DBInstance", "Custom::R\xc3\xa4tsel/%", "AWS::EC2::SecurityGroup",
	    "AWS::Lambda::Function", "AWS::KMS::Key"};

	return bl_str_of(name[type % 8]);
}

struct bl_str
kit_item(struct bl_buf *buf, uint32_t type, uint64_t n, size_t size)
{
	uint64_t state = n * 8 + type;
	struct bl_err err;

	buf->len = 0;
	assert_ok(bl_buf_printf(buf, &err,
		      "{\"configurationItemVersion\":\"1.3\",\"awsAccountId\":\"%012llu\","
		      "\"resourceType\":\"%.*s\",\"resourceId\":\"r-%016llx\",\"configuration\":{",
		      (unsigned long long)(n % 12 + 111111111111), BL_STR_ARG(kit_type(type)),
		      (unsigned long long)kit_random(&state)),
	    err);
	for (int i = 0; buf->len + 60 < size; i++)
		assert_ok(bl_buf_printf(buf, &err, "\"someOrdinaryKey%d\":\"value-%llu\",", i,
			      (unsigned long long)(kit_random(&state) % 1000)),
		    err);
	assert_ok(bl_buf_printf(buf, &err, "\"n\":%llu}}", (unsigned long long)n), err);
	return bl_buf_str(buf);
}

struct bl_delivery
kit_delivery(uint64_t n, enum bl_delivery_kind kind, bool complete)
{
	static char key[64][128];
	static const char *const account[] = {"111111111111", "222222222222"};
	char *k = key[n % 64];
	struct bl_delivery d = {.kind = kind, .complete = complete};

	(void)snprintf(k, 128,
	    "AWSLogs/111111111111/Config/eu-central-1/2026/1/%llu_Object_%llu.json.gz",
	    (unsigned long long)(n % 28 + 1), (unsigned long long)n);
	d.key = bl_str_of(k);
	d.name = bl_str_sub(d.key, bl_str_rfind_byte(d.key, '/') + 1, d.key.len);
	d.account = bl_str_of(account[n % 2]);
	d.region = BL_STR("eu-central-1");
	d.as_of_ns = bl_instant_civil(2026, 1, 1) + (int64_t)n * BL_NS_PER_HOUR;
	d.first_ns = d.as_of_ns - 5;
	d.ingested_ns = d.as_of_ns + 7;
	for (size_t i = 0; i < BL_SHA256_BYTES; i++)
		d.sha256.byte[i] = (uint8_t)(n >> (8 * (i % 8)));
	d.bytes_in = 1000 + n;
	d.bytes_json = 9000 + n;
	d.n_items = 30 + n;
	d.n_new = 10;
	d.n_known = 15 + n;
	d.n_quarantined = 5;
	d.note = n % 3 == 0 ? (struct bl_str){.ptr = NULL} : BL_STR("ConfigurationSnapshot");
	return d;
}

enum bl_status
kit_add(struct bl_store *store, struct bl_str type, struct bl_str bytes,
    struct bl_version_id *ret_id, struct bl_err *reterr)
{
	struct bl_hash128 hash;
	enum bl_status status = BL_OK;

	if (!bl_store_find(store, bytes, &hash, ret_id))
		status = bl_store_put(store, type, bytes, hash, ret_id, reterr);
	return status != BL_OK ? status : bl_store_member(store, *ret_id, reterr);
}

char *
kit_read_file(struct bl_os *os, const char *path, size_t *ret_len)
{
	struct bl_file *file = NULL;
	struct bl_file_info info;
	struct bl_err err;
	char *bytes;

	assert_ok(bl_os_open(os, path, BL_OPEN_READ, &file, &err), err);
	assert_ok(bl_file_info(file, &info, &err), err);
	bytes = malloc(info.size_bytes + 1);
	assert_non_null(bytes);
	assert_ok(bl_file_pread(file, 0, bytes, (size_t)info.size_bytes, &err), err);
	bl_file_close(&file);
	*ret_len = (size_t)info.size_bytes;
	return bytes;
}

void
kit_write_file(struct bl_os *os, const char *path, const char *bytes, size_t len)
{
	struct bl_err err;

	assert_ok(bl_os_write_file(os, path, (struct bl_str){bytes, len}, &err), err);
}
