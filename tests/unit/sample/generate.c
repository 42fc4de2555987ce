/*
 * generate FOLDER [ACCOUNTS REGIONS DAYS RESOURCES SEED START]: write a sample and say
 * what it took.  A test program, without the comfort of the command.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/instant.h"
#include "base/str.h"
#include "os/os.h"
#include "sample/sample.h"

static bool
number(const char *text, uint64_t *ret_value)
{
	return bl_str_to_u64(bl_str_of(text), ret_value);
}

int
main(int argc, char **argv)
{
	struct bl_sample_options options = bl_sample_defaults();
	uint32_t *const field[] = {
	    &options.n_accounts, &options.n_regions, &options.n_days, &options.n_resources};
	struct bl_sample_report report;
	struct bl_err err;
	uint64_t value;
	int64_t begin_ns;
	double seconds;

	if (argc < 2 || argc > 8) {
		(void)fprintf(stderr,
		    "usage: generate FOLDER [ACCOUNTS REGIONS DAYS RESOURCES SEED START]\n");
		return 1;
	}
	for (int i = 2; i < argc && i < 7; i++) {
		if (!number(argv[i], &value) || (i < 6 && value > UINT32_MAX)) {
			(void)fprintf(stderr, "%s is not a number\n", argv[i]);
			return 1;
		}
		if (i < 6)
			*field[i - 2] = (uint32_t)value;
		else
			options.seed = value;
	}
	if (argc == 8 && !bl_instant_parse(bl_str_of(argv[7]), &options.start_ns)) {
		(void)fprintf(stderr, "%s is not an instant\n", argv[7]);
		return 1;
	}
	begin_ns = bl_os_tick_ns(bl_os_posix());
	if (bl_sample_write(bl_os_posix(), argv[1], &options, NULL, NULL, &report, &err) != BL_OK) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	seconds = (double)(bl_os_tick_ns(bl_os_posix()) - begin_ns) / 1e9;
	(void)printf("files %llu items %llu json %.1f MB written %.1f MB in %.2f s: %.0f MB/s\n",
	    (unsigned long long)report.n_files, (unsigned long long)report.n_items,
	    (double)report.bytes_json / 1e6, (double)report.bytes_written / 1e6, seconds,
	    (double)report.bytes_json / 1e6 / seconds);
	return 0;
}
