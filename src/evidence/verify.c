/* VERIFY.md: what to type, what each step proves, and what none of them does. */
#include "evidence/out.h"
#include "evidence/package_priv.h"

static const char german[] =
    "# Prüfung dieses Pakets / Checking this package\n"
    "\n"
    "*English below.*\n"
    "\n"
    "## Deutsch\n"
    "\n"
    "Sie brauchen nur OpenSSH (ab 8.1), coreutils, sed, find und bash oder zsh. Alle Befehle "
    "laufen\n"
    "im Ordner dieses Pakets.\n"
    "\n"
    "### 0. Ist es der richtige Schlüssel?\n"
    "\n"
    "Ein Fälscher kann ein Paket samt `allowed_signers` mit einem eigenen Schlüssel neu\n"
    "unterschreiben. Lassen Sie sich deshalb den Fingerabdruck des Schlüssels vom Betreiber\n"
    "auf anderem Weg geben (nicht mit dem Paket) und vergleichen Sie ihn mit dem, den Schritt 1\n"
    "ausgibt. In diesem Paket lautet er:\n"
    "\n";
static const char german_1[] = "\n"
			       "### 1. Die Signatur\n"
			       "\n";
static const char german_2[] =
    "\n"
    "Erwartet: `Good \"beleg-package\" signature for beleg with ED25519 key SHA256:...` mit dem\n"
    "Fingerabdruck aus Schritt 0. Beweist: `manifest.json` ist, Byte für Byte, was der Inhaber "
    "des\n"
    "Schlüssels unterschrieben hat.\n"
    "\n"
    "### 2. Alle Dateien\n"
    "\n";
static const char german_3[] =
    "\n"
    "Erwartet: hinter jeder Datei `OK` (oder `GUT`), am Ende keine Warnung. Beweist: Jede Datei "
    "des\n"
    "Pakets ist die, die im unterschriebenen Manifest steht. Die Prüfsummen kommen aus dem\n"
    "Manifest selbst.\n"
    "\n"
    "### 3. Nichts fehlt, nichts ist dazugekommen\n"
    "\n";
static const char german_4[] =
    "\n"
    "Erwartet: keine Ausgabe. Jede ausgegebene Zeile ist eine Datei, die fehlt oder nicht zum\n"
    "Paket gehört.\n"
    "\n"
    "### Schnelle Probe\n"
    "\n"
    "`sha256sum -c --strict SHA256SUMS` findet Fehler beim Kopieren. Es ersetzt Schritt 2 nicht:\n"
    "`SHA256SUMS` selbst ist nicht unterschrieben; es ist eine der Dateien, die Schritt 2 prüft.\n"
    "\n"
    "### Was das nicht beweist\n"
    "\n"
    "- Dass die Lieferungen von AWS stammen. `deliveries.csv` nennt jedes verwendete Objekt mit\n"
    "  SHA-256; vergleichen Sie Stichproben mit den Objekten im Bucket.\n"
    "- Dass die Urteile richtig sind. Die Texte der Regeln liegen unter `rules/`, Rohdaten von\n"
    "  Stichproben unter `samples/`; wer den Bestand hat, kann das Paket neu berechnen und muss\n"
    "  dieselben Bytes erhalten.\n"
    "- Wann das Paket erstellt wurde.\n"
    "\n";
static const char english[] = "## English\n"
			      "\n"
			      "You need OpenSSH (8.1 or later), coreutils, sed and find only. All "
			      "commands run in the folder\n"
			      "of this package.\n"
			      "\n"
			      "### 0. Is it the right key?\n"
			      "\n"
			      "A forger can sign a package anew, `allowed_signers` and all, with a "
			      "key of his own. So let the\n"
			      "operator give you the key's fingerprint by another way (not with "
			      "the package), and compare it\n"
			      "with the one that step 1 prints. In this package it is:\n"
			      "\n";
static const char english_1[] = "\n"
				"### 1. The signature\n"
				"\n";
static const char english_2[] =
    "\n"
    "Expected: `Good \"beleg-package\" signature for beleg with ED25519 key SHA256:...` with the\n"
    "fingerprint of step 0. It proves that `manifest.json` is, byte for byte, what the owner of "
    "the\n"
    "key signed.\n"
    "\n"
    "### 2. Every file\n"
    "\n";
static const char english_3[] =
    "\n"
    "Expected: `OK` behind every file, and no warning at the end. It proves that each file of the\n"
    "package is the one that the signed manifest states. The checksums come from the manifest "
    "itself.\n"
    "\n"
    "### 3. Nothing is missing, nothing was added\n"
    "\n";
static const char english_4[] =
    "\n"
    "Expected: no output. Each line printed is a file that is missing or does not belong to the\n"
    "package.\n"
    "\n"
    "### A quick look\n"
    "\n"
    "`sha256sum -c --strict SHA256SUMS` finds copying errors. It does not replace step 2:\n"
    "`SHA256SUMS` itself is not signed; it is one of the files that step 2 checks.\n"
    "\n"
    "### What this does not prove\n"
    "\n"
    "- That the deliveries came from AWS. `deliveries.csv` names every object used with its "
    "SHA-256;\n"
    "  compare samples of them with the objects in the bucket.\n"
    "- That the verdicts are right. The texts of the rules lie in `rules/`, raw items of samples "
    "in\n"
    "  `samples/`; whoever has the store can compute the package again and must get the same "
    "bytes.\n"
    "- When the package was made.\n";

struct text {
	bool command;
	const char *text;
};

/* Text and commands in turn; NULL stands for the fingerprint. */
static const struct text texts[] = {
    {false, german},
    {true, NULL},
    {false, german_1},
    {true, BL_PACKAGE_CHECK_SIGNATURE},
    {false, german_2},
    {true, BL_PACKAGE_CHECK_FILES},
    {false, german_3},
    {true, BL_PACKAGE_CHECK_NOTHING_MORE},
    {false, german_4},
    {false, english},
    {true, NULL},
    {false, english_1},
    {true, BL_PACKAGE_CHECK_SIGNATURE},
    {false, english_2},
    {true, BL_PACKAGE_CHECK_FILES},
    {false, english_3},
    {true, BL_PACKAGE_CHECK_NOTHING_MORE},
    {false, english_4},
};

enum bl_status
bl_package__verify_md(struct bl_package *package, struct bl_err *reterr)
{
	struct bl_out out;

	bl_out__open(package, BL_STR("VERIFY.md"), &out);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i].command)
			bl_out__z(&out, texts[i].text == NULL ? "```\n" : "```sh\n");
		bl_out__z(&out, texts[i].text == NULL ? package->fingerprint.ptr : texts[i].text);
		if (texts[i].command)
			bl_out__z(&out, "\n```\n");
	}
	return bl_out__close(&out, reterr);
}
