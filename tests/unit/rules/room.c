#include "unit/rules/room.h"

#include <stdio.h>
#include <string.h>

#include "rules/catalogue.h"

static const char pack_text[] =
    "Resources:\n"
    "  Volumes:\n"
    "    Type: AWS::Config::ConfigRule\n"
    "    Properties:\n"
    "      ConfigRuleName: volumes\n"
    "      Source: {Owner: AWS, SourceIdentifier: ENCRYPTED_VOLUMES}\n"
    "  Unknown:\n"
    "    Type: AWS::Config::ConfigRule\n"
    "    Properties:\n"
    "      ConfigRuleName: flow-logs\n"
    "      Source: {Owner: AWS, SourceIdentifier: VPC_FLOW_LOGS_ENABLED}\n";

int
room_setup(void **state)
{
	static struct room r;
	const struct bl_pack_problem *problems;
	size_t n;

	r = (struct room){.a = NULL};
	scene_open(&r.scene);
	assert_ok(
	    bl_pack_load(BL_STR("test.yaml"), (struct bl_str){pack_text, sizeof(pack_text) - 1},
		NULL, 0, r.scene.arena, &r.options.pack, &problems, &n, &r.scene.err),
	    r.scene.err);
	assert_ok(
	    bl_catalogue_load(r.scene.arena, &r.options.catalogue, &r.scene.err), r.scene.err);
	*state = &r;
	return 0;
}

int
room_teardown(void **state)
{
	struct room *r = *state;

	scene_close(&r->scene);
	return 0;
}

const char *
room_findings(struct room *r, const char *rule, const char *id)
{
	static char out[2048];
	static const char *const then[] = {
	    "goes on", "changed", "gone", "vanished", "unknown", "lost", "known"};

	out[0] = '\0';
	for (size_t i = 0; i < r->a->n_findings; i++) {
		const struct bl_finding *f = &r->a->findings[i];
		size_t len = strlen(out);

		if (!bl_str_eq(r->a->rules[f->i_rule].pack_rule->name, bl_str_of(rule)) ||
		    !bl_str_eq(f->id, bl_str_of(id)))
			continue;
		(void)snprintf(out + len, sizeof(out) - len, "%s%s(%s) %d-%d %s%s",
		    len > 0 ? "; " : "", bl_verdict_name(f->verdict), bl_reason_code(f->reason),
		    (int)((f->from_ns - HOUR(0)) / BL_NS_PER_HOUR),
		    (int)((f->to_ns - HOUR(0)) / BL_NS_PER_HOUR), then[f->then],
		    f->then != BL_THEN_CHANGED ? ""
		    : f->next == BL_COMPLIANT  ? " to COMPLIANT"
					       : " to another");
	}
	return out;
}

const char *
room_annotation(struct room *r, const char *rule, const char *region)
{
	static char out[1024];

	for (size_t i = 0; i < r->a->n_findings; i++) {
		const struct bl_finding *f = &r->a->findings[i];

		if (!bl_str_eq(r->a->rules[f->i_rule].pack_rule->name, bl_str_of(rule)) ||
		    !bl_str_eq(f->type, BL_STR("AWS::::Account")) ||
		    !bl_str_eq(f->region, bl_str_of(region)))
			continue;
		(void)snprintf(out, sizeof(out), "%.*s", BL_STR_ARG(f->annotation));
		return out;
	}
	return "none";
}

void
room_judge(struct room *r, int from, int to)
{
	struct bl_columns *columns = NULL;

	r->options.from_ns = HOUR(from);
	r->options.to_ns = from == to ? HOUR(to) + 1 : HOUR(to);
	assert_ok(bl_columns_new(r->scene.store, BL_COLUMNS_CANONICAL, &columns, &r->scene.err),
	    r->scene.err);
	assert_ok(
	    bl_assess(columns, &r->options, r->scene.arena, &r->a, &r->scene.err), r->scene.err);
	bl_columns_free(&columns);
	/* Whatever happens, the counts add up. */
	for (size_t i = 0; i < r->a->n_rules; i++) {
		const struct bl_counts *c = &r->a->rules[i].over_period;
		uint64_t sum = 0;

		for (int v = 0; v < BL_N_VERDICTS; v++)
			sum += c->verdict[v];
		assert_int_equal(sum, c->resources);
		assert_true(r->a->rules[i].at_end.resources <= c->resources);
	}
}

void
room_period_agrees(struct room *r, int from, int to)
{
	const struct bl_assessment *period;

	room_judge(r, from, to);
	period = r->a;
	for (int hour = from; hour < to; hour++) {
		size_t n = 0;

		room_judge(r, hour, hour);
		for (size_t i = 0; i < period->n_findings; i++) {
			const struct bl_finding *p = &period->findings[i], *m;

			if (HOUR(hour) < p->from_ns || HOUR(hour) >= p->to_ns)
				continue;
			assert_true(n < r->a->n_findings);
			m = &r->a->findings[n++];
			assert_int_equal(p->i_rule, m->i_rule);
			assert_true(bl_str_eq(p->id, m->id));
			assert_int_equal(p->verdict, m->verdict);
			assert_int_equal(p->reason, m->reason);
		}
		assert_int_equal(n, r->a->n_findings);
	}
}
