#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "os/os.h"
#include "store/fsck.h"
#include "store/store.h"
#include "timeline/check.h"
#include "json/writer.h"

/* How bad the whole is; evidence first. */
#define EXIT_DERIVABLE BL_EXIT_INCOMPLETE
#define EXIT_DAMAGE BL_EXIT_NOT_VERIFIED
#define LEFT_AFTER_SECONDS 2.0 /* Before, a guess would jump about. */

struct report {
	struct bl_cli *cli;
	struct bl_fsck_totals totals;
	struct bl_timeline_check check;
	uint64_t n_chains; /* Problems of time lines. */
	uint64_t n_told;
	int64_t started_ns, last_ns;
	bool begun, failed;
	struct bl_err err;
};

/* One problem as it is printed: of the store, or of its time lines. */
struct told {
	const char *code, *grade, *what, *means, *todo;
	struct bl_fsck_place at;
	struct bl_str resource;
};

static void
print_json(struct report *r, const struct told *t)
{
	struct bl_buf out = BL_BUF_INIT((size_t)1 << 20);
	struct bl_json_w w;
	const struct {
		const char *name;
		uint64_t value;
	} numbers[] = {{"byte", t->at.byte}, {"frame", t->at.frame}, {"first_version", t->at.first},
	    {"versions", t->at.first == BL_FSCK_NONE ? BL_FSCK_NONE : t->at.n},
	    {"delivery", t->at.delivery}};
	const struct {
		const char *name;
		struct bl_str value;
	} texts[] = {{"grade", bl_str_of(t->grade)}, {"code", bl_str_of(t->code)},
	    {"file", t->at.file}, {"resource_type", t->at.type}, {"resource", t->resource},
	    {"what", bl_str_of(t->what)}, {"means", bl_str_of(t->means)},
	    {"do", bl_str_of(t->todo)}};

	bl_json_w_begin(&w, &out, 0);
	bl_json_w_object(&w);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		bl_json_w_key(&w, texts[i].name);
		if (texts[i].value.ptr == NULL)
			bl_json_w_null(&w);
		else
			bl_json_w_str(&w, texts[i].value);
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		bl_json_w_key(&w, numbers[i].name);
		if (numbers[i].value == BL_FSCK_NONE)
			bl_json_w_null(&w);
		else
			bl_json_w_u64(&w, numbers[i].value);
	}
	bl_json_w_close(&w);
	if (bl_json_w_end(&w, &r->err) != BL_OK)
		r->failed = true;
	bl_cli_write(r->n_told > 0 ? BL_STR(",\n") : BL_STR("\n"));
	bl_cli_write(bl_buf_str(&out));
	bl_buf_release(&out);
}

static struct bl_str
number_text(uint64_t n, char text[24])
{
	if (n == BL_FSCK_NONE)
		return BL_STR("");
	(void)snprintf(text, 24, "%" PRIu64, n);
	return bl_str_of(text);
}

static void
print_csv(struct report *r, const struct told *t)
{
	struct bl_buf out = BL_BUF_INIT((size_t)1 << 20);
	char text[5][24];
	const struct bl_str cells[] = {bl_str_of(t->grade), bl_str_of(t->code), t->at.file,
	    number_text(t->at.byte, text[0]), number_text(t->at.frame, text[1]), t->at.type,
	    number_text(t->at.first, text[2]),
	    number_text(t->at.first == BL_FSCK_NONE ? BL_FSCK_NONE : t->at.n, text[3]),
	    number_text(t->at.delivery, text[4]), t->resource, bl_str_of(t->what),
	    bl_str_of(t->means), bl_str_of(t->todo)};

	if (bl_table_csv(cells, sizeof(cells) / sizeof(cells[0]), &out, &r->err) != BL_OK)
		r->failed = true;
	bl_cli_write(bl_buf_str(&out));
	bl_buf_release(&out);
}

/* Names come from a damaged folder: control bytes must not reach a terminal. */
static enum bl_status
add_clean(struct bl_buf *out, struct bl_str s, struct bl_err *reterr)
{
	enum bl_status status = BL_OK;

	for (size_t i = 0; i < s.len && status == BL_OK; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		status = bl_buf_add_byte(out, c < 0x20 || c == 0x7f ? '?' : s.ptr[i], reterr);
	}
	return status;
}

