/*
 * Opens a plan's operators, asks the top one, and closes all.
 *
 * One budget of memory for all arenas of a run.  An arena that is refused memory by the budget is
 * BL_ELIMIT with the operator's name and place; one that the heap refuses stays BL_ENOMEM.
 */
#include "sql/exec.h"

#include <assert.h>

#include "base/mem.h"
#include "os/os.h"
#include "sql/exec_priv.h"
#include "json/json.h"

#define DEFAULT_MEMORY ((size_t)1 << 30)
/* Operators above one another: the recursion of next(). */
#define MAX_DEPTH 2000u
/* Work between two looks at the clock. */
#define WORK_A_LOOK 4096u
#define NS_A_SECOND INT64_C(1000000000)

static const struct bl_op_class *
class_of(enum bl_plan_kind kind)
{
	switch (kind) {
	case BL_PLAN_SCAN: return &bl_op__scan;
	case BL_PLAN_VALUES: return &bl_op__values;
	case BL_PLAN_FILTER: return &bl_op__filter;
	case BL_PLAN_PROJECT: return &bl_op__project;
	case BL_PLAN_AGGREGATE: return &bl_op__aggregate;
	case BL_PLAN_WINDOW: return &bl_op__window;
	case BL_PLAN_SORT: return &bl_op__sort;
	case BL_PLAN_LIMIT: return &bl_op__limit;
	case BL_PLAN_JOIN: return &bl_op__join;
	case BL_PLAN_UNNEST: return &bl_op__unnest;
	case BL_PLAN_UNION: return &bl_op__union;
	case BL_PLAN_INTERSECT: return &bl_op__intersect;
	case BL_PLAN_EXCEPT: return &bl_op__except;
	case BL_PLAN_SHARED: return &bl_op__shared;
	}
	assert(false);
	return NULL;
}

static int64_t
now(const struct bl_exec *exec)
{
	return bl_os_tick_ns(exec->options.os != NULL ? exec->options.os : bl_os_posix());
}

static BL_STATUS
look(struct bl_exec *exec, struct bl_err *reterr)
{
	int64_t most = exec->options.timeout_ns;

	exec->work = 0;
	if (exec->options.cancel != NULL && *exec->options.cancel)
		return bl_fail(reterr, BL_ELIMIT, "the statement was cancelled");
	if (most > 0 && now(exec) - exec->start_ns > most)
		return bl_fail(reterr, BL_ELIMIT,
		    "the statement ran longer than %lld.%03lld s; narrow it down, or raise "
		    "--timeout",
		    (long long)(most / NS_A_SECOND),
		    (long long)(most % NS_A_SECOND / (NS_A_SECOND / 1000)));
	return BL_OK;
}

BL_STATUS
bl_exec__work(struct bl_exec *exec, uint64_t units, struct bl_err *reterr)
{
	exec->work += units;
	return exec->work >= WORK_A_LOOK ? look(exec, reterr) : BL_OK;
}

/* What the budget refused is the budget's limit, at this operator. */
static enum bl_status
name_limit(struct bl_exec_op *op, enum bl_status status, struct bl_err *reterr)
{
	struct bl_arena_pool *pool = &op->exec->pool;

	if (status != BL_ENOMEM || !pool->refused)
		return status;
	return bl_fail_pos(reterr, BL_ELIMIT, op->plan->line, op->plan->column,
	    "%s needs more than the %zu MiB of memory that the statement may take; narrow it "
	    "down, or raise --memory",
	    op->class->name, pool->budget >> 20);
}

BL_STATUS
bl_op__next(struct bl_exec_op *op, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	struct bl_plan_stats *stats = &op->exec->stats[op->plan->id];
	int64_t start = op->exec->options.timing ? now(op->exec) : 0;
	enum bl_status status = bl_exec__work(op->exec, 64, reterr);
	uint64_t bytes;

	assert(!op->ended);
	bl_arena_reset(op->batch);
	*ret_batch = (struct bl_batch){0};
	if (!status)
		status = op->class->next(op, ret_batch, &op->ended, reterr);
	if (op->exec->options.timing)
		stats->ns += now(op->exec) - start;
	if (status)
		return name_limit(op, status, reterr);
	assert(ret_batch->n <= BL_BATCH_ROWS);
	bytes = bl_arena_taken(op->kept);
	stats->rows += ret_batch->n;
	stats->bytes = stats->bytes < bytes ? bytes : stats->bytes;
	*ret_end = op->ended;
	return BL_OK;
}

