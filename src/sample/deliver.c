/* The objects of the delivery bucket: keys, files, their items. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "os/os.h"
#include "sample/sample_priv.h"

#define DRAIN_AT ((size_t)512 << 10)
#define PATH_BYTES 1400

static const struct bl_sample_res *
resource(const struct bl_sample_run *run, uint32_t i)
{
	return (const struct bl_sample_res *)(const void *)run->res.ptr + i;
}

static const struct bl_sample_change *
change_at(const struct bl_sample_run *run, uint32_t i)
{
	return (const struct bl_sample_change *)(const void *)run->changes.ptr + i;
}

static const char *
counted_type_name(int type)
{
	return type == T_COMPLIANCE ? "AWS::Config::ResourceCompliance"
				    : bl_sample__types[type].resource_type;
}

/* FOLDER/config/AWSLogs/ACCT/Config/REGION/Y/M/D/KIND: month and day without zeros. */
static void
folder_of(const struct bl_sample_run *run, int64_t at_ms, const char *kind, char path[PATH_BYTES])
{
	int year, month, day, n;

	bl_instant_date(at_ms * 1000000, &year, &month, &day);
	n = snprintf(path, PATH_BYTES, "%s/config/AWSLogs/%s/Config/%s/%d/%d/%d/%s", run->folder,
	    run->scope.account->id, run->scope.region, year, month, day, kind);
	assert(n > 0 && n < PATH_BYTES);
}

static void
append_path(char path[PATH_BYTES], const struct bl_sample_out *text)
{
	size_t len = strlen(path);

	assert(len + text->len + 2 <= PATH_BYTES);
	path[len] = '/';
	memcpy(path + len + 1, text->buf, text->len);
	path[len + 1 + text->len] = '\0';
}

static void
put_name(const struct bl_sample_run *run, struct bl_sample_out *name, const char *kind)
{
	bl_sample__put_z(name, run->scope.account->id);
	bl_sample__put_z(name, "_Config_");
	bl_sample__put_z(name, run->scope.region);
	bl_sample__put_z(name, kind);
}

/* Makes the day's folder once for each kind. */
static BL_STATUS
make_folder(
    struct bl_sample_run *run, const char *path, int64_t at_ms, int kind, struct bl_err *reterr)
{
	const uint32_t day = (uint32_t)(at_ms / MS_PER_DAY) + 1;
	enum bl_status status;

	if (kind <= KIND_HISTORY && run->made_day[kind] == day)
		return BL_OK;
	status = bl_os_mkdirs(run->os, path, reterr);
	if (!status && kind <= KIND_HISTORY)
		run->made_day[kind] = day;
	return status;
}

static BL_STATUS
finish_file(struct bl_sample_run *run, const char *path, int kind, struct bl_err *reterr)
{
	enum bl_status status = bl_sample__gz_close(run->gz, &run->out, &run->totals, reterr);

	if (status)
		bl_err_prefix(reterr, "%s", path);
	else
		run->totals.files[kind]++;
	return status;
}

static BL_STATUS
drain_if_full(struct bl_sample_run *run, struct bl_err *reterr)
{
	if (run->out.len < DRAIN_AT)
		return BL_OK;
	return bl_sample__gz_drain(run->gz, &run->out, false, reterr);
}

/* An IAM version is one, however many regions deliver it. */
static void
count_version(struct bl_sample_run *run, int type)
{
	if (type >= T_USER && type <= T_POLICY && run->region != 0)
		return;
	run->totals.versions[type]++;
}

/* ---- snapshots ---- */