static enum bl_status
add_place(struct bl_buf *out, const struct told *t, struct bl_err *reterr)
{
	const struct bl_fsck_place *at = &t->at;
	enum bl_status status = add_clean(out, at->file, reterr);

	if (status == BL_OK && at->frame != BL_FSCK_NONE)
		status = bl_buf_printf(out, reterr, ", frame %" PRIu64, at->frame);
	if (status == BL_OK && at->byte != BL_FSCK_NONE)
		status = bl_buf_printf(out, reterr, ", byte %" PRIu64, at->byte);
	if (status == BL_OK && at->delivery != BL_FSCK_NONE)
		status = bl_buf_printf(out, reterr, ", delivery %" PRIu64, at->delivery);
	if (status == BL_OK && at->first != BL_FSCK_NONE && at->n == 1)
		status = bl_buf_printf(out, reterr, ", version %" PRIu64, at->first);
	else if (status == BL_OK && at->first != BL_FSCK_NONE && at->n > 1)
		status = bl_buf_printf(out, reterr, ", versions %" PRIu64 " to %" PRIu64, at->first,
		    at->first + at->n - 1);
	if (status == BL_OK && at->type.len > 0)
		status = bl_buf_printf(out, reterr, "%s", at->file.len > 0 ? " of " : "");
	if (status == BL_OK)
		status = add_clean(out, at->type, reterr);
	if (status == BL_OK && t->resource.len > 0)
		status = bl_buf_add_byte(out, ' ', reterr);
	return status != BL_OK ? status : add_clean(out, t->resource, reterr);
}

static void
print_words(struct report *r, const struct told *t)
{
	struct bl_buf out = BL_BUF_INIT((size_t)1 << 20);
	enum bl_status status;

	bl_cli_progress(r->cli, "%s", "");
	status = bl_buf_printf(&out, &r->err, "%s: ", t->grade);
	if (status == BL_OK)
		status = add_place(&out, t, &r->err);
	if (status == BL_OK)
		status = bl_buf_add(&out, BL_STR(": "), &r->err);
	if (status == BL_OK)
		status = add_clean(&out, bl_str_of(t->what), &r->err);
	if (status == BL_OK)
		status = bl_buf_printf(
		    &out, &r->err, "\n    means: %s\n    do:    %s\n", t->means, t->todo);
	r->failed = r->failed || status != BL_OK;
	bl_cli_write(bl_buf_str(&out));
	bl_buf_release(&out);
}

/* Nothing is printed before the store is known to be one. */
static void
begin(struct report *r)
{
	if (!r->begun && r->cli->format == BL_FORMAT_JSON)
		bl_cli_write(BL_STR("{\"problems\":["));
	if (!r->begun && r->cli->format == BL_FORMAT_CSV)
		bl_cli_write(BL_STR("grade,code,file,byte,frame,resource_type,first_version,"
				    "versions,delivery,resource,what,means,do\r\n"));
	r->begun = true;
}

static void
tell(struct report *r, const struct told *t)
{
	begin(r);
	if (r->cli->format == BL_FORMAT_JSON)
		print_json(r, t);
	else if (r->cli->format == BL_FORMAT_CSV)
		print_csv(r, t);
	else
		print_words(r, t);
	r->n_told++;
}

static void
on_problem(void *ctx, const struct bl_fsck_problem *p)
{
	const struct told t = {.code = bl_fsck_name(p->code),
	    .grade = bl_fsck_grade_name(bl_fsck_grade(p->code)),
	    .what = p->what,
	    .means = bl_fsck_means(p->code),
	    .todo = bl_fsck_todo(p->code),
	    .at = p->at};

	tell(ctx, &t);
}

static void
on_chain(void *ctx, const struct bl_timeline_problem *p)
{
	struct report *r = ctx;
	const struct told t = {.code = "timeline",
	    .grade = bl_fsck_grade_name(BL_FSCK_DAMAGE),
	    .what = p->what,
	    .means = "what was true when cannot be told for this resource or type",
	    .todo = "if nothing else is told of it: keep the store and report it, the items are "
		    "sound",
	    .at = {.type = p->type,
		.byte = BL_FSCK_NONE,
		.frame = BL_FSCK_NONE,
		.first = BL_FSCK_NONE,
		.delivery = BL_FSCK_NONE},
	    .resource = p->id};

	r->n_chains++;
	tell(r, &t);
}

