/* What every verb uses: its options' values, what is said to a person, the store. */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "os/os.h"
#include "store/store.h"

#define SAID_BYTES ((size_t)8 << 10) /* A path of 4096 bytes and a reason. */
#define CLEAN_BYTES (4 * SAID_BYTES)

static size_t
option_index(const struct bl_verb *verb, const char *name)
{
	size_t i = 0;

	while (verb->options[i].name != NULL && strcmp(verb->options[i].name, name) != 0)
		i++;
	return i;
}

const char *
bl_cli_value(const struct bl_cli *cli, const char *name)
{
	size_t i = option_index(cli->verb, name);

	return cli->verb->options[i].name == NULL ? NULL : cli->value[i];
}

/* ---- What is said on standard error. -------------------------------------------- */

/* Names come from buckets and files: none may move the cursor or fake a line.  What is no
 * printable UTF-8 becomes \xNN, a line break in the middle too. */
static void
clean(const char *said, char clean[CLEAN_BYTES])
{
	size_t left = strlen(said), k = 0;

	while (left > 0) {
		unsigned char c = (unsigned char)*said;
		size_t n = bl_str_utf8(said, left);
		bool c1 = n == 2 && c == 0xc2 && (unsigned char)said[1] < 0xa0;

		if (n == 0 || c < 0x20 || c == 0x7f || c1) {
			n = 1;
			k += (size_t)snprintf(clean + k, 5, "\\x%02x", c);
		} else {
			memcpy(clean + k, said, n);
			k += n;
		}
		said += n;
		left -= n;
	}
	clean[k] = '\0';
}

static void __attribute__((format(printf, 1, 0))) say(const char *fmt, va_list ap)
{
	char said[SAID_BYTES], cleaned[CLEAN_BYTES];

	(void)vsnprintf(said, sizeof(said), fmt, ap);
	clean(said, cleaned);
	(void)fputs(cleaned, stderr);
}

int
bl_cli_fail(const struct bl_cli *cli)
{
	char cleaned[CLEAN_BYTES];

	bl_cli_progress(cli, "%s", "");
	clean(cli->err.text, cleaned);
	(void)fprintf(stderr, "beleg%s%s: %s\n", cli->verb != NULL ? " " : "",
	    cli->verb != NULL ? cli->verb->name : "", cleaned);
	return BL_EXIT_ERROR;
}

int
bl_cli_usage(const struct bl_cli *cli, const char *fmt, ...)
{
	va_list ap;

	(void)fprintf(stderr, "beleg %s: ", cli->verb->name);
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	(void)fprintf(stderr, "\nTry: beleg %s --help\n", cli->verb->name);
	return BL_EXIT_ERROR;
}

void
bl_cli_error(const struct bl_cli *cli, const char *fmt, ...)
{
	va_list ap;

	bl_cli_progress(cli, "%s", "");
	(void)fprintf(stderr, "beleg %s: ", cli->verb->name);
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
}

void
bl_cli_note(const struct bl_cli *cli, const char *fmt, ...)
{
	va_list ap;

	if (cli->quiet)
		return;
	bl_cli_progress(cli, "%s", "");
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
}

void
bl_cli_progress(const struct bl_cli *cli, const char *fmt, ...)
{
	char line[SAID_BYTES];
	struct winsize size;
	va_list ap;

	if (!cli->err_tty || cli->quiet)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	/* A line that wraps could not be replaced; all of it is ASCII. */
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 &&
	    strlen(line) >= size.ws_col)
		line[size.ws_col - 1] = '\0';
	(void)fprintf(stderr, "\r\033[K%s", line);
	(void)fflush(stderr);
}

void
bl_cli_write(struct bl_str bytes)
{
	/* A failure sticks to the stream; main() asks for it once. */
	(void)fwrite(bytes.ptr, 1, bytes.len, stdout);
}

enum bl_status
bl_cli_open_store(struct bl_cli *cli, int mode, struct bl_store **ret_store)
{
	const char *path = bl_cli_value(cli, "store");

	if (path == NULL)
		return bl_fail(&cli->err, BL_EUSAGE,
		    "no store named: give --store DIR, set BELEG_STORE, or write store = \"DIR\" "
		    "into "
		    "beleg.toml");
	return bl_store_open(cli->os, path, (enum bl_store_mode)mode, ret_store, &cli->err);
}