/* The operators below, each opened. */
static BL_STATUS
make_inputs(struct bl_exec_op *op, struct bl_err *reterr)
{
	const struct bl_plan *plan = op->plan;
	enum bl_status status = BL_OK;

	if (plan->kind == BL_PLAN_SHARED)
		return BL_OK; /* Its first reader makes it. */
	if (plan->input != NULL)
		status = bl_op__make(op->exec, plan->input, &op->input, reterr);
	if (!status && plan->right != NULL)
		status = bl_op__make(op->exec, plan->right, &op->right, reterr);
	if (plan->n_parts == 0 || status)
		return status;
	op->parts = bl_new(op->exec->arena, struct bl_exec_op *, plan->n_parts);
	if (op->parts == NULL)
		return bl_batch__no_memory(reterr);
	for (uint32_t i = 0; !status && i < plan->n_parts; i++)
		status = bl_op__make(op->exec, plan->parts[i], &op->parts[i], reterr);
	return status;
}

BL_STATUS
bl_op__make(struct bl_exec *exec, const struct bl_plan *plan, struct bl_exec_op **ret_op,
    struct bl_err *reterr)
{
	struct bl_exec_op *op = bl_new(exec->arena, struct bl_exec_op, 1);
	enum bl_status status;

	if (exec->depth >= MAX_DEPTH)
		return bl_fail_pos(reterr, BL_ELIMIT, plan->line, plan->column,
		    "the plan has more than %u operators above one another", MAX_DEPTH);
	if (op == NULL)
		return bl_batch__no_memory(reterr);
	assert(plan->id < exec->bound->n_plans);
	*op = (struct bl_exec_op){
	    .class = class_of(plan->kind), .plan = plan, .exec = exec, .next_made = exec->made};
	exec->made = op;
	op->kept = bl_arena_new_of(&exec->pool);
	op->batch = bl_arena_new_of(&exec->pool);
	if (op->kept == NULL || op->batch == NULL)
		return bl_batch__no_memory(reterr);
	exec->depth++;
	status = make_inputs(op, reterr);
	exec->depth--;
	if (!status && op->class->open != NULL)
		status = name_limit(op, op->class->open(op, reterr), reterr);
	if (!status)
		*ret_op = op;
	return status;
}

static BL_STATUS
open_exec(struct bl_exec *exec, struct bl_err *reterr)
{
	struct bl_json_limits limits = {0};
	enum bl_status status = bl_json_parser_new(limits, &exec->parser, reterr);

	if (status)
		return status;
	exec->arena = bl_arena_new_of(&exec->pool);
	if (exec->arena == NULL)
		return bl_batch__no_memory(reterr);
	exec->stats = bl_new(exec->arena, struct bl_plan_stats, exec->bound->n_plans);
	exec->shared = bl_new(exec->arena, struct bl_exec_op *, exec->bound->n_plans);
	if (exec->stats == NULL || exec->shared == NULL)
		return bl_batch__no_memory(reterr);
	exec->start_ns = now(exec);
	return bl_op__make(exec, exec->bound->plan, &exec->root, reterr);
}

BL_STATUS
bl_exec_open(const struct bl_bound_query *bound, const struct bl_exec_options *options,
    struct bl_exec **ret_exec, struct bl_err *reterr)
{
	struct bl_exec *exec = bl_mem_alloc(sizeof(*exec));
	enum bl_status status;

	if (exec == NULL)
		return bl_batch__no_memory(reterr);
	*exec = (struct bl_exec){.bound = bound, .options = *options};
	exec->pool.budget = options->memory == 0 ? DEFAULT_MEMORY : options->memory;
	/* Numbers of sources' dictionaries are mapped to these (op_scan.c). */
	exec->dictionaries = 0;
	status = open_exec(exec, reterr);
	if (status == BL_ENOMEM && exec->pool.refused)
		status = bl_fail(reterr, BL_ELIMIT,
		    "the statement's plan alone needs more than the %zu MiB of memory that it may "
		    "take; raise --memory",
		    exec->pool.budget >> 20);
	if (!status) {
		*ret_exec = exec;
		exec = NULL;
	}
	bl_exec_close(&exec);
	return status;
}

BL_STATUS
bl_exec_next(struct bl_exec *exec, struct bl_batch *ret_batch, bool *ret_end, struct bl_err *reterr)
{
	if (exec->root->ended) {
		*ret_batch = (struct bl_batch){0};
		*ret_end = true;
		return BL_OK;
	}
	return bl_op__next(exec->root, ret_batch, ret_end, reterr);
}

const struct bl_plan_stats *
bl_exec_stats(const struct bl_exec *exec)
{
	return exec->stats;
}

void
bl_exec_close(struct bl_exec **exec)
{
	if (*exec == NULL)
		return;
	for (struct bl_exec_op *op = (*exec)->made; op != NULL; op = op->next_made) {
		if (op->class->close != NULL && op->state != NULL)
			op->class->close(op);
		bl_arena_free(&op->kept);
		bl_arena_free(&op->batch);
	}
	bl_json_parser_free(&(*exec)->parser);
	bl_arena_free(&(*exec)->arena);
	bl_mem_free(*exec);
	*exec = NULL;
}
