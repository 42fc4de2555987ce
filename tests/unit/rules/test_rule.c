/* Rule files: what is refused and where, parameters, and the order of verdicts. */
#include "support/test.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/mem.h"
#include "delivery/item.h"
#include "rules/rule.h"
#include "json/json.h"

#define HEAD "identifier: X\nname: x\ntitle: t\ntypes: [AWS::EC2::Volume]\ntrigger: change\n"
#define TAIL "compliant: \"TRUE\"\nreason_text: r\n"

struct row {
	const char *yaml, *want;
};

/* A '*' at the end stands for what libfyaml says in its own words. */
static bool
is_wanted(const char *got, const char *want)
{
	size_t len = strlen(want);

	if (want[len - 1] == '*')
		return strncmp(got, want, len - 1) == 0;
	return strcmp(got, want) == 0;
}

static const struct row refusals[] = {
    {"", "EINPUT 0:0: f.yaml: the file is empty"},
    {"a: [b", "EINPUT *"},
    {"a: 1\n---\nb: 2\n", "EINPUT 0:0: f.yaml: the file holds more than one document"},
    {"a: \xc3(\n",
	"EINPUT 1:4: f.yaml: a rule file holds no such thing as a byte that is no UTF-8"},
    {"a: b\n%YAML 1.2\n",
	"EINPUT 2:1: f.yaml: a rule file holds no such thing as a YAML directive (%)"},
    {"- a\n", "EINPUT 1:3: f.yaml: a rule is a mapping (key: value)"},
    {"identifier: X\nowner: me\n", "EINPUT 2:1: f.yaml: a rule has no key 'owner'"},
    {"identifier: X\nidentifier: Y\n", "EINPUT 2:1: f.yaml: this is not YAML*"},
    {"identifier: &a X\nname: *a\n",
	"EINPUT 1:16: f.yaml: a rule file uses no anchors (&name): write the value itself"},
    {"identifier: *a\n",
	"EINPUT 1:14: f.yaml: a rule file uses no aliases (*name): write the value itself"},
    {"identifier: !x y\n",
	"EINPUT 1:16: f.yaml: a rule file uses no tags (!name): write the value itself"},
    {"identifier: X\n", "EINPUT 1:1: f.yaml: the key 'name' is missing"},
    {"identifier: [X]\n", "EINPUT 1:14: f.yaml: identifier is a text"},
    {"identifier: ''\n", "EINPUT 1:14: f.yaml: identifier is empty"},
    {"identifier: X\nname: x\ntitle: t\ntypes: [A]\ntrigger: often\n",
	"EINPUT 5:10: f.yaml: trigger is change, periodic or both"},
    {"identifier: X\nname: x\ntitle: t\ntypes: []\ntrigger: change\n",
	"EINPUT 1:1: f.yaml: the key 'types' is missing or empty"},
    {"identifier: X\nname: x\ntitle: t\ntypes: A\ntrigger: change\n",
	"EINPUT 4:8: f.yaml: types is a list (- ...)"},
    {HEAD, "EINPUT 1:1: f.yaml: the key 'compliant' is missing"},
    {HEAD "compliant: \"TRUE\"\n", "EINPUT 1:1: f.yaml: a rule has either reason (an "
				   "expression) or reason_text (plain "
				   "words)"},
    {HEAD "compliant: |\n  configuration.a = 1\n    AND configuration.b LIKE "
	  "1\nreason_text: r\n",
	"EINPUT 8:30: f.yaml: LIKE wants a varchar here, found bigint"},
    {HEAD "compliant: |\n    TRUE AND\n      1\nreason_text: r\n",
	"EINPUT 8:7: f.yaml: AND wants a boolean here, found bigint"},
    {HEAD "compliant: 1 = 'a'\nreason_text: r\n",
	"EINPUT 6:14: f.yaml: cannot compare bigint with varchar"},
    {HEAD "compliant: \"1 = 'a'\"\nreason_text: r\n",
	"EINPUT 6:15: f.yaml: cannot compare bigint with varchar"},
    {HEAD "compliant: '1 = ''a'''\nreason_text: r\n",
	"EINPUT 6:13: f.yaml: write this expression as a block (|), so that errors can "
	"point "
	"into it"},
    {HEAD "compliant: >\n  TRUE\nreason_text: r\n",
	"EINPUT 7:1: f.yaml: write this expression as a block (|), so that errors can "
	"point "
	"into it"},
    {HEAD "compliant: 17\nreason_text: r\n",
	"EINPUT 6:12: f.yaml: a boolean is wanted, but this is a bigint"},
    {HEAD "compliant: [a]\nreason_text: r\n",
	"EINPUT 6:13: f.yaml: an expression is expected here"},
    {HEAD "compliant: EXISTS (SELECT 1)\nreason_text: r\n",
	"EUNSUPPORTED 6:12: f.yaml: EXISTS and sub-queries are not supported in this "
	"expression"},
    {HEAD TAIL "insufficient:\n  - when: \"TRUE\"\n",
	"EINPUT 9:5: f.yaml: an entry of insufficient has when and reason"},
    {HEAD TAIL "insufficient: {}\n", "EINPUT 8:1: f.yaml: insufficient is a list (- when: ...)"},
    {HEAD TAIL "parameters:\n  - {name: a, kind: float}\n",
	"EINPUT 9:21: f.yaml: a parameter's kind is string, int, boolean, csv or int-csv"},
    {HEAD TAIL "parameters:\n  - {name: a}\n",
	"EINPUT 9:6: f.yaml: a parameter has a name and a kind"},
    {HEAD TAIL "parameters:\n  - {name: a, kind: int}\n  - {name: a, kind: int}\n",
	"EINPUT 10:6: f.yaml: the parameter a stands here twice"},
    {HEAD TAIL "parameters:\n  - {name: a, kind: int, required: maybe}\n",
	"EINPUT 9:36: f.yaml: required is true or false"},
    {HEAD TAIL "examples:\n  - {title: a, item: {}, expect: GOOD}\n",
	"EINPUT 9:34: f.yaml: expect is COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE, "
	"INSUFFICIENT_DATA or ERROR"},
    {HEAD TAIL "examples:\n  - {title: a, item: {}}\n",
	"EINPUT 9:6: f.yaml: expect is COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE, "
	"INSUFFICIENT_DATA or ERROR"},
    {HEAD TAIL "examples:\n  - {title: a, item: {color: red}, expect: COMPLIANT}\n",
	"EINPUT 9:23: f.yaml: an item has no key 'color'"},
    {HEAD TAIL "examples:\n  - {title: a, expect: COMPLIANT}\n",
	"EINPUT 9:6: f.yaml: an example has title, item and expect"},
};