static uint64_t
gcd(uint64_t a, uint64_t b)
{
	while (b != 0) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/*
 * Every resource at i, its verdict item at n + i, in an order of its own for each
 * snapshot: x -> a x + b mod 2n visits all when a and 2n have no common divisor.
 */
static BL_STATUS
put_items(struct bl_sample_run *run, uint64_t draw, bool first, struct bl_err *reterr)
{
	const uint64_t n = 2 * (uint64_t)run->n_res;
	uint64_t step = 1 + draw % n, at = (draw >> 32) % n;
	const char *comma = "";
	enum bl_status status = BL_OK;

	while (gcd(step, n) != 1)
		step++;
	for (uint64_t i = 0; i < n && !status; i++, at = (at + step) % n) {
		const bool is_verdict = at >= run->n_res;
		const struct bl_sample_res *res =
		    resource(run, (uint32_t)(is_verdict ? at - run->n_res : at));

		if ((res->flags & F_LIVE) == 0 ||
		    (is_verdict ? res->verdict == 0 : res->type == T_ACCOUNT))
			continue;
		bl_sample__put_z(&run->out, comma);
		comma = ",";
		if (is_verdict)
			bl_sample__emit_verdict(&run->out, &run->scope, res, false);
		else
			bl_sample__emit_item(&run->out, &run->scope, res, false);
		run->totals.items_delivered++;
		if (first)
			count_version(run, is_verdict ? T_COMPLIANCE : res->type);
		status = drain_if_full(run, reterr);
	}
	return status;
}

static void
snapshot_path(const struct bl_sample_run *run, uint32_t slot, char path[PATH_BYTES])
{
	const int64_t at = bl_sample__delivery_ms(run->plan, run->account, run->region, slot);
	char text[200];
	struct bl_sample_out name = {text, 0, sizeof(text)};

	folder_of(run, at, "ConfigSnapshot", path);
	put_name(run, &name, "_ConfigSnapshot_");
	bl_sample__put_compact(&name, at);
	bl_sample__put(&name, "_", 1);
	bl_sample__put_uuid(&name, bl_sample__mix(run->scope.region_key, 9000 + slot));
	bl_sample__put_z(&name, ".json.gz");
	append_path(path, &name);
}

BL_STATUS
bl_sample__snapshot(struct bl_sample_run *run, uint32_t slot, struct bl_err *reterr)
{
	const uint64_t key = bl_sample__mix(run->scope.region_key, 9000 + slot);
	const bool first = slot == run->scope.account->first_slot;
	const int64_t at = bl_sample__delivery_ms(run->plan, run->account, run->region, slot);
	char path[PATH_BYTES];
	enum bl_status status;

	folder_of(run, at, "ConfigSnapshot", path);
	status = make_folder(run, path, at, KIND_SNAPSHOT, reterr);
	if (status)
		return status;
	snapshot_path(run, slot, path);
	status = bl_sample__gz_open(run->gz, run->os, path, reterr);
	if (status)
		return status;
	bl_sample__put_z(&run->out, "{\"fileVersion\":\"1.0\",\"configSnapshotId\":\"");
	bl_sample__put_uuid(&run->out, key);
	bl_sample__put_z(&run->out, "\",\"configurationItems\":[");
	status = put_items(run, bl_sample__mix(key, 1), first, reterr);
	bl_sample__put_z(&run->out, "]}");
	if (!status)
		status = finish_file(run, path, KIND_SNAPSHOT, reterr);
	return status;
}

/* ---- history ---- */

static int
change_type(const struct bl_sample_change *change)
{
	return change->is_verdict ? T_COMPLIANCE : change->res.type;
}

static void
put_change(struct bl_sample_run *run, const struct bl_sample_change *change)
{
	if (change->is_verdict)
		bl_sample__emit_verdict(&run->out, &run->scope, &change->res, change->deleted);
	else
		bl_sample__emit_item(&run->out, &run->scope, &change->res, change->deleted);
	run->totals.items_delivered++;
}

/* The late file comes 26 hours behind its period, into the folder of that day. */
static struct bl_sample_story *
late_story(struct bl_sample_run *run, int type, uint32_t slot)
{
	for (uint32_t i = 0; i < run->plan->n_stories; i++) {
		struct bl_sample_story *story = &run->plan->stories[i];

		if (strcmp(story->kind->name, "history-late") == 0 && story->left_out == NULL &&
		    story->account == run->account && story->region == run->region &&
		    story->slot == slot && type == (int)story->kind->type)
			return story;
	}
	return NULL;
}

static BL_STATUS
history_path(struct bl_sample_run *run, int type, uint32_t slot, const int64_t span_ms[2],
    char path[PATH_BYTES], struct bl_err *reterr)
{
	struct bl_sample_story *late = late_story(run, type, slot);
	int64_t at = bl_sample__grid_ms(run->plan, slot);
	char text[300];
	struct bl_sample_out name = {text, 0, sizeof(text)};
	enum bl_status status;

	if (late != NULL) {
		at += 26 * MS_PER_HOUR;
		late->seen_ms = at;
	}
	folder_of(run, at, "ConfigHistory", path);
	status = late != NULL ? bl_os_mkdirs(run->os, path, reterr)
			      : make_folder(run, path, at, KIND_HISTORY, reterr);
	put_name(run, &name, "_ConfigHistory_");
	bl_sample__put_z(&name, counted_type_name(type));
	bl_sample__put(&name, "_", 1);
	bl_sample__put_compact(&name, span_ms[0]);
	bl_sample__put(&name, "_", 1);
	bl_sample__put_compact(&name, span_ms[1]);
	bl_sample__put_z(&name, "_1.json.gz");
	append_path(path, &name);
	if (late != NULL) {
		char snapshot[PATH_BYTES];
		const size_t skip = strlen(run->folder) + 1;

		(void)snprintf(late->file, sizeof(late->file), "%s", path + skip);
		snapshot_path(run, slot, snapshot);
		(void)snprintf(late->after, sizeof(late->after), "%s", snapshot + skip);
	}
	return status;
}

static BL_STATUS
put_history(struct bl_sample_run *run, int type, struct bl_err *reterr)
{
	const char *comma = "";
	enum bl_status status = BL_OK;

	bl_sample__put_z(&run->out, "{\"fileVersion\":\"1.0\",\"configurationItems\":[");
	for (uint32_t i = 0; i < run->n_changes && !status; i++) {
		if (change_type(change_at(run, i)) != type)
			continue;
		bl_sample__put_z(&run->out, comma);
		comma = ",";
		put_change(run, change_at(run, i));
		count_version(run, type);
		status = drain_if_full(run, reterr);
	}
	bl_sample__put_z(&run->out, "]}");
	return status;
}

static BL_STATUS
history(struct bl_sample_run *run, int type, uint32_t slot, struct bl_err *reterr)
{
	int64_t span[2] = {INT64_MAX, INT64_MIN};
	char path[PATH_BYTES];
	enum bl_status status;

	for (uint32_t i = 0; i < run->n_changes; i++) {
		const struct bl_sample_change *change = change_at(run, i);

		if (change_type(change) != type)
			continue;
		span[0] = change->at_ms < span[0] ? change->at_ms : span[0];
		span[1] = change->at_ms > span[1] ? change->at_ms : span[1];
	}
	if (span[1] == INT64_MIN)
		return BL_OK;
	status = history_path(run, type, slot, span, path, reterr);
	if (!status)
		status = bl_sample__gz_open(run->gz, run->os, path, reterr);
	if (!status)
		status = put_history(run, type, reterr);
	if (!status)
		status = finish_file(run, path, KIND_HISTORY, reterr);
	return status;
}

/* ---- oversized notifications ---- */

static BL_STATUS
oversized(struct bl_sample_run *run, uint32_t slot, const struct bl_sample_change *change,
    struct bl_err *reterr)
{
	const int64_t at = bl_sample__grid_ms(run->plan, slot);
	const char *type = counted_type_name(change->res.type);
	char path[PATH_BYTES], text[400];
	struct bl_sample_out name = {text, 0, sizeof(text)};
	enum bl_status status;

	folder_of(run, change->at_ms, "OversizedChangeNotification", path);
	bl_sample__put_z(&name, type);
	bl_sample__put(&name, "/", 1);
	bl_sample__emit_part(&name, &run->scope, &change->res, PART_ID);
	append_path(path, &name);
	status = make_folder(run, path, at, KIND_OVERSIZED, reterr);
	if (status)
		return status;
	name.len = 0;
	put_name(run, &name, "_ChangeNotification_");
	bl_sample__put_z(&name, type);
	bl_sample__put(&name, "_", 1);
	bl_sample__emit_part(&name, &run->scope, &change->res, PART_ID);
	bl_sample__put(&name, "_", 1);
	bl_sample__put_compact(&name, change->at_ms);
	bl_sample__put(&name, "_", 1);
	bl_sample__put_u64(&name, (uint64_t)change->at_ms);
	bl_sample__put_z(&name, ".json.gz");
	append_path(path, &name);
	status = bl_sample__gz_open(run->gz, run->os, path, reterr);
	if (status)
		return status;
	bl_sample__put_z(&run->out,
	    "{\"configurationItemDiff\":{\"changedProperties\":{},\"changeType\":\"UPDATE\"},"
	    "\"configurationItem\":");
	put_change(run, change);
	bl_sample__put_z(&run->out, ",\"notificationCreationTime\":\"");
	bl_sample__put_iso(&run->out, change->at_ms + 2111 < at ? change->at_ms + 2111 : at);
	bl_sample__put_z(&run->out, "\",\"messageType\":\"ConfigurationItemChangeNotification\","
				    "\"recordVersion\":\"1.3\"}");
	return finish_file(run, path, KIND_OVERSIZED, reterr);
}

/* Rarely, and in the first region only: the change of a security group or an instance. */
static BL_STATUS
maybe_oversized(struct bl_sample_run *run, uint32_t slot, struct bl_err *reterr)
{
	if (run->region != 0 || (slot + run->account) % 5 != 0)
		return BL_OK;
	for (uint32_t i = 0; i < run->n_changes; i++) {
		const struct bl_sample_change *change = change_at(run, i);

		if (!change->is_verdict && !change->deleted && (change->res.flags & F_NEW) == 0 &&
		    (change->res.type == T_GROUP || change->res.type == T_INSTANCE))
			return oversized(run, slot, change, reterr);
	}
	return BL_OK;
}

BL_STATUS
bl_sample__histories(struct bl_sample_run *run, uint32_t slot, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	for (int type = 0; type < N_TYPES_COUNTED && !status; type++)
		status = history(run, type, slot, reterr);
	if (!status)
		status = maybe_oversized(run, slot, reterr);
	return status;
}

BL_STATUS
bl_sample__plain(struct bl_sample_run *run, const char *path, struct bl_str bytes, int kind,
    struct bl_err *reterr)
{
	struct bl_file *file = NULL;
	enum bl_status status = bl_os_open(run->os, path, BL_OPEN_CREATE, &file, reterr);

	if (!status && bytes.len > 0)
		status = bl_file_write(file, bytes, reterr);
	bl_file_close(&file);
	if (status)
		return status;
	if (kind < N_KINDS)
		run->totals.files[kind]++;
	run->totals.bytes_written += bytes.len;
	return BL_OK;
}
