/*
 * What seals a package.  manifest.json lists every file but itself and its
 * signature, one a line in a fixed form:
 *
 *	    {"sha256": "...", "bytes": 123, "path": "rules/ENCRYPTED_VOLUMES.yaml"},
 *
 * so that standard tools can take the checksums from the signed text itself
 * (VERIFY.md).  Checking SHA256SUMS alone would trust a file that nobody
 * signed; it is there for a quick look, and is itself one of the files listed.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/mem.h"
#include "evidence/keys.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"
#include "os/os.h"
#include "json/member.h"
#include "json/writer.h"

/* The signature is over the whole text, so it has to fit: 2 GiB is some 8 million deliveries. */
#define MANIFEST_BYTES ((size_t)2 << 30)

static int
by_path(const void *a, const void *b)
{
	const struct bl_package_file *x = a, *y = b;

	return bl_str_cmp(x->path, y->path);
}

static void
sort_files(struct bl_package *package, size_t n)
{
	qsort(package->files, n, sizeof(package->files[0]), by_path);
	for (size_t i = 1; i < n; i++)
		assert(bl_str_cmp(package->files[i - 1].path, package->files[i].path) < 0);
}

enum bl_status
bl_package__sums(struct bl_package *package, struct bl_err *reterr)
{
	size_t n = package->n_files;
	struct bl_out out;

	sort_files(package, n);
	bl_out__open(package, BL_STR("SHA256SUMS"), &out);
	for (size_t i = 0; i < n && !out.failed; i++) {
		char hex[BL_SHA256_HEX];

		assert(package->files[i].whole);
		bl_out__z(&out, bl_sha256_hex(&package->files[i].sha256, hex));
		bl_out__z(&out, "  ");
		bl_out__put(&out, package->files[i].path);
		bl_out__z(&out, "\n");
	}
	return bl_out__close(&out, reterr);
}

enum bl_status
bl_package__signers(struct bl_package *package, struct bl_err *reterr)
{
	struct bl_str line, text, blob;
	enum bl_status status =
	    bl_keys_public(package->options->key, package->arena, &line, reterr);

	if (status != BL_OK)
		return status;
	/* Type and key without the comment: who owns the key is not for the key to say. */
	(void)bl_str_split(&line, ' ', &text);
	(void)bl_str_split(&line, ' ', &blob);
	status =
	    bl_str_printf(package->arena, &text, reterr, "%s namespaces=\"%s\" ssh-ed25519 %.*s\n",
		BL_PACKAGE_PRINCIPAL, BL_PACKAGE_NAME_SPACE, (int)blob.len, blob.ptr);
	if (status == BL_OK)
		status = bl_package__put_file(package, BL_STR("allowed_signers"), text, reterr);
	return status;
}

/* ---- manifest.json -------------------------------------------------------- */

static void
put_str(struct bl_json_w *w, const char *key, struct bl_str value)
{
	bl_json_member_str(w, key, value);
}

static void
put_u64(struct bl_json_w *w, const char *key, uint64_t value)
{
	bl_json_member_u64(w, key, value);
}

static void
put_head(const struct bl_package *package, struct bl_json_w *w)
{
	const struct bl_assessment *a = package->assessment;
	char hex[BL_SHA256_HEX];

	put_str(w, "format", BL_STR(BL_PACKAGE_FORMAT));
	put_str(w, "generator", package->options->version);
	put_str(w, "aggregator", package->aggregator);
	bl_json_member_object(w, "period");
	bl_json_member_instant(w, "from", a->from_ns);
	bl_json_member_instant(w, "to", a->to_ns);
	bl_json_w_close(w);
	put_u64(w, "position", a->position);
	bl_json_member_object(w, "pack");
	put_str(w, "name", a->pack->name);
	put_str(w, "sha256", bl_str_of(bl_sha256_hex(&a->pack->sha256, hex)));
	bl_json_w_close(w);
	put_str(w, "key", package->fingerprint);
	bl_json_member_object(w, "counts");
	put_u64(w, "files", package->n_files);
	put_u64(w, "deliveries", a->n_deliveries);
	put_u64(w, "rules", a->n_rules);
	put_u64(w, "findings", a->n_findings);
	put_u64(w, "non_compliant", package->n_rows[BL_TABLE_NON_COMPLIANT]);
	put_u64(w, "compliant", package->n_rows[BL_TABLE_COMPLIANT]);
	put_u64(w, "undetermined", package->n_rows[BL_TABLE_UNDETERMINED]);
	put_u64(w, "not_applicable", package->n_rows[BL_TABLE_NOT_APPLICABLE]);
	put_u64(w, "quarantined", a->n_quarantined);
	bl_json_w_close(w);
}