/* ---- Progress. --------------------------------------------------------------- */

static void
on_progress(void *ctx, const struct bl_fsck_totals *t)
{
	struct report *r = ctx;
	int64_t now = bl_os_tick_ns(r->cli->os);
	double s = (double)(now - r->started_ns + 1) / 1e9;
	char done[BL_NUMBER_TEXT], total[BL_NUMBER_TEXT], left[48] = "";

	if (now - r->last_ns < 100000000)
		return;
	r->last_ns = now;
	if (s >= LEFT_AFTER_SECONDS && t->bytes_done > 0 && t->bytes_done < t->bytes_total)
		(void)snprintf(left, sizeof(left), ", about %.0f s left",
		    s * (double)(t->bytes_total - t->bytes_done) / (double)t->bytes_done);
	bl_cli_progress(r->cli, "%s of %s examined, %" PRIu64 " versions%s",
	    bl_table_bytes(t->bytes_done, done), bl_table_bytes(t->bytes_total, total), t->versions,
	    left);
}

static void
on_type(void *ctx, uint32_t type_no, uint32_t n_types)
{
	struct report *r = ctx;

	bl_cli_progress(r->cli, "time lines of type %u of %u", type_no + 1, n_types);
}

/* ---- The whole. -------------------------------------------------------------- */

static int
exit_code(const struct report *r)
{
	if (r->totals.problems[BL_FSCK_DAMAGE] > 0 || r->n_chains > 0)
		return EXIT_DAMAGE;
	if (r->totals.problems[BL_FSCK_DERIVABLE] > 0 || r->totals.problems[BL_FSCK_LEFTOVER] > 0)
		return EXIT_DERIVABLE;
	return BL_EXIT_OK;
}

static enum bl_status
end_json(struct report *r)
{
	const struct bl_fsck_totals *t = &r->totals;
	const struct {
		const char *name;
		uint64_t value;
	} numbers[] = {{"generation", t->generation}, {"resource_types", t->types},
	    {"deliveries", t->deliveries}, {"members", t->members}, {"versions", t->versions},
	    {"segments", t->segments}, {"frames", t->frames}, {"indexes", t->indexes},
	    {"tail_records", t->tail_records}, {"attachments", t->attachments},
	    {"resources", r->check.n_resources}, {"states", r->check.n_states},
	    {"derived_files", t->derived_files}, {"derived_bytes", t->derived_bytes},
	    {"damage", t->problems[BL_FSCK_DAMAGE] + r->n_chains},
	    {"derivable", t->problems[BL_FSCK_DERIVABLE]},
	    {"leftover", t->problems[BL_FSCK_LEFTOVER]}};
	struct bl_buf out = BL_BUF_INIT((size_t)1 << 16);
	struct bl_json_w w;
	enum bl_status status;

	bl_json_w_begin(&w, &out, 0);
	bl_json_w_object(&w);
	bl_json_w_key(&w, "sound");
	bl_json_w_bool(&w, exit_code(r) == BL_EXIT_OK);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		bl_json_w_key(&w, numbers[i].name);
		bl_json_w_u64(&w, numbers[i].value);
	}
	bl_json_w_close(&w);
	status = bl_json_w_end(&w, &r->err);
	bl_cli_write(r->n_told > 0 ? BL_STR("\n],") : BL_STR("],"));
	bl_cli_write(bl_str_sub(bl_buf_str(&out), 1, out.len)); /* One object with the list. */
	bl_cli_write(BL_STR("\n"));
	bl_buf_release(&out);
	return status;
}