static void
refused_files(void **state)
{
	struct bl_arena *arena = bl_arena_new((size_t)4 << 20);
	int wrong = 0;

	(void)state;
	assert_non_null(arena);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct bl_rule *rule = NULL;
		struct bl_err err = {0};
		char got[500] = "accepted";

		if (bl_rule_load(BL_STR("f.yaml"), bl_str_of(refusals[i].yaml), arena, &rule, &err))
			(void)snprintf(got, sizeof(got), "%s %u:%u: %s", bl_status_name(err.status),
			    err.line, err.column, err.text);
		if (!is_wanted(got, refusals[i].want)) {
			print_error("%s\n  gives %s\n  not   %s\n", refusals[i].yaml, got,
			    refusals[i].want);
			wrong++;
		}
		bl_arena_reset(arena);
	}
	bl_arena_free(&arena);
	assert_int_equal(wrong, 0);
}

static void
large_and_deep_files(void **state)
{
	static char text[((size_t)256 << 10) + 1];
	struct bl_arena *arena = bl_arena_new((size_t)4 << 20);
	const struct bl_rule *rule = NULL;
	struct bl_err err = {0};
	size_t n = 0;

	(void)state;
	assert_non_null(arena);
	memset(text, ' ', sizeof(text));
	assert_err(
	    bl_rule_load(BL_STR("f"), (struct bl_str){text, sizeof(text)}, arena, &rule, &err), err,
	    BL_ELIMIT, "f: a rule file has at most 262144 bytes");
	n = (size_t)snprintf(text, sizeof(text), "identifier: ");
	memset(text + n, '[', 30);
	memset(text + n + 30, ']', 30);
	assert_err(bl_rule_load(BL_STR("f"), (struct bl_str){text, n + 60}, arena, &rule, &err),
	    err, BL_ELIMIT, "f: the YAML is nested more than 24 deep");
	assert_err(bl_rule_load(BL_STR("f"), (struct bl_str){"a: \0", 4}, arena, &rule, &err), err,
	    BL_EINPUT, "f: a rule file holds no such thing as a control byte");
	/* Beyond what libfyaml itself allows: an error as well, whichever its words. */
	memset(text + n, '[', 2000);
	assert_int_not_equal(
	    bl_rule_load(BL_STR("f"), (struct bl_str){text, n + 2000}, arena, &rule, &err), BL_OK);
	bl_arena_free(&arena);
}