static enum bl_status
put_files(const struct bl_package *package, struct bl_buf *buf, struct bl_err *reterr)
{
	enum bl_status status = bl_buf_add(buf, BL_STR(",\n  \"files\": ["), reterr);

	for (size_t i = 0; status == BL_OK && i < package->n_files; i++) {
		const struct bl_package_file *f = &package->files[i];
		char hex[BL_SHA256_HEX];

		/* Paths are made of plain characters only (texts.c), so they need no escapes. */
		assert(f->whole && bl_str_find_byte(f->path, '"') == SIZE_MAX &&
		       bl_str_find_byte(f->path, '\\') == SIZE_MAX);
		status = bl_buf_printf(buf, reterr,
		    "%s\n    {\"sha256\": \"%s\", \"bytes\": %llu, \"path\": \"%s\"}",
		    i == 0 ? "" : ",", bl_sha256_hex(&f->sha256, hex), (unsigned long long)f->bytes,
		    f->path.ptr);
	}
	if (status == BL_OK)
		status = bl_buf_add(buf, BL_STR("\n  ]"), reterr);
	return status;
}

static enum bl_status
put_delivery(const struct bl_delivery *d, struct bl_buf *buf, struct bl_err *reterr)
{
	char hex[BL_SHA256_HEX];
	struct bl_json_w w;

	bl_json_w_begin(&w, buf, 0);
	bl_json_w_object(&w);
	put_u64(&w, "position", d->position);
	put_str(&w, "key", d->key);
	/* Not "sha256": the line of a delivery must never look like the line of a file. */
	put_str(&w, "object_sha256", bl_str_of(bl_sha256_hex(&d->sha256, hex)));
	put_u64(&w, "bytes", d->bytes_in);
	bl_json_w_close(&w);
	return bl_json_w_end(&w, reterr);
}

static enum bl_status
put_deliveries(const struct bl_package *package, struct bl_buf *buf, struct bl_err *reterr)
{
	const struct bl_assessment *a = package->assessment;
	enum bl_status status = bl_buf_add(buf, BL_STR(",\n  \"deliveries\": ["), reterr);

	for (size_t i = 0; status == BL_OK && i < a->n_deliveries; i++) {
		const struct bl_delivery *d = NULL;

		status = bl_package__delivery(package, a->deliveries[i], &d, reterr);
		if (status == BL_OK)
			status = bl_buf_printf(buf, reterr, "%s\n    ", i == 0 ? "" : ",");
		if (status == BL_OK)
			status = put_delivery(d, buf, reterr);
	}
	if (status == BL_OK)
		status = bl_buf_add(buf, BL_STR("\n  ]\n}\n"), reterr);
	return status;
}

static enum bl_status
build(const struct bl_package *package, struct bl_buf *buf, struct bl_err *reterr)
{
	struct bl_json_w w;
	enum bl_status status;

	bl_json_w_begin(&w, buf, 2);
	bl_json_w_object(&w);
	put_head(package, &w);
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, reterr);
	if (status != BL_OK)
		return status;
	/* The object is opened again for its two long lists, a line each entry. */
	assert(buf->len > 2 && buf->ptr[buf->len - 1] == '}' && buf->ptr[buf->len - 2] == '\n');
	buf->len -= 2;
	status = put_files(package, buf, reterr);
	if (status == BL_OK)
		status = put_deliveries(package, buf, reterr);
	return status;
}

enum bl_status
bl_package__manifest(
    struct bl_package *package, struct bl_sha256 *ret_sha256, struct bl_err *reterr)
{
	struct bl_buf buf = BL_BUF_INIT(MANIFEST_BYTES);
	struct bl_str armored;
	struct bl_sha256 digest;
	enum bl_status status;

	sort_files(package, package->n_files);
	status = build(package, &buf, reterr);
	if (status == BL_OK)
		status = bl_sha256_of(bl_buf_str(&buf), &digest, reterr);
	if (status == BL_OK)
		status = bl_package__put_file(
		    package, BL_STR("manifest.json"), bl_buf_str(&buf), reterr);
	if (status == BL_OK)
		status = bl_keys_sign(package->options->key, BL_STR(BL_PACKAGE_NAME_SPACE),
		    bl_buf_str(&buf), package->arena, &armored, reterr);
	if (status == BL_OK)
		status =
		    bl_package__put_file(package, BL_STR("manifest.json.sig"), armored, reterr);
	if (status == BL_OK)
		*ret_sha256 = digest;
	bl_buf_release(&buf);
	return status;
}
