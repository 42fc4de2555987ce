/* summary.json: every count with its denominator, for programs. */
#include "base/arena.h"
#include "base/instant.h"
#include "evidence/out.h"
#include "evidence/package_priv.h"
#include "evidence/words.h"
#include "json/member.h"
#include "json/writer.h"

static void
put_sha256(struct bl_json_w *w, const char *key, const struct bl_sha256 *digest)
{
	char hex[BL_SHA256_HEX];

	bl_json_member_z(w, key, bl_sha256_hex(digest, hex));
}

/* 1/100 percent as a JSON number: 9731 is 97.31. */
static void
put_percent(struct bl_json_w *w, const char *key, uint32_t bp)
{
	char text[16];
	char *p = text + sizeof(text);

	for (int digit = 0; bp > 0 || digit < 3; digit++, bp /= 10) {
		*--p = (char)('0' + bp % 10);
		if (digit == 1)
			*--p = '.';
	}
	bl_json_member_raw(w, key, (struct bl_str){p, (size_t)(text + sizeof(text) - p)});
}

static void
put_counts(struct bl_json_w *w, const char *key, const struct bl_counts *c)
{
	uint64_t decided = c->verdict[BL_COMPLIANT] + c->verdict[BL_NON_COMPLIANT];

	bl_json_member_object(w, key);
	bl_json_member_u64(w, "resources", c->resources);
	for (int v = 0; v < BL_N_VERDICTS; v++)
		bl_json_member_u64(w, bl_verdict_name((enum bl_verdict)v), c->verdict[v]);
	bl_json_member_u64(w, "decided", decided);
	if (decided > 0)
		put_percent(w, "compliant_percent_of_decided",
		    bl_package__share_bp(c->verdict[BL_COMPLIANT], decided));
	else {
		bl_json_member_null(w, "compliant_percent_of_decided");
	}
	bl_json_w_close(w);
}

static void
put_strings(struct bl_json_w *w, const char *key, const struct bl_str *s, size_t n)
{
	bl_json_member_array(w, key);
	for (size_t i = 0; i < n; i++)
		bl_json_w_str(w, s[i]);
	bl_json_w_close(w);
}