static const char param_rule[] = HEAD
    "parameters:\n"
    "  - {name: must, kind: string, required: true}\n"
    "  - {name: days, kind: int, default: 90}\n"
    "  - {name: on, kind: boolean}\n"
    "  - {name: names, kind: csv}\n"
    "  - {name: ports, kind: int-csv}\n"
    "compliant: |\n"
    "  :must = 'a b' AND :days = 90 AND :on AND cardinality(:names) = 2 AND :names[2] = 'y z'\n"
    "  AND :ports[1] + :ports[2] = 102\n"
    "reason: |\n"
    "  'days ' || CAST(:days AS varchar)\n";

static void
parameters(void **state)
{
	static const struct {
		struct bl_rule_input inputs[5];
		size_t n;
		const char *want;
	} rows[] = {
	    {{{{"must", 4}, {"a b", 3}}, {{"on", 2}, {"True", 4}},
		 {{"names", 5}, {" x ,, y z ,", 11}}, {{"ports", 5}, {"22, 80", 6}}},
		4, "COMPLIANT"},
	    {{{{"must", 4}, {"a b", 3}}, {{"days", 4}, {" 91 ", 4}}, {{"on", 2}, {"false", 5}},
		 {{"names", 5}, {"x", 1}}, {{"ports", 5}, {"1", 1}}},
		5, "NON_COMPLIANT days 91"},
	    {{{{"on", 2}, {"true", 4}}}, 1, "X needs the parameter must"},
	    {{{{"must", 4}, {"  ", 2}}}, 1, "X needs the parameter must"},
	    {{{{"must", 4}, {"a", 1}}, {{"more", 4}, {"a", 1}}}, 2, "X has no parameter more"},
	    {{{{"must", 4}, {"a", 1}}, {{"must", 4}, {"b", 1}}}, 2,
		"the parameter must is given twice"},
	    {{{{"must", 4}, {"a", 1}}, {{"days", 4}, {"9o", 2}}}, 2,
		"the parameter days is a whole number, not '9o'"},
	    {{{{"must", 4}, {"a", 1}}, {{"on", 2}, {"yes", 3}}}, 2,
		"the parameter on is true or false, not 'yes'"},
	    {{{{"must", 4}, {"a", 1}}, {{"ports", 5}, {"1,x", 3}}}, 2,
		"the parameter ports is whole numbers with commas between, not '1,x'"},
	};
	struct bl_arena *arena = bl_arena_new((size_t)4 << 20);
	const struct bl_rule *rule = NULL;
	struct bl_item item = {.type = BL_STR("AWS::EC2::Volume"), .created_ns = BL_INSTANT_MIN};
	struct bl_err err = {0};

	(void)state;
	assert_non_null(arena);
	assert_ok(bl_rule_load(BL_STR("f"), bl_str_of(param_rule), arena, &rule, &err), err);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct bl_bound_rule *bound = NULL;
		struct bl_judgement j;
		char got[600];

		if (bl_rule_bind(rule, rows[i].inputs, rows[i].n, arena, &bound, &err)) {
			assert_int_equal(err.status, BL_EINPUT);
			assert_string_equal(err.text, rows[i].want);
			continue;
		}
		assert_ok(bl_rule_judge(bound, &item, NULL, arena, &j, &err), err);
		(void)snprintf(got, sizeof(got), "%s%s%.*s", bl_verdict_name(j.verdict),
		    j.annotation.len > 0 ? " " : "", BL_STR_ARG(j.annotation));
		assert_string_equal(got, rows[i].want);
	}
	bl_arena_free(&arena);
}

