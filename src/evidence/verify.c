/* VERIFY.md: what to type, what each step proves, and what none of them does. */
#include "evidence/out.h"
#include "evidence/package_priv.h"

struct text {
	bool command;
	const char *text; /* NULL stands for the fingerprint. */
};

/* clang-format off: the texts as they stand in the file, a line each. */
static const struct text texts[] = {
    {false, "# Prüfung dieses Pakets / Checking this package\n"
	    "\n"
	    "*English below.*\n"
	    "\n"
	    "## Deutsch\n"
	    "\n"
	    "Sie brauchen nur OpenSSH (ab 8.1), coreutils, sed, find\n"
	    "und bash oder zsh. Alle Befehle laufen im Ordner dieses Pakets.\n"
	    "\n"
	    "### 0. Ist es der richtige Schlüssel?\n"
	    "\n"
	    "Ein Fälscher kann ein Paket samt `allowed_signers` mit einem\n"
	    "eigenen Schlüssel neu unterschreiben. Lassen Sie sich deshalb den\n"
	    "Fingerabdruck des Schlüssels vom Betreiber auf anderem Weg geben\n"
	    "(nicht mit dem Paket) und vergleichen Sie ihn mit dem, den\n"
	    "Schritt 1 ausgibt. In diesem Paket lautet er:\n"
	    "\n"},
    {true, NULL},
    {false, "\n"
	    "### 1. Die Signatur\n"
	    "\n"},
    {true, BL_PACKAGE_CHECK_SIGNATURE},
    {false, "\n"
	    "Erwartet: `Good \"beleg-package\" signature for beleg with ED25519\n"
	    "key SHA256:...` mit dem Fingerabdruck aus Schritt 0. Beweist:\n"
	    "`manifest.json` ist, Byte für Byte, was der Inhaber des Schlüssels\n"
	    "unterschrieben hat.\n"
	    "\n"
	    "### 2. Alle Dateien\n"
	    "\n"},
    {true, BL_PACKAGE_CHECK_FILES},
    {false, "\n"
	    "Erwartet: hinter jeder Datei `OK`, am Ende keine Warnung. Beweist:\n"
	    "Jede Datei des Pakets ist die, die im unterschriebenen Manifest\n"
	    "steht. Die Prüfsummen kommen aus dem Manifest selbst.\n"
	    "\n"
	    "### 3. Nichts fehlt, nichts ist dazugekommen\n"
	    "\n"},
    {true, BL_PACKAGE_CHECK_NOTHING_MORE},
    {false, "\n"
	    "Erwartet: keine Ausgabe. Jede ausgegebene Zeile ist eine Datei, die\n"
	    "fehlt oder nicht zum Paket gehört.\n"
	    "\n"
	    "### Schnelle Probe\n"
	    "\n"
	    "`sha256sum -c --strict SHA256SUMS` findet Fehler beim Kopieren. Es\n"
	    "ersetzt Schritt 2 nicht: `SHA256SUMS` selbst ist nicht\n"
	    "unterschrieben; es ist eine der Dateien, die Schritt 2 prüft.\n"
	    "\n"
	    "### Was das nicht beweist\n"
	    "\n"
	    "- Dass die Lieferungen von AWS stammen. `deliveries.csv` nennt jedes\n"
	    "  verwendete Objekt mit SHA-256; vergleichen Sie Stichproben mit den\n"
	    "  Objekten im Bucket.\n"
	    "- Dass die Urteile richtig sind. Die Texte der Regeln liegen unter\n"
	    "  `rules/`, Rohdaten von Stichproben unter `samples/`; wer den Bestand\n"
	    "  hat, kann das Paket neu berechnen und muss dieselben Bytes erhalten.\n"
	    "- Wann das Paket erstellt wurde.\n"
	    "\n"},
    {false, "## English\n"
	    "\n"
	    "You need only OpenSSH (8.1 or later), coreutils, sed, find, and bash\n"
	    "or zsh. All commands run in the folder of this package.\n"
	    "\n"
	    "### 0. Is it the right key?\n"
	    "\n"
	    "A forger can sign a package anew, `allowed_signers` and all, with a\n"
	    "key of his own. So let the operator give you the key's fingerprint by\n"
	    "another way (not with the package), and compare it with the one that\n"
	    "step 1 prints. In this package it is:\n"
	    "\n"},
    {true, NULL},
    {false, "\n"
	    "### 1. The signature\n"
	    "\n"},
    {true, BL_PACKAGE_CHECK_SIGNATURE},
    {false, "\n"
	    "Expected: `Good \"beleg-package\" signature for beleg with ED25519 key\n"
	    "SHA256:...` with the fingerprint of step 0. It proves that\n"
	    "`manifest.json` is, byte for byte, what the owner of the key signed.\n"
	    "\n"
	    "### 2. Every file\n"
	    "\n"},
    {true, BL_PACKAGE_CHECK_FILES},
    {false, "\n"
	    "Expected: `OK` behind every file, and no warning at the end. It proves\n"
	    "that each file of the package is the one that the signed manifest\n"
	    "states. The checksums come from the manifest itself.\n"
	    "\n"
	    "### 3. Nothing is missing, nothing was added\n"
	    "\n"},
    {true, BL_PACKAGE_CHECK_NOTHING_MORE},
    {false, "\n"
	    "Expected: no output. Each line printed is a file that is missing or\n"
	    "does not belong to the package.\n"
	    "\n"
	    "### A quick look\n"
	    "\n"
	    "`sha256sum -c --strict SHA256SUMS` finds copying errors. It does not\n"
	    "replace step 2: `SHA256SUMS` itself is not signed; it is one of the\n"
	    "files that step 2 checks.\n"
	    "\n"
	    "### What this does not prove\n"
	    "\n"
	    "- That the deliveries came from AWS. `deliveries.csv` names every\n"
	    "  object used with its SHA-256; compare samples of them with the\n"
	    "  objects in the bucket.\n"
	    "- That the verdicts are right. The texts of the rules lie in `rules/`,\n"
	    "  raw items of samples in `samples/`; whoever has the store can compute\n"
	    "  the package again and must get the same bytes.\n"
	    "- When the package was made.\n"},
};
/* clang-format on */

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
