/* Jobs and batches: what lies between reading a file and committing it. */
#include <string.h>

#include "base/mem.h"
#include "store/ingest_priv.h"

#define BATCH_LIMIT ((size_t)256 << 20) /* One item, its parts, and what was there before. */

enum bl_status
bl_ingest__batch_new(struct bl_ingest__batch **ret_batch, struct bl_err *reterr)
{
	struct bl_ingest__batch *batch = bl_mem_alloc(sizeof(*batch));

	if (batch == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to ingest");
	*batch = (struct bl_ingest__batch){.bytes = BL_BUF_INIT(BATCH_LIMIT)};
	*ret_batch = batch;
	return BL_OK;
}

void
bl_ingest__batch_free(struct bl_ingest__batch **batch)
{
	if (*batch == NULL)
		return;
	bl_mem_free((*batch)->event);
	bl_mem_free((*batch)->detail);
	bl_buf_release(&(*batch)->bytes);
	bl_mem_free(*batch);
	*batch = NULL;
}

void
bl_ingest__batch_clear(struct bl_ingest__batch *batch)
{
	batch->n_events = batch->n_details = 0;
	batch->bytes.len = 0;
}

size_t
bl_ingest__batch_size(const struct bl_ingest__batch *batch)
{
	return sizeof(*batch) + batch->cap_events * sizeof(*batch->event) +
	       batch->cap_details * sizeof(*batch->detail) + batch->bytes.cap;
}

enum bl_status
bl_ingest__job_new(const char *path, struct bl_str key, uint64_t size_bytes,
    struct bl_ingest__job **ret_job, struct bl_err *reterr)
{
	struct bl_ingest__job *job = bl_mem_alloc(sizeof(*job));

	if (job == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory to ingest");
	*job = (struct bl_ingest__job){
	    .size_bytes = size_bytes, .key_len = key.len, .text = BL_BUF_INIT(BATCH_LIMIT)};
	job->key = bl_store__dup(key.ptr, key.len);
	if (path != NULL)
		job->path = bl_store__dup(path, strlen(path));
	if (job->key == NULL || (path != NULL && job->path == NULL)) {
		bl_ingest__job_free(&job);
		return bl_fail(reterr, BL_ENOMEM, "no memory to ingest");
	}
	*ret_job = job;
	return BL_OK;
}

void
bl_ingest__job_free(struct bl_ingest__job **job)
{
	struct bl_ingest__job *j = *job;

	if (j == NULL)
		return;
	while (j->first != NULL) {
		struct bl_ingest__batch *batch = j->first;

		j->first = batch->next;
		bl_ingest__batch_free(&batch);
	}
	bl_buf_release(&j->text);
	bl_mem_free(j->path);
	bl_mem_free(j->key);
	bl_mem_free(j);
	*job = NULL;
}