static const char order_rule[] = HEAD "applicable: configuration.on\n"
				      "not_applicable_reason: it is off\n"
				      "insufficient:\n"
				      "  - {when: configuration.hidden, reason: it is hidden}\n"
				      "compliant: |\n"
				      "  configuration.size > 5\n"
				      "reason: |\n"
				      "  'too small: ' || configuration.name\n"
				      "limits: [none]\n"
				      "examples:\n"
				      "  - {title: wrong on purpose, item: {configuration: {on: "
				      "true, size: 1, name: n}}, expect: COMPLIANT}\n";

static const struct {
	const char *type, *configuration;
	enum bl_item_status status;
	const char *want;
} cases[] = {
    {"AWS::EC2::Volume", "{\"on\":true,\"size\":6}", BL_ITEM_OK, "COMPLIANT condition "},
    {"AWS::EC2::Volume", "{\"on\":true,\"size\":6}", BL_ITEM_DISCOVERED, "COMPLIANT condition "},
    {"AWS::EC2::Volume", "{\"on\":true,\"size\":5,\"name\":\"a\\nb\"}", BL_ITEM_OK,
	"NON_COMPLIANT condition too small: a b"},
    {"AWS::EC2::Volume", "{\"on\":true,\"size\":5}", BL_ITEM_OK, "NON_COMPLIANT condition t"},
    {"AWS::EC2::Volume", "{\"on\":false}", BL_ITEM_OK, "NOT_APPLICABLE out-of-scope it is off"},
    {"AWS::EC2::Volume", "{\"on\":true,\"hidden\":true,\"size\":6}", BL_ITEM_OK,
	"INSUFFICIENT_DATA missing-data it is hidden"},
    {"AWS::EC2::Volume", "{\"on\":true,\"hidden\":false,\"size\":6}", BL_ITEM_OK,
	"COMPLIANT condition "},
    {"AWS::EC2::Volume", "{\"size\":6}", BL_ITEM_OK,
	"INSUFFICIENT_DATA unknown-condition the condition has no value for this item: "
	"there is "
	"no configuration.on"},
    {"AWS::EC2::Volume", "{\"on\":true}", BL_ITEM_OK,
	"INSUFFICIENT_DATA unknown-condition the condition has no value for this item: "
	"there is "
	"no configuration.size"},
    {"AWS::EC2::Volume", "{\"on\":\"true\",\"size\":6}", BL_ITEM_OK,
	"ERROR rule-error f:6:27: configuration.on is a JSON string, where a boolean is "
	"wanted"},
    {"AWS::EC2::Volume", "{\"on\":true,\"size\":\"6\"}", BL_ITEM_OK,
	"ERROR rule-error f:11:22: configuration.size is a JSON string, which cannot be "
	"compared "
	"with a bigint"},
    {"AWS::EC2::Volume", "{\"on\":true,\"size\":1,\"name\":7}", BL_ITEM_OK,
	"ERROR rule-error f:13:34: configuration.name is a JSON number, where a varchar is "
	"wanted"},
    {"AWS::EC2::Volume", NULL, BL_ITEM_OK,
	"INSUFFICIENT_DATA missing-data the item has no configuration"},
    {"AWS::EC2::Volume", NULL, BL_ITEM_DELETED,
	"NOT_APPLICABLE deleted-or-not-recorded the resource is deleted"},
    {"AWS::EC2::Volume", NULL, BL_ITEM_DELETED_NOT_RECORDED,
	"NOT_APPLICABLE deleted-or-not-recorded the resource is deleted"},
    {"AWS::EC2::Volume", NULL, BL_ITEM_NOT_RECORDED,
	"NOT_APPLICABLE deleted-or-not-recorded AWS Config did not record the resource"},
    {"AWS::EC2::VPC", "{\"on\":true,\"size\":6}", BL_ITEM_OK,
	"NOT_APPLICABLE out-of-scope the rule does not apply to this resource type"},
};

