/* The folder, the marker that makes it a store, and the manifest. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "os/os.h"
#include "store/store_priv.h"
#include "json/json.h"
#include "json/writer.h"

#define MARKER "beleg-store.json"
#define MARKER_PART "beleg-store.json.tmp" /* While it is written. */
#define FORMAT "beleg-store"
#define VERSION 3
#define MARKER_LIMIT ((size_t)64 << 10)
#define MANIFEST_LIMIT ((size_t)256 << 20)

/* The check keeps a damaged key from passing: with a wrong one every known item would seem new. */
static void
marker_check(const char *key, char check[17])
{
	char text[64];
	int n = snprintf(text, sizeof(text), "%s/%d/%s", FORMAT, VERSION, key);

	assert(n > 0 && (size_t)n < sizeof(text));
	(void)snprintf(check, 17, "%016llx",
	    (unsigned long long)bl_hash64_of((struct bl_str){text, (size_t)n}));
}

static bool
parse_hex64(struct bl_str s, uint64_t *ret)
{
	uint64_t value = 0;

	if (s.len != 16)
		return false;
	for (size_t i = 0; i < 16; i++) {
		char c = s.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
		value = value << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	*ret = value;
	return true;
}

enum bl_status
bl_layout__key(struct bl_str text, uint64_t *ret_key, struct bl_err *reterr)
{
	struct bl_json_parser *parser = NULL;
	struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
	const struct bl_json *root = NULL;
	struct bl_str key, check;
	char key_text[17], want[17];
	int64_t version = 0;
	enum bl_status status;

	if (arena == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to open a store");
	status =
	    bl_json_parser_new((struct bl_json_limits){.max_bytes = MARKER_LIMIT}, &parser, reterr);
	if (status == BL_OK)
		status = bl_json_parse(parser, text, arena, &root, reterr);
	if (status == BL_EINPUT || status == BL_ELIMIT)
		status =
		    bl_fail(reterr, BL_ECORRUPT, "it is not the JSON that a store's marker is");
	if (status != BL_OK)
		goto out;
	key = bl_json_str(bl_json_get(root, BL_STR("key")));
	check = bl_json_str(bl_json_get(root, BL_STR("check")));
	if (!bl_str_eq(bl_json_str(bl_json_get(root, BL_STR("format"))), BL_STR(FORMAT)) ||
	    !bl_json_i64(bl_json_get(root, BL_STR("version")), &version)) {
		status = bl_fail(reterr, BL_ECORRUPT, "it does not say that this is a store");
	} else if (version != VERSION) {
		status = bl_fail(reterr, BL_EUNSUPPORTED,
		    "the store has format version %lld; this program knows version %d",
		    (long long)version, VERSION);
	} else if (!parse_hex64(key, ret_key)) {
		status = bl_fail(reterr, BL_ECORRUPT, "its key is not 16 hexadecimal digits");
	} else {
		(void)snprintf(key_text, sizeof(key_text), "%.*s", BL_STR_ARG(key));
		marker_check(key_text, want);
		if (!bl_str_eq(check, bl_str_of(want)))
			status = bl_fail(reterr, BL_ECORRUPT, "its key fails its check");
	}
out:
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
	return status;
}

enum bl_status
bl_layout__is_store(const struct bl_store *store, struct bl_err *reterr)
{
	char path[BL_STORE__PATH];
	struct bl_file_info info;

	bl_store__path(store, path, MARKER);
	return bl_os_info(store->os, path, &info, reterr);
}

enum bl_status
bl_layout__load(struct bl_store *store, struct bl_err *reterr)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
	char path[BL_STORE__PATH];
	struct bl_str text;
	enum bl_status status;

	if (arena == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to open a store");
	bl_store__path(store, path, MARKER);
	status = bl_os_read_file(store->os, arena, path, MARKER_LIMIT, &text, reterr);
	if (status == BL_OK) {
		status = bl_layout__key(text, &store->key, reterr);
		if (status != BL_OK)
			bl_err_prefix(reterr, "%s", path);
	} else if (status == BL_ENOTFOUND) {
		status = bl_fail(reterr, BL_ENOTFOUND, "%s is no store of beleg: it holds no %s",
		    store->root, MARKER);
	}
	bl_arena_free(&arena);
	return status;
}

/* Is it a name that an interrupted creation may have left? */
static bool
is_ours(struct bl_str name)
{
	static const char *const ours[] = {"lock", "tail", "evidence", "versions", "catalogue.log",
	    "manifest", "manifest.tmp", MARKER_PART};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (bl_str_eq(name, bl_str_of(ours[i])))
			return true;
	return false;
}

enum bl_status
bl_layout__may_create(struct bl_store *store, struct bl_err *reterr)
{
	struct bl_arena *arena = bl_arena_new((size_t)64 << 20);
	struct bl_dir_entry *entry;
	char path[BL_STORE__PATH];
	struct bl_file_info info;
	enum bl_status status;
	size_t n;

	if (arena == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to make a store");
	status = bl_os_list(store->os, arena, store->root, &entry, &n, reterr);
	for (size_t i = 0; status == BL_OK && i < n; i++)
		if (!is_ours(entry[i].name))
			status = bl_fail(reterr, BL_EINPUT,
			    "%s is no store and not empty (it holds \"%.*s\"); name an empty "
			    "folder",
			    store->root, BL_STR_ARG(entry[i].name));
	bl_arena_free(&arena);
	if (status != BL_OK)
		return status;
	/* A creation that did not end wrote no delivery. */
	bl_store__path(store, path, "catalogue.log");
	status = bl_os_info(store->os, path, &info, reterr);
	if (status == BL_ENOTFOUND)
		return BL_OK;
	if (status == BL_OK && info.size_bytes > BL_LOG__FILE_HEAD)
		return bl_fail(reterr, BL_ECORRUPT,
		    "%s holds a catalogue of deliveries, but its %s is missing", store->root,
		    MARKER);
	return status;
}

enum bl_status
bl_layout__marker(uint64_t key, struct bl_buf *out, struct bl_err *reterr)
{
	char text[17], check[17];
	struct bl_json_w w;
	enum bl_status status;

	(void)snprintf(text, sizeof(text), "%016llx", (unsigned long long)key);
	marker_check(text, check);
	bl_json_w_begin(&w, out, 2);
	bl_json_w_object(&w);
	bl_json_w_key(&w, "format");
	bl_json_w_z(&w, FORMAT);
	bl_json_w_key(&w, "version");
	bl_json_w_u64(&w, VERSION);
	bl_json_w_key(&w, "key");
	bl_json_w_z(&w, text);
	bl_json_w_key(&w, "check");
	bl_json_w_z(&w, check);
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, reterr);
	return status == BL_OK ? bl_buf_add_byte(out, '\n', reterr) : status;
}

static enum bl_status
write_marker(struct bl_store *store, struct bl_err *reterr)
{
	struct bl_buf text = BL_BUF_INIT(MARKER_LIMIT);
	char path[BL_STORE__PATH];
	enum bl_status status;

	status = bl_os_random(store->os, &store->key, sizeof(store->key), reterr);
	if (status == BL_OK)
		status = bl_layout__marker(store->key, &text, reterr);
	bl_store__path(store, path, MARKER);
	if (status == BL_OK)
		status = bl_os_write_file(store->os, path, bl_buf_str(&text), reterr);
	bl_buf_release(&text);
	return status;
}

/* The marker comes last: without it nothing here is a store. */
enum bl_status
bl_layout__create(struct bl_store *store, struct bl_err *reterr)
{
	static const char *const folder[] = {"tail", "evidence", "versions"};
	struct bl_manifest manifest = {.generation = 1, .tail_no = 1};
	char path[BL_STORE__PATH];
	bool switched;
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < 3 && status == BL_OK; i++) {
		bl_store__path(store, path, "%s", folder[i]);
		status = bl_os_mkdir(store->os, path, reterr);
	}
	bl_store__path(store, path, "catalogue.log");
	if (status == BL_OK)
		status = bl_log__create(store->os, path, BL_STORE__CATALOGUE_MAGIC, 1, reterr);
	bl_store__path(store, path, "tail/1.log");
	if (status == BL_OK)
		status = bl_log__create(store->os, path, BL_STORE__TAIL_MAGIC, 1, reterr);
	if (status == BL_OK)
		status = bl_store__sync_folder(store, "tail", reterr);
	if (status == BL_OK)
		status = bl_manifest__replace(store, &manifest, &switched, reterr);
	return status != BL_OK ? status : write_marker(store, reterr);
}

/* ---- The manifest: lines of text, the last of which checks the others. ---- */

enum bl_status
bl_manifest__format(const struct bl_manifest *m, struct bl_buf *out, struct bl_err *reterr)
{
	struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
	char hex[BL_SHA256_HEX];
	uint64_t s = 0;
	enum bl_status status;

	if (arena == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to write the manifest");
	status = bl_buf_printf(out, reterr, "beleg-manifest 1\ngeneration %llu\ntail %llu\n",
	    (unsigned long long)m->generation, (unsigned long long)m->tail_no);
	for (uint32_t t = 0; t < m->n_types && status == BL_OK; t++) {
		struct bl_str name;

		bl_arena_reset(arena);
		if (bl_str_percent_encode(arena, m->type[t], &name) != BL_OK)
			status = bl_fail(reterr, BL_ENOMEM, "no memory to write the manifest");
		else
			status = bl_buf_printf(out, reterr, "type %.*s\n", BL_STR_ARG(name));
		for (; s < m->n_segments && m->segment[s].type_no == t && status == BL_OK; s++)
			status = bl_buf_printf(out, reterr, "segment %u %u %llu %s\n",
			    m->segment[s].first, m->segment[s].count,
			    (unsigned long long)m->segment[s].size,
			    bl_sha256_hex(&m->segment[s].sha256, hex));
	}
	bl_arena_free(&arena);
	if (status != BL_OK)
		return status;
	assert(s == m->n_segments);
	return bl_buf_printf(
	    out, reterr, "check %016llx\n", (unsigned long long)bl_hash64_of(bl_buf_str(out)));
}

/* "word rest": the rest of the line, or the absent string when it begins otherwise. */
static struct bl_str
after(struct bl_str line, struct bl_str word)
{
	if (!bl_str_starts(line, word))
		return (struct bl_str){.ptr = NULL};
	return bl_str_sub(line, word.len, line.len);
}

static bool
parse_segment(struct bl_str line, uint32_t type_no, struct bl_manifest_segment *ret)
{
	struct bl_str rest = after(line, BL_STR("segment ")), part[4];
	uint64_t first, count;

	for (size_t i = 0; i < 4; i++)
		if (!bl_str_split(&rest, ' ', &part[i]))
			return false;
	ret->type_no = type_no;
	if (rest.ptr != NULL || !bl_str_to_u64(part[0], &first) ||
	    !bl_str_to_u64(part[1], &count) || !bl_str_to_u64(part[2], &ret->size) ||
	    !bl_sha256_parse(part[3], &ret->sha256) || first > BL_STORE__VERSIONS_LIMIT ||
	    count == 0 || count > BL_STORE__VERSIONS_LIMIT || ret->size > BL_SEGMENT__FILE_LIMIT)
		return false;
	ret->first = (uint32_t)first;
	ret->count = (uint32_t)count;
	return true;
}

/* Strip and verify the last line. */
static bool
checked(struct bl_str *text)
{
	struct bl_str line = {.ptr = NULL};
	uint64_t check;
	size_t at;

	if (text->len < 2 || text->ptr[text->len - 1] != '\n')
		return false;
	at = bl_str_rfind_byte(bl_str_sub(*text, 0, text->len - 1), '\n');
	if (at == SIZE_MAX)
		return false;
	line = after(bl_str_sub(*text, at + 1, text->len - 1), BL_STR("check "));
	text->len = at + 1;
	return parse_hex64(line, &check) && check == bl_hash64_of(*text);
}

static bool
parse_lines(struct bl_str rest, struct bl_arena *arena, struct bl_manifest *m)
{
	struct bl_str line;
	uint32_t next = 0;

	while (bl_str_split(&rest, '\n', &line)) {
		struct bl_str name = after(line, BL_STR("type "));

		if (name.ptr != NULL) {
			if (name.len == 0 ||
			    bl_str_percent_decode(arena, name, &m->type[m->n_types]) != BL_OK)
				return false;
			m->n_types++;
			next = 0;
		} else if (m->n_types > 0 && line.len > 0) {
			struct bl_manifest_segment *s = &m->segment[m->n_segments];

			if (!parse_segment(line, m->n_types - 1, s) || s->first != next)
				return false;
			next += s->count;
			m->n_segments++;
		} else if (line.len > 0 || rest.ptr != NULL) {
			return false;
		}
	}
	return true;
}

enum bl_status
bl_manifest__parse(struct bl_str text, struct bl_arena *arena, struct bl_manifest *ret_manifest,
    struct bl_err *reterr)
{
	struct bl_manifest m = {.generation = 0};
	struct bl_str rest = text, head, generation, tail;
	size_t lines = 0;

	if (!checked(&rest))
		return bl_fail(reterr, BL_ECORRUPT, "the manifest fails its checksum");
	for (size_t i = 0; i < rest.len; i++)
		lines += rest.ptr[i] == '\n';
	m.type = bl_new(arena, struct bl_str, lines);
	m.segment = bl_new(arena, struct bl_manifest_segment, lines);
	if (m.type == NULL || m.segment == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the manifest");
	if (!bl_str_split(&rest, '\n', &head) || !bl_str_split(&rest, '\n', &generation) ||
	    !bl_str_split(&rest, '\n', &tail) || !bl_str_eq(head, BL_STR("beleg-manifest 1")) ||
	    !bl_str_to_u64(after(generation, BL_STR("generation ")), &m.generation) ||
	    !bl_str_to_u64(after(tail, BL_STR("tail ")), &m.tail_no) ||
	    !parse_lines(rest, arena, &m) || m.n_types > BL_STORE__TYPES_LIMIT)
		return bl_fail(reterr, BL_ECORRUPT, "the manifest is malformed");
	*ret_manifest = m;
	return BL_OK;
}

enum bl_status
bl_manifest__load(const struct bl_store *store, struct bl_arena *arena,
    struct bl_manifest *ret_manifest, struct bl_err *reterr)
{
	char path[BL_STORE__PATH];
	struct bl_str text;
	enum bl_status status;

	bl_store__path(store, path, "manifest");
	status = bl_os_read_file(store->os, arena, path, MANIFEST_LIMIT, &text, reterr);
	if (status == BL_ENOTFOUND)
		return bl_fail(reterr, BL_ECORRUPT, "%s is missing", path);
	if (status == BL_OK) {
		status = bl_manifest__parse(text, arena, ret_manifest, reterr);
		if (status != BL_OK)
			bl_err_prefix(reterr, "%s", path);
	}
	return status;
}

enum bl_status
bl_manifest__replace(struct bl_store *store, const struct bl_manifest *manifest, bool *ret_switched,
    struct bl_err *reterr)
{
	struct bl_buf text = BL_BUF_INIT(MANIFEST_LIMIT);
	char path[BL_STORE__PATH], tmp[BL_STORE__PATH];
	struct bl_file *file = NULL;
	enum bl_status status;

	*ret_switched = false;
	bl_store__path(store, path, "manifest");
	bl_store__path(store, tmp, "manifest.tmp");
	status = bl_manifest__format(manifest, &text, reterr);
	if (status != BL_OK)
		goto out;
	status = bl_os_unlink(store->os, tmp, reterr);
	if (status != BL_OK && status != BL_ENOTFOUND)
		goto out;
	status = bl_os_open(store->os, tmp, BL_OPEN_CREATE, &file, reterr);
	if (status == BL_OK)
		status = bl_file_write(file, bl_buf_str(&text), reterr);
	if (status == BL_OK)
		status = bl_file_sync(file, reterr);
	bl_file_close(&file);
	if (status != BL_OK)
		goto out;
	*ret_switched = true; /* From here on nobody can say which one is in force. */
	status = bl_os_rename(store->os, tmp, path, reterr);
	if (status == BL_OK)
		status = bl_os_sync_folder(store->os, store->root, reterr);
out:
	bl_buf_release(&text);
	return status;
}
