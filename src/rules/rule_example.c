/*
 * The worked examples of a rule file: read them, complete their items, run them.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "delivery/item.h"
#include "rules/rule_priv.h"
#include "json/writer.h"

#define MAX_ITEM_BYTES ((size_t)64 << 10)

/* Is it a number as JSON writes one? */
static bool
is_number(struct bl_str s)
{
	size_t i = 0, start;

	if (i < s.len && s.ptr[i] == '-')
		i++;
	start = i;
	while (i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9')
		i++;
	if (i == start || (s.ptr[start] == '0' && i > start + 1))
		return false;
	if (i < s.len && s.ptr[i] == '.') {
		start = ++i;
		while (i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9')
			i++;
		if (i == start)
			return false;
	}
	return i == s.len;
}

static void
write_scalar(struct bl_json_w *w, const struct bl_yaml *node)
{
	if (bl_rule_yaml__is_null(node))
		bl_json_w_null(w);
	else if (node->style == BL_YAML_PLAIN && bl_str_eq(node->text, BL_STR("true")))
		bl_json_w_bool(w, true);
	else if (node->style == BL_YAML_PLAIN && bl_str_eq(node->text, BL_STR("false")))
		bl_json_w_bool(w, false);
	else if (node->style == BL_YAML_PLAIN && is_number(node->text))
		bl_json_w_raw(w, node->text);
	else
		bl_json_w_str(w, node->text);
}

/* Recursion: at most BL_RULE_YAML_MAX_DEPTH, below BL_JSON_W_DEPTH. */
static void
write_value(struct bl_json_w *w, const struct bl_yaml *node)
{
	if (node->kind == BL_YAML_SCALAR) {
		write_scalar(w, node);
		return;
	}
	if (node->kind == BL_YAML_MAPPING)
		bl_json_w_object(w);
	else
		bl_json_w_array(w);
	for (const struct bl_yaml *v = node->first; v != NULL; v = v->next) {
		if (node->kind == BL_YAML_MAPPING)
			bl_json_w_key_str(w, v->key);
		write_value(w, v);
	}
	bl_json_w_close(w);
}

/* Envelope values that decide nothing; a rule file's example gives what matters. */
static const struct {
	const char *key, *json;
} envelope[] = {
    {"configurationItemVersion", "\"1.3\""},
    {"awsAccountId", "\"111122223333\""},
    {"awsRegion", "\"eu-central-1\""},
    {"resourceType", NULL}, /* The rule's first. */
    {"resourceId", "\"example\""},
    {"resourceName", NULL},
    {"ARN", NULL},
    {"availabilityZone", NULL},
    {"configurationItemCaptureTime", "\"2026-01-31T12:00:00.000Z\""},
    {"resourceCreationTime", NULL},
    {"configurationStateId", "1769860800000"},
    {"configurationItemStatus", "\"OK\""},
    {"relationships", "[]"},
    {"tags", "{}"},
    {"configuration", "{}"},
    {"supplementaryConfiguration", "{}"},
};
#define N_ENVELOPE (sizeof(envelope) / sizeof(envelope[0]))

static BL_STATUS
complete_item(const struct bl_rule *rule, const struct bl_yaml *item, struct bl_arena *arena,
    struct bl_str *ret_item, struct bl_err *reterr)
{
	struct bl_buf buf = BL_BUF_INIT(MAX_ITEM_BYTES);
	struct bl_json_w w;
	enum bl_status status;

	bl_json_w_begin(&w, &buf, 0);
	bl_json_w_object(&w);
	for (size_t i = 0; i < N_ENVELOPE; i++) {
		const struct bl_yaml *given = bl_rule_yaml__get(item, envelope[i].key);

		if (given == NULL && envelope[i].json == NULL && i != 3)
			continue;
		bl_json_w_key(&w, envelope[i].key);
		if (given != NULL)
			write_value(&w, given);
		else if (envelope[i].json != NULL)
			bl_json_w_raw(&w, bl_str_of(envelope[i].json));
		else
			bl_json_w_str(&w, rule->types[0]);
	}
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, reterr);
	if (!status && bl_str_dup(arena, bl_buf_str(&buf), ret_item))
		status = bl_fail(reterr, BL_ENOMEM, "no memory for the rule's examples");
	bl_buf_release(&buf);
	return status;
}

static BL_STATUS
read_inputs(struct bl_rule_example *example, const struct bl_yaml *map, struct bl_arena *arena,
    struct bl_err *reterr)
{
	size_t i = 0;

	example->n_inputs = bl_rule__count(map);
	example->inputs = bl_new(arena, struct bl_rule_input, example->n_inputs);
	if (example->inputs == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the rule's examples");
	if (map != NULL && map->kind != BL_YAML_MAPPING)
		return bl_rule__fail(map, reterr, "an example's parameters are a mapping");
	for (const struct bl_yaml *v = map == NULL ? NULL : map->first; v != NULL; v = v->next) {
		if (v->kind != BL_YAML_SCALAR)
			return bl_rule__fail(v, reterr, "a parameter's value is one text");
		example->inputs[i++] = (struct bl_rule_input){v->key, v->text};
	}
	return BL_OK;
}

static BL_STATUS
read_expect(struct bl_rule_example *example, const struct bl_yaml *node, struct bl_err *reterr)
{
	if (node != NULL && node->kind == BL_YAML_SCALAR) {
		for (int v = 0; v < BL_N_VERDICTS; v++) {
			if (!bl_str_eq(node->text, bl_str_of(bl_verdict_name((enum bl_verdict)v))))
				continue;
			example->expect = (enum bl_verdict)v;
			return BL_OK;
		}
	}
	return bl_rule__fail(
	    node != NULL ? node
			 : &(struct bl_yaml){.line = example->line, .column = example->column},
	    reterr,
	    "expect is COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE, INSUFFICIENT_DATA or ERROR");
}

static BL_STATUS
read_example(const struct bl_rule *rule, const struct bl_yaml *node,
    struct bl_rule_example *example, struct bl_arena *arena, struct bl_err *reterr)
{
	static const char *const keys[] = {
	    "title", "item", "parameters", "expect", "reason", "annotation"};
	const char *item_keys[N_ENVELOPE];
	const struct bl_yaml *title = bl_rule_yaml__get(node, "title");
	const struct bl_yaml *item = bl_rule_yaml__get(node, "item");
	const struct bl_yaml *reason = bl_rule_yaml__get(node, "reason");
	const struct bl_yaml *annotation = bl_rule_yaml__get(node, "annotation");
	enum bl_status status = bl_rule__check_keys(node, keys, 6, "an example", reterr);

	if (status)
		return status;
	example->line = node->line;
	example->column = node->column;
	if (title == NULL || item == NULL)
		return bl_rule__fail(node, reterr, "an example has title, item and expect");
	for (size_t i = 0; i < N_ENVELOPE; i++)
		item_keys[i] = envelope[i].key;
	status = bl_rule__text(title, "title", &example->title, reterr);
	if (!status)
		status = bl_rule__check_keys(item, item_keys, N_ENVELOPE, "an item", reterr);
	if (!status)
		status = complete_item(rule, item, arena, &example->item, reterr);
	if (!status)
		status = read_inputs(example, bl_rule_yaml__get(node, "parameters"), arena, reterr);
	if (!status)
		status = read_expect(example, bl_rule_yaml__get(node, "expect"), reterr);
	if (!status && reason != NULL)
		status = bl_rule__text(reason, "reason", &example->reason, reterr);
	if (!status && annotation != NULL)
		status = bl_rule__text(annotation, "annotation", &example->annotation, reterr);
	return status;
}

BL_STATUS
bl_rule__examples(const struct bl_rule *rule, struct bl_rule_body *body, const struct bl_yaml *list,
    struct bl_arena *arena, struct bl_err *reterr)
{
	size_t n = bl_rule__count(list);

	body->examples = bl_new(arena, struct bl_rule_example, n);
	if (body->examples == NULL)
		return bl_fail(reterr, BL_ENOMEM, "no memory for the rule's examples");
	if (list != NULL && list->kind != BL_YAML_SEQUENCE)
		return bl_rule__fail(list, reterr, "examples is a list (- title: ...)");
	for (const struct bl_yaml *v = list == NULL ? NULL : list->first; v != NULL; v = v->next) {
		enum bl_status status =
		    read_example(rule, v, &body->examples[body->n_examples++], arena, reterr);

		if (status)
			return status;
	}
	return BL_OK;
}

static BL_STATUS
fail_example(const struct bl_rule *rule, const struct bl_rule_example *example,
    const struct bl_judgement *got, struct bl_err *reterr)
{
	enum bl_status status = bl_fail_pos(reterr, BL_EINPUT, example->line, example->column,
	    "the example '%.*s' gives %s (%s: %.*s), not %s%s%.*s%s%.*s",
	    BL_STR_ARG(example->title), bl_verdict_name(got->verdict), bl_reason_code(got->reason),
	    BL_STR_ARG(got->annotation), bl_verdict_name(example->expect),
	    example->reason.ptr == NULL ? "" : ", ", BL_STR_ARG(example->reason),
	    example->annotation.ptr == NULL ? "" : ", ", BL_STR_ARG(example->annotation));

	bl_err_prefix(reterr, "%.*s", BL_STR_ARG(rule->body->file));
	return status;
}

static BL_STATUS
run_example(const struct bl_rule *rule, const struct bl_rule_example *example,
    struct bl_json_parser *parser, struct bl_arena *arena, struct bl_err *reterr)
{
	const struct bl_bound_rule *bound = NULL;
	struct bl_judgement got = {0};
	struct bl_item item;
	enum bl_status status =
	    bl_rule_bind(rule, example->inputs, example->n_inputs, arena, &bound, reterr);

	if (!status)
		status = bl_item_parse(parser, example->item, arena, &item, reterr);
	if (status) {
		bl_err_prefix(reterr, "%.*s: the example '%.*s'", BL_STR_ARG(rule->body->file),
		    BL_STR_ARG(example->title));
		return status;
	}
	status = bl_rule_judge(bound, &item, parser, arena, &got, reterr);
	if (status)
		return status;
	if (got.verdict != example->expect ||
	    (example->reason.ptr != NULL &&
		!bl_str_eq(example->reason, bl_str_of(bl_reason_code(got.reason)))) ||
	    (example->annotation.ptr != NULL && !bl_str_eq(example->annotation, got.annotation)))
		return fail_example(rule, example, &got, reterr);
	return BL_OK;
}

BL_STATUS
bl_rule_test(const struct bl_rule *rule, struct bl_json_parser *parser, struct bl_arena *arena,
    size_t *ret_n_examples, struct bl_err *reterr)
{
	for (size_t i = 0; i < rule->body->n_examples; i++) {
		struct bl_arena_mark mark = bl_arena_mark(arena);
		enum bl_status status =
		    run_example(rule, &rule->body->examples[i], parser, arena, reterr);

		bl_arena_rewind(arena, mark);
		if (status)
			return status;
	}
	*ret_n_examples = rule->body->n_examples;
	return BL_OK;
}