static void
verdicts(void **state)
{
	struct bl_arena *arena = bl_arena_new((size_t)4 << 20);
	struct bl_json_parser *parser = NULL;
	const struct bl_rule *rule = NULL;
	const struct bl_bound_rule *bound = NULL;
	struct bl_err err = {0};
	size_t n = 0;

	(void)state;
	assert_non_null(arena);
	assert_ok(bl_json_parser_new((struct bl_json_limits){0}, &parser, &err), err);
	assert_ok(bl_rule_load(BL_STR("f"), bl_str_of(order_rule), arena, &rule, &err), err);
	assert_ok(bl_rule_bind(rule, NULL, 0, arena, &bound, &err), err);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bl_item item = {.type = bl_str_of(cases[i].type),
		    .status = cases[i].status,
		    .created_ns = BL_INSTANT_MIN};
		struct bl_judgement j;
		char got[600];

		if (cases[i].configuration != NULL)
			assert_ok(bl_json_parse(parser, bl_str_of(cases[i].configuration), arena,
				      &item.configuration, &err),
			    err);
		assert_ok(bl_rule_judge(bound, &item, parser, arena, &j, &err), err);
		(void)snprintf(got, sizeof(got), "%s %s %.*s", bl_verdict_name(j.verdict),
		    bl_reason_code(j.reason), BL_STR_ARG(j.annotation));
		assert_string_equal(got, cases[i].want);
	}
	assert_err(bl_rule_test(rule, parser, arena, &n, &err), err, BL_EINPUT,
	    "f: the example 'wrong on purpose' gives NON_COMPLIANT (condition: too small: n), not "
	    "COMPLIANT");
	assert_int_equal(err.line, 16);
	bl_json_parser_free(&parser);
	bl_arena_free(&arena);
}

/* What the caller reads, and that the digest is of the file's bytes. */
static void
fields(void **state)
{
	struct bl_arena *arena = bl_arena_new((size_t)4 << 20);
	const struct bl_rule *rule = NULL;
	struct bl_sha256 digest;
	struct bl_err err = {0};

	(void)state;
	assert_non_null(arena);
	assert_ok(bl_rule_load(BL_STR("f"), bl_str_of(param_rule), arena, &rule, &err), err);
	assert_bytes(rule->identifier, "X");
	assert_bytes(rule->name, "x");
	assert_bytes(rule->title, "t");
	assert_bytes(rule->trigger, "change");
	assert_int_equal(rule->n_types, 1);
	assert_bytes(rule->types[0], "AWS::EC2::Volume");
	assert_int_equal(rule->n_params, 5);
	assert_bytes(rule->params[1].fallback, "90");
	assert_int_equal(rule->params[4].kind, BL_PARAM_INT_CSV);
	assert_true(rule->params[0].required);
	assert_true(bl_str_eq(rule->text, bl_str_of(param_rule)));
	assert_ok(bl_sha256_of(bl_str_of(param_rule), &digest, &err), err);
	assert_memory_equal(&digest, &rule->sha256, sizeof(digest));
	bl_arena_free(&arena);
}

/* Each allocation of ours fails in turn: an ordinary error each time. */
static void
memory_runs_out(void **state)
{
	bool failed = true;

	(void)state;
	for (uint64_t n = 1; failed; n++) {
		struct bl_arena *arena = bl_arena_new((size_t)1 << 20);
		const struct bl_rule *rule = NULL;
		const struct bl_bound_rule *bound = NULL;
		struct bl_item item = {
		    .type = BL_STR("AWS::EC2::Volume"), .created_ns = BL_INSTANT_MIN};
		struct bl_judgement j;
		struct bl_err err = {0};
		enum bl_status status;

		assert_non_null(arena);
		bl_mem_fail_at(n);
		status = bl_rule_load(BL_STR("f"), bl_str_of(order_rule), arena, &rule, &err);
		if (!status)
			status = bl_rule_bind(rule, NULL, 0, arena, &bound, &err);
		if (!status)
			status = bl_rule_judge(bound, &item, NULL, arena, &j, &err);
		failed = bl_mem_fail_hit();
		bl_mem_fail_at(0);
		assert_int_equal(status, failed ? BL_ENOMEM : BL_OK);
		bl_arena_free(&arena);
		assert_true(n < 1000);
	}
	for (size_t budget = 0; budget < 40000; budget += 61) {
		struct bl_arena *arena = bl_arena_new(budget);
		const struct bl_rule *rule = NULL;
		struct bl_err err = {0};
		enum bl_status status;

		assert_non_null(arena);
		status = bl_rule_load(BL_STR("f"), bl_str_of(order_rule), arena, &rule, &err);
		assert_true(status == BL_OK || status == BL_ENOMEM);
		bl_arena_free(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refused_files),
	    cmocka_unit_test(large_and_deep_files),
	    cmocka_unit_test(parameters),
	    cmocka_unit_test(verdicts),
	    cmocka_unit_test(fields),
	    cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