static void
end_words(const struct report *r)
{
	const struct bl_fsck_totals *t = &r->totals;
	const struct {
		uint64_t value;
		const char *words;
	} lines[] = {{t->deliveries, "deliveries, every record and membership"},
	    {t->versions, "versions, every line a readable item of its type, none twice"},
	    {t->segments, "sealed segments, size and SHA-256 as in the manifest"},
	    {t->frames, "frames"}, {t->indexes, "indexes, compared with new ones"},
	    {t->tail_records, "records of the tail"},
	    {t->attachments, "evidence files, SHA-256 as in the catalogue"},
	    {r->check.n_resources, "resources, chains of states in order"},
	    {t->derived_files, "derived files (beleg reindex --check compares them)"}};
	char number[BL_NUMBER_TEXT];

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		(void)printf("%14s  %s\n", bl_table_number(lines[i].value, number), lines[i].words);
	(void)printf("%s: %" PRIu64 " damaged, %" PRIu64 " derivable, %" PRIu64 " left over\n",
	    exit_code(r) == BL_EXIT_OK ? "sound" : "not sound",
	    t->problems[BL_FSCK_DAMAGE] + r->n_chains, t->problems[BL_FSCK_DERIVABLE],
	    t->problems[BL_FSCK_LEFTOVER]);
}

/* Time lines stand on everything below them, so they are built only when that is sound. */
static enum bl_status
check_chains(struct report *r, const char *path)
{
	struct bl_store *store = NULL;
	enum bl_status status;

	if (r->totals.problems[BL_FSCK_DAMAGE] > 0) {
		bl_cli_note(r->cli, "time lines are not examined: the store is damaged below them");
		return BL_OK;
	}
	status = bl_store_open(r->cli->os, path, BL_STORE_READ, &store, &r->cli->err);
	if (status == BL_OK)
		status = bl_timeline_check(store, &r->check, &r->cli->err);
	bl_store_close(&store);
	return status;
}

static int
run(struct bl_cli *cli)
{
	const char *path = bl_cli_value(cli, "store");
	struct report r = {.cli = cli, .started_ns = bl_os_tick_ns(cli->os)};
	struct bl_fsck_observer observer = {
	    .ctx = &r, .problem = on_problem, .progress = on_progress};

	r.check = (struct bl_timeline_check){.ctx = &r, .problem = on_chain, .progress = on_type};
	if (cli->n_args > 0)
		return bl_cli_usage(cli, "no argument expected, found '%s'", cli->args[0]);
	if (path == NULL)
		return bl_cli_usage(cli, "no store named: give --store DIR or set BELEG_STORE");
	if (bl_fsck_run(cli->os, path, observer, &r.totals, &cli->err) != BL_OK ||
	    check_chains(&r, path) != BL_OK)
		return bl_cli_fail(cli);
	bl_cli_progress(cli, "%s", "");
	begin(&r);
	if (cli->format == BL_FORMAT_JSON)
		r.failed = end_json(&r) != BL_OK || r.failed;
	else if (cli->format == BL_FORMAT_TABLE)
		end_words(&r);
	if (r.failed) {
		cli->err = r.err;
		return bl_cli_fail(cli);
	}
	return exit_code(&r);
}

static const struct bl_option options[] = {
    BL_OPTION_STORE, BL_OPTION_FORMAT, BL_OPTION_QUIET, BL_OPTION_END};

const struct bl_verb bl_verb_fsck = {
    .name = "fsck",
    .synopsis = "",
    .summary = "examine everything that a store holds",
    .text =
	"Holds every file of the store against what the store says of it: marker and manifest,\n"
	"each segment's size and SHA-256, every frame, every item (readable, of its type, not\n"
	"there twice), indexes against new ones, every record of the tail and of the catalogue,\n"
	"which versions each delivery held, evidence files, names that nothing accounts for, and\n"
	"each resource's chain of states.\n"
	"\n"
	"Nothing is written and no lock is taken: it may run beside a writer. A store that is too\n"
	"damaged to open is examined as far as each file can be read. Each problem is told with\n"
	"file and byte, record, frame or version, what it means for evidence, and what to do.\n"
	"\n"
	"Exit code 0: sound. 3: only what can be made again, or left-over files. 4: evidence is\n"
	"damaged.\n",
    .examples = "  $ beleg fsck -s store\n"
		"  $ beleg fsck -s store --format json | jq .damage\n"
		"      for a monitor: 0 when all evidence is sound\n",
    .options = options,
    .run = run,
};