static void
put_inputs(struct bl_json_w *w, const struct bl_pack_rule *rule)
{
	static const char *const origin[] = {
	    [BL_ORIGIN_LITERAL] = "pack",
	    [BL_ORIGIN_DEFAULT] = "default",
	    [BL_ORIGIN_OVERRIDE] = "deployment",
	};

	bl_json_member_array(w, "parameters");
	for (size_t i = 0; i < rule->n_inputs; i++) {
		bl_json_w_object(w);
		bl_json_member_opt(w, "name", rule->inputs[i].name);
		bl_json_member_opt(w, "value", rule->inputs[i].value);
		bl_json_member_z(w, "from", origin[rule->inputs[i].origin]);
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static void
put_verdict_text(struct bl_json_w *w, const struct bl_rule_result *r)
{
	bl_json_member_z(w, "evaluated_by",
	    r->source == BL_SOURCE_RECORDED ? "AWS Config"
	    : r->rule != NULL
		? "beleg"
		: "nobody: not evaluated by beleg, and AWS Config recorded no verdict");
	if (r->rule != NULL)
		put_sha256(w, "rule_text_sha256", &r->rule->sha256);
	else {
		bl_json_member_null(w, "rule_text_sha256");
	}
}

static void
put_rule(struct bl_json_w *w, const struct bl_rule_result *r)
{
	const struct bl_pack_rule *p = r->pack_rule;

	bl_json_w_object(w);
	bl_json_member_opt(w, "name", p->name);
	bl_json_member_opt(w, "identifier", p->identifier);
	bl_json_member_opt(w, "owner", p->owner);
	bl_json_member_opt(w, "description", p->description);
	put_verdict_text(w, r);
	put_inputs(w, p);
	put_strings(w, "scope", p->types, p->n_types);
	put_strings(w, "controls", p->controls, p->n_controls);
	put_counts(w, "over_period", &r->over_period);
	put_counts(w, "at_end", &r->at_end);
	bl_json_member_u64(w, "findings", r->n_findings);
	bl_json_member_u64(w, "disagreements", r->n_disagreements);
	put_strings(w, "limits", r->rule == NULL ? NULL : r->rule->limits,
	    r->rule == NULL ? 0 : r->rule->n_limits);
	bl_json_w_close(w);
}

static void
put_spans(struct bl_json_w *w, const char *key, const struct bl_span *span, size_t n)
{
	bl_json_member_array(w, key);
	for (size_t i = 0; i < n; i++) {
		bl_json_w_object(w);
		bl_json_member_instant(w, "from", span[i].from_ns);
		bl_json_member_instant(w, "to", span[i].to_ns);
		bl_json_w_close(w);
	}
	bl_json_w_close(w);
}

static void
put_recorder(const struct bl_package *package, struct bl_json_w *w, const struct bl_recorder *r)
{
	bl_json_w_object(w);
	bl_json_member_opt(w, "account_id", r->account);
	bl_json_member_opt(w, "region", r->region);
	bl_json_member_instant(w, "first", r->first_ns);
	bl_json_member_instant(w, "last", r->last_ns);
	bl_json_member_u64(w, "snapshots", r->n_snapshots);
	bl_json_member_u64(w, "history_files", r->n_histories);
	bl_json_member_u64(w, "other_deliveries", r->n_others);
	put_percent(w, "known_percent", bl_package__known_bp(package, r));
	bl_json_member_i64(w, "longest_silence_seconds", r->longest_silence_ns / BL_NS_PER_S);
	put_spans(w, "stopped", r->stopped, r->n_stopped);
	put_spans(w, "silent", r->silent, r->n_silent);
	bl_json_member_bool(w, "silent_at_end", bl_package__silent_at_end(package, r));
	bl_json_w_close(w);
}

/* Position 0: no account list, so that nobody knows whether an account is missing. */
static void
put_population(struct bl_json_w *w, const struct bl_assessment *a)
{
	bl_json_member_object(w, "population");
	bl_json_member_u64(w, "account_list_position", a->list_position);
	bl_json_member_u64(w, "accounts_listed", a->n_listed);
	bl_json_member_u64(w, "accounts_never_delivered", a->n_never);
	bl_json_w_close(w);
}

static void
put_head(const struct bl_package *package, struct bl_json_w *w)
{
	const struct bl_assessment *a = package->assessment;

	bl_json_member_opt(w, "format", BL_STR(BL_PACKAGE_FORMAT));
	bl_json_member_opt(w, "generator", package->options->version);
	bl_json_member_object(w, "period");
	bl_json_member_instant(w, "from", a->from_ns);
	bl_json_member_instant(w, "to", a->to_ns);
	bl_json_member_bool(w, "moment", a->moment);
	bl_json_w_close(w);
	bl_json_member_instant(w, "evidence_until", package->end_ns);
	bl_json_member_u64(w, "position", a->position);
	put_population(w, a);
	bl_json_member_object(w, "pack");
	bl_json_member_opt(w, "name", a->pack->name);
	put_sha256(w, "sha256", &a->pack->sha256);
	bl_json_member_u64(w, "rules", a->pack->n_rules);
	bl_json_member_u64(w, "rules_left_out_by_condition", a->pack->n_dropped);
	bl_json_member_u64(w, "remediations_not_acted_on", a->pack->n_remediations);
	bl_json_w_close(w);
}

static void
put_rows(const struct bl_package *package, struct bl_json_w *w)
{
	const struct bl_assessment *a = package->assessment;

	bl_json_member_object(w, "rows");
	bl_json_member_u64(
	    w, "non-compliant-resources.csv", package->n_rows[BL_TABLE_NON_COMPLIANT]);
	bl_json_member_u64(
	    w, "non-compliant-resources.json", package->n_rows[BL_TABLE_NON_COMPLIANT]);
	bl_json_member_u64(w, "deficiencies.csv", package->n_rows[BL_TABLE_NON_COMPLIANT]);
	bl_json_member_u64(w, "compliant-resources.csv", package->n_rows[BL_TABLE_COMPLIANT]);
	bl_json_member_u64(w, "undetermined-resources.csv", package->n_rows[BL_TABLE_UNDETERMINED]);
	bl_json_member_u64(
	    w, "not-applicable-resources.csv", package->n_rows[BL_TABLE_NOT_APPLICABLE]);
	bl_json_member_u64(w, "findings", a->n_findings);
	bl_json_member_u64(w, "disagreements.csv", a->n_disagreements);
	bl_json_member_u64(w, "quarantine.csv", a->n_quarantined);
	bl_json_member_u64(w, "coverage.csv", a->n_recorders);
	bl_json_member_u64(w, "deliveries.csv", a->n_deliveries);
	bl_json_member_u64(w, "samples.csv", package->n_samples);
	bl_json_w_close(w);
}

static void
put_body(const struct bl_package *package, struct bl_json_w *w, struct bl_out *out)
{
	const struct bl_assessment *a = package->assessment;

	put_counts(w, "over_period", &a->over_period);
	put_counts(w, "at_end", &a->at_end);
	put_rows(package, w);
	bl_json_member_u64(w, "non_compliant_when_last_known", package->n_lost);
	bl_json_member_u64(w, "disagreements", a->n_disagreements);
	bl_json_member_u64(w, "quarantined", a->n_quarantined);
	bl_json_member_array(w, "rules");
	for (size_t i = 0; i < a->n_rules; i++)
		put_rule(w, &a->rules[i]);
	bl_json_w_close(w);
	bl_json_member_array(w, "recorders");
	for (size_t i = 0; i < a->n_recorders && !out->failed; i++) {
		put_recorder(package, w, &a->recorders[i]);
		bl_out__spill(out);
	}
	bl_json_w_close(w);
}

static void
put_limits(struct bl_json_w *w)
{
	bl_json_member_array(w, "limits");
	for (int i = 0; i < BL_N_LIMITS; i++)
		bl_json_w_z(
		    w, bl_words__text((enum bl_word)((int)BL_WORD_LIMIT_1 + i), BL_LANG_EN));
	bl_json_w_close(w);
}

enum bl_status
bl_package__summary(struct bl_package *package, struct bl_err *reterr)
{
	struct bl_json_w w;
	struct bl_str path;
	struct bl_out out;
	struct bl_err err;
	enum bl_status status = bl_package__report_path(package, "summary.json", &path, reterr);

	if (status != BL_OK)
		return status;
	bl_out__open(package, path, &out);
	bl_json_w_begin(&w, &out.buf, 2);
	bl_json_w_object(&w);
	put_head(package, &w);
	put_body(package, &w, &out);
	put_limits(&w);
	bl_json_w_close(&w);
	if (bl_json_w_end(&w, &err) != BL_OK)
		bl_out__fail(&out, &err);
	bl_out__z(&out, "\n");
	return bl_out__close(&out, reterr);
}
