/* The text of a path, as bl_expr_paths writes it, cut into steps. */
#include "columns/steps.h"

#include <assert.h>

#include "base/arena.h"

static const char *const roots[BL_N_ROOTS] = {
    [BL_ROOT_VERSION] = "version",
    [BL_ROOT_ACCOUNT] = "accountId",
    [BL_ROOT_REGION] = "awsRegion",
    [BL_ROOT_ZONE] = "availabilityZone",
    [BL_ROOT_TYPE] = "resourceType",
    [BL_ROOT_ID] = "resourceId",
    [BL_ROOT_NAME] = "resourceName",
    [BL_ROOT_ARN] = "arn",
    [BL_ROOT_CAPTURE] = "configurationItemCaptureTime",
    [BL_ROOT_CREATED] = "resourceCreationTime",
    [BL_ROOT_STATUS] = "configurationItemStatus",
    [BL_ROOT_STATE_ID] = "configurationStateId",
    [BL_ROOT_TAGS] = "tags",
    [BL_ROOT_CONFIGURATION] = "configuration",
    [BL_ROOT_SUPPLEMENTARY] = "supplementaryConfiguration",
    [BL_ROOT_RELATIONSHIPS] = "relationships",
};

static bool
is_word(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (!first && c >= '0' && c <= '9');
}

static size_t
word_end(struct bl_str text, size_t at)
{
	size_t end = at;

	while (end < text.len && is_word(text.ptr[end], end == at))
		end++;
	return end;
}

static enum bl_status
bad(struct bl_str text, size_t at, const char *why, struct bl_err *reterr)
{
	return bl_fail_at(reterr, BL_EINPUT, at, "the path \"%.*s\": %s at byte %zu",
	    BL_STR_ARG(bl_str_sub(text, 0, 120)), why, at);
}

static enum bl_status
take_root(struct bl_steps *steps, size_t *at, struct bl_err *reterr)
{
	struct bl_str word = bl_str_sub(steps->text, 0, word_end(steps->text, 0));

	for (size_t i = 0; i < BL_N_ROOTS; i++)
		if (bl_str_eq(word, bl_str_of(roots[i]))) {
			steps->root = (enum bl_root)i;
			*at = word.len;
			return BL_OK;
		}
	return bad(steps->text, 0,
	    "a column of an item (configuration, tags, resourceName ...) is expected", reterr);
}

/* What stands in ['...']: the first quote before a bracket that ends the step. */
static enum bl_status
take_quoted(struct bl_steps *steps, size_t *at, struct bl_step *step, struct bl_err *reterr)
{
	struct bl_str text = steps->text;

	for (size_t end = *at + 2; end + 1 < text.len; end++) {
		if (text.ptr[end] != '\'' || text.ptr[end + 1] != ']' ||
		    (end + 2 < text.len && text.ptr[end + 2] != '.' && text.ptr[end + 2] != '['))
			continue;
		step->key = bl_str_sub(text, *at + 2, end);
		*at = end + 2;
		return BL_OK;
	}
	return bad(text, *at, "'] is missing behind what begins", reterr);
}

static enum bl_status
take_index(struct bl_steps *steps, size_t *at, struct bl_step *step, struct bl_err *reterr)
{
	struct bl_str text = steps->text, rest = bl_str_sub(text, *at, text.len), digits;
	size_t end = bl_str_find_byte(rest, ']');

	if (bl_str_starts(rest, BL_STR("[?]")))
		return bad(text, *at, "an index that is known only at evaluation", reterr);
	if (bl_str_starts(rest, BL_STR("[*]"))) {
		step->kind = BL_STEP_EACH;
		*at += 3;
		return BL_OK;
	}
	digits = end == SIZE_MAX ? (struct bl_str){.ptr = NULL} : bl_str_sub(rest, 1, end);
	if (!bl_str_to_u64(digits, &step->index) || step->index == 0 || digits.ptr[0] == '0')
		return bad(text, *at, "[n] with n from 1, [*] or ['name'] is expected", reterr);
	step->kind = BL_STEP_INDEX;
	step->index--;
	*at += end + 1;
	return BL_OK;
}

static enum bl_status
take_step(struct bl_steps *steps, size_t *at, struct bl_err *reterr)
{
	struct bl_str text = steps->text;
	struct bl_step *step = &steps->step[steps->n];
	size_t end;

	if (steps->n == BL_STEPS_LIMIT)
		return bl_fail_at(
		    reterr, BL_ELIMIT, *at, "a path has at most %u steps", BL_STEPS_LIMIT);
	*step = (struct bl_step){.kind = BL_STEP_KEY};
	steps->n++;
	if (text.ptr[*at] == '[' && *at + 1 < text.len && text.ptr[*at + 1] == '\'')
		return take_quoted(steps, at, step, reterr);
	if (text.ptr[*at] == '[')
		return take_index(steps, at, step, reterr);
	end = text.ptr[*at] == '.' ? word_end(text, *at + 1) : *at;
	if (text.ptr[*at] != '.')
		return bad(text, *at, "a dot or a bracket is expected", reterr);
	if (end == *at + 1)
		return bad(text, *at, "a name is expected behind the dot", reterr);
	step->key = bl_str_sub(text, *at + 1, end);
	*at = end;
	return BL_OK;
}

enum bl_status
bl_steps__parse(struct bl_str text, struct bl_arena *arena, const struct bl_steps **ret_steps,
    struct bl_err *reterr)
{
	struct bl_steps *steps = bl_new(arena, struct bl_steps, 1);
	size_t at = 0;
	enum bl_status status;

	if (text.len > BL_STEPS_BYTES)
		return bl_fail(reterr, BL_ELIMIT, "a path of %zu bytes; at most %zu are possible",
		    text.len, BL_STEPS_BYTES);
	if (steps == NULL || bl_str_dup(arena, text, &steps->text) != BL_OK)
		return bl_fail(reterr, BL_ENOMEM, "no memory for a path");
	status = take_root(steps, &at, reterr);
	if (status == BL_OK && at < text.len && steps->root < BL_ROOT_TAGS)
		return bad(text, at, "this column has no members", reterr);
	while (status == BL_OK && at < text.len) {
		status = take_step(steps, &at, reterr);
		if (status == BL_OK && steps->step[steps->n - 1].kind == BL_STEP_EACH)
			steps->n_each++;
	}
	if (status == BL_OK)
		*ret_steps = steps;
	return status;
}

struct bl_str
bl_steps__rows(const struct bl_steps *steps)
{
	uint32_t last = steps->n;
	const char *end = steps->text.ptr;

	while (last > 0 && steps->step[last - 1].kind != BL_STEP_EACH)
		last--;
	if (last == 0)
		return (struct bl_str){.ptr = NULL};
	/* Behind the last [*] comes the next step's key, or its "[n]", or nothing. */
	end = steps->text.ptr + steps->text.len;
	for (uint32_t i = steps->n; i > last; i--) {
		const struct bl_step *step = &steps->step[i - 1];

		if (step->kind == BL_STEP_KEY) {
			bool quoted = step->key.ptr[-1] == '\'';

			end = step->key.ptr - (quoted ? 2 : 1);
			continue;
		}
		while (*--end != '[')
			;
	}
	assert(end > steps->text.ptr && end[-1] == ']');
	return (struct bl_str){steps->text.ptr, (size_t)(end - steps->text.ptr)};
}
