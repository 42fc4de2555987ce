/* The whole: plan, then each account and region by itself, then the truth. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "os/os.h"
#include "sample/sample_priv.h"

#define ARENA_BYTES ((size_t)8 << 20)
#define OUT_BYTES ((size_t)1 << 20)
#define MAX_FOLDER_BYTES 700
#define MAX_RES_BYTES ((size_t)32 << 20)
#define MAX_EVENT_BYTES ((size_t)256 << 20)

static BL_STATUS
begin_folder(struct bl_os *os, struct bl_arena *arena, const char *folder, struct bl_err *reterr)
{
	struct bl_arena_mark mark = bl_arena_mark(arena);
	struct bl_dir_entry *entries;
	size_t n = 0;
	enum bl_status status;

	if (strlen(folder) > MAX_FOLDER_BYTES)
		return bl_fail(reterr, BL_EUSAGE, "the folder's name is longer than %d bytes",
		    MAX_FOLDER_BYTES);
	status = bl_os_mkdirs(os, folder, reterr);
	if (!status)
		status = bl_os_list(os, arena, folder, &entries, &n, reterr);
	bl_arena_rewind(arena, mark);
	if (!status && n > 0)
		status = bl_fail(reterr, BL_EUSAGE,
		    "the folder \"%s\" is not empty; name a new one for the sample", folder);
	return status;
}

static BL_STATUS
write_all(struct bl_sample_run *run, struct bl_err *reterr)
{
	const struct bl_sample_plan *plan = run->plan;
	enum bl_status status = BL_OK;

	for (uint32_t a = 0; a < plan->options.n_accounts; a++)
		run->n_total += (uint64_t)plan->options.n_regions *
				(plan->accounts[a].last_slot - plan->accounts[a].first_slot + 1);
	for (run->account = 0; run->account < plan->options.n_accounts && !status; run->account++) {
		for (run->region = 0; run->region < plan->options.n_regions && !status;
		     run->region++)
			status = bl_sample__region(run, reterr);
		if (!status)
			status = bl_sample__evidence(run, reterr);
	}
	if (!status)
		status = bl_sample__organization(run, reterr);
	if (!status)
		status = bl_sample__truth(run, reterr);
	return status;
}

struct bl_sample_report
bl_sample__report(const struct bl_sample_run *run)
{
	struct bl_sample_report report = {.n_items = run->totals.items_delivered,
	    .bytes_json = run->totals.bytes_json,
	    .bytes_written = run->totals.bytes_written,
	    .n_done = run->n_done,
	    .n_total = run->n_total};

	for (int i = 0; i < N_KINDS; i++)
		report.n_files += run->totals.files[i];
	return report;
}

BL_STATUS
bl_sample_write(struct bl_os *os, const char *folder, const struct bl_sample_options *options,
    bl_sample_progress_fn progress, void *ctx, struct bl_sample_report *ret_report,
    struct bl_err *reterr)
{
	struct bl_arena *arena = bl_arena_new(ARENA_BYTES);
	struct bl_sample_run *run = NULL;
	enum bl_status status;

	assert(os != NULL && folder != NULL && options != NULL && ret_report != NULL);
	if (arena != NULL)
		run = bl_new(arena, struct bl_sample_run, 1);
	if (run != NULL)
		run->plan = bl_new(arena, struct bl_sample_plan, 1);
	if (run == NULL || run->plan == NULL) {
		bl_arena_free(&arena);
		return bl_fail(reterr, BL_ENOMEM, "no memory for the sample");
	}
	run->os = os;
	run->folder = folder;
	run->progress = progress;
	run->progress_ctx = ctx;
	run->res = (struct bl_buf)BL_BUF_INIT(MAX_RES_BYTES);
	run->events = (struct bl_buf)BL_BUF_INIT(MAX_EVENT_BYTES);
	run->changes = (struct bl_buf)BL_BUF_INIT(MAX_EVENT_BYTES);
	run->out.cap = OUT_BYTES;
	run->out.buf = bl_mem_alloc(OUT_BYTES);
	status = run->out.buf != NULL ? BL_OK : bl_fail(reterr, BL_ENOMEM, "no memory for items");
	if (!status)
		status = bl_sample__plan(options, arena, run->plan, reterr);
	if (!status)
		status = bl_sample__compile(arena, &run->templates, reterr);
	if (!status)
		status = begin_folder(os, arena, folder, reterr);
	if (!status)
		status = bl_sample__gz_new(&run->gz, reterr);
	if (!status)
		status = write_all(run, reterr);
	if (!status)
		*ret_report = bl_sample__report(run);
	bl_sample__gz_free(&run->gz);
	bl_buf_release(&run->changes);
	bl_buf_release(&run->events);
	bl_buf_release(&run->res);
	bl_mem_free(run->out.buf);
	bl_arena_free(&arena);
	return status;
}
