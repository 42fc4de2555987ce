#ifndef BL_EVIDENCE_WORDS_H
#define BL_EVIDENCE_WORDS_H

#include <stddef.h>

/*
 * Everything that a package says to people, in German and in English, in one table.  "{0}" to "{9}"
 * are replaced by arguments; the texts themselves are plain text, escaped like any other.
 */
enum bl_lang { BL_LANG_DE, BL_LANG_EN };
#define BL_N_LANGS 2

#define BL_WORD_LIST(X)                                                                              \
	X(TITLE, "Nachweis der AWS-Konfiguration", "Evidence of AWS configuration")                  \
	X(SUBTITLE, "Konformitätsbericht zu AWS Config", "Compliance report on AWS Config")          \
	X(LANGUAGE, "Sprache", "Language")                                                           \
	X(CONTENTS, "Inhalt", "Contents")                                                            \
	X(PERIOD, "Zeitraum", "Period")                                                              \
	X(MOMENT, "Zeitpunkt", "Moment")                                                             \
	X(PERIOD_VALUE, "{0} bis vor {1}", "{0} until before {1}")                                   \
	X(EVIDENCE_UNTIL, "Daten reichen bis", "Data reaches until")                                 \
	X(PACK, "Regelpaket", "Rule pack")                                                           \
	X(PACK_SHA, "SHA-256 des Regelpakets", "SHA-256 of the rule pack")                           \
	X(POSITION, "Stand", "Ledger position")                                                      \
	X(POSITION_VALUE, "Lieferung Nr. {0} (die letzte, die bei der Erstellung bekannt war)",      \
	    "delivery no. {0} (the last one known when this was made)")                              \
	X(DELIVERIES, "Verwendete Lieferungen", "Deliveries used")                                   \
	X(AGGREGATOR, "Aggregator", "Aggregator")                                                    \
	X(KEY, "Schlüssel der Signatur", "Signing key")                                              \
	X(VERSION, "Erstellt mit", "Made with")                                                      \
	X(COVER_NOTE,                                                                                \
	    "Dieser Bericht ist Teil eines signierten Pakets. Er ist nur zusammen mit dem Paket "    \
	    "ein Nachweis; wie man es prüft, steht in Abschnitt 11 und in VERIFY.md.",               \
	    "This report is part of a signed package. It is evidence only together with the "        \
	    "package; section 11 and VERIFY.md say how to check it.")                                \
	X(TIMES_NOTE, "Alle Zeiten in UTC.", "All times in UTC.")                                    \
	/* 1 Summary */                                                                              \
	X(S_SUMMARY, "Zusammenfassung", "Summary")                                                   \
	X(SUM_SCOPE,                                                                                 \
	    "Geprüft wurden {0} Regeln an {1} Prüfpunkten. Ein Prüfpunkt ist eine Regel, "        \
	    "angewandt auf eine Ressource, oder auf Konto und Region, solange dort keine bekannt "   \
	    "sein kann; über den Zeitraum zählt der schlechteste Befund.",                           \
	    "{0} rules were checked at {1} check points. A check point is one rule applied to "      \
	    "one resource, or to an account and region while none can be known there; over the "     \
	    "period the worst finding counts.")                                                      \
	X(SUM_COMPLIANT,                                                                             \
	    "{0} von {1} entschiedenen Prüfpunkten waren im ganzen Zeitraum konform ({2}); am "     \
	    "Ende des Zeitraums waren es {3} von {4} ({5}).",                                        \
	    "{0} of {1} decided check points were compliant throughout ({2}); at the end of the "    \
	    "period it was {3} of {4} ({5}).")                                                       \
	X(SUM_NC,                                                                                    \
	    "Nicht konform: {0} Prüfpunkte im Zeitraum, davon {1} noch am Ende. {2} weitere "       \
	    "Abweichungen sind "                                                                     \
	    "seit dem letzten Beleg nicht mehr zu sehen und gelten nicht als behoben. Einzeln in "   \
	    "Abschnitt 5.",                                                                          \
	    "Non-compliant: {0} check points in the period, {1} of them still at its end. {2} "      \
	    "further "                                                                               \
	    "deficiencies are out of sight since the last evidence and do not pass as repaired. "    \
	    "One by one in section 5.")                                                              \
	X(SUM_UNDETERMINED,                                                                          \
	    "Unbestimmt: {0} Prüfpunkte im Zeitraum, {1} am Ende. Hier fehlt ein Beleg; sie "       \
	    "gelten nicht als konform und zählen in keinem Prozentsatz als konform (Abschnitt "     \
	    "6).",                                                                                   \
	    "Undetermined: {0} check points in the period, {1} at its end. Evidence is missing "     \
	    "here; they do not pass as compliant, and no percentage counts them so (section 6).")    \
	X(SUM_NOT_EVALUATED,                                                                         \
	    "{0} von {1} Regeln konnten an keiner Ressource entschieden werden: siehe Abschnitt "    \
	    "6.",                                                                                    \
	    "{0} of {1} rules could not be decided for any resource: see section 6.")                \
	X(SUM_COVERAGE,                                                                              \
	    "Aufzeichnung: {0} Recorder in {1} Konten und {2} Regionen, im Mittel zu {3} des "       \
	    "Zeitraums belegt. Zeitweise gestoppt: {4}. Zeitweise ohne Lieferung: {5}. Am Ende "     \
	    "ohne Lieferung: {6} (Abschnitt 3).",                                                    \
	    "Recording: {0} recorders in {1} accounts and {2} regions, documented for {3} of the "   \
	    "period on average. Stopped at times: {4}. Without deliveries at times: {5}. Without "   \
	    "deliveries at the end: {6} (section 3).")                                               \
	X(FIG_COMPLIANT, "konform am Ende ({0} von {1} entschiedenen Prüfpunkten)",                  \
	    "compliant at the end ({0} of {1} decided check points)")                                \
	X(FIG_NC,                                                                                    \
	    "Abweichungen am Ende offen, {1} weitere seither nicht belegt ({0} im Zeitraum)",        \
	    "deficiencies open at the end, {1} more not documented since ({0} in the period)")       \
	X(FIG_UNDETERMINED, "am Ende unbestimmt (von {0} Prüfpunkten)",                              \
	    "undetermined at the end (of {0} check points)")                                         \
	X(FIG_KNOWN, "des Zeitraums durch Aufzeichnung belegt",                                      \
	    "of the period documented by recording")                                                 \
	X(SUM_NO_RECORDER,                                                                           \
	    "Für diesen Zeitraum liegt keine Lieferung eines Recorders vor: Über ihn lässt sich " \
	    "nichts belegen.",                                                                       \
	    "There is no delivery of any recorder for this period: nothing can be shown about "      \
	    "it.")                                                                                   \
	X(SUM_DISAGREE,                                                                              \
	    "Widersprüche zu AWS Configs eigenen Urteilen: {0} (Abschnitt 7). Unlesbare Stellen "   \
	    "in den Lieferungen: {1} (Abschnitt 8).",                                                \
	    "Disagreements with AWS Config's own verdicts: {0} (section 7). Unreadable things in "   \
	    "the deliveries: {1} (section 8).")                                                      \
	X(BARS,                                                                                      \
	    "Ergebnis je Regel über den Zeitraum (jede Ressource einmal, schlechtester Befund)",     \
	    "Result per rule over the period (each resource once, worst finding)")                   \
	X(C_RESULT, "Ergebnis", "Result")                                                            \
	X(LEGEND, "Legende", "Legend")                                                               \
	X(COMPLIANT, "konform", "compliant")                                                         \
	X(NON_COMPLIANT, "nicht konform", "non-compliant")                                           \
	X(UNDETERMINED, "unbestimmt", "undetermined")                                                \
	X(NOT_APPLICABLE, "nicht anwendbar", "not applicable")                                       \
	X(NO_RESOURCES, "keine Ressource", "no resource")                                            \
	/* 2 Scope */                                                                                \
	X(S_SCOPE, "Umfang und Grundgesamtheit", "Scope and population")                             \
	X(SCOPE_TEXT,                                                                                \
	    "Zur Grundgesamtheit gehören alle Ressourcen, die AWS Config in den unten genannten "   \
	    "Konten und Regionen geliefert hat und für die eine Regel gilt. Nichts davon ist "      \
	    "ausgenommen: Nicht anwendbare und unbestimmte Prüfpunkte sind gezählt. Wo der "       \
	    "Recorder nicht aufzeichnete oder nichts geliefert wurde, stehen Konto und Region "      \
	    "selbst als unbestimmt.",                                                                \
	    "The population is every resource that AWS Config delivered in the accounts and "        \
	    "regions below and that a rule applies to. Nothing is left out: check points that "      \
	    "are not applicable or undetermined are counted. Where the recorder did not record, "    \
	    "or nothing was delivered, the account and region itself is undetermined.")              \
	X(SCOPE_COMPLETE,                                                                            \
	    "Ob diese Konten alle Konten der Organisation sind, kann nur zeigen, wer ihre "          \
	    "Kontenliste kennt. Vergleichen Sie.",                                                   \
	    "Only someone who has the organisation's list of accounts can tell whether these are "   \
	    "all of its accounts. Compare.")                                                         \
	X(SCOPE_LIST,                                                                                \
	    "Die neueste eingelesene Kontenliste (Position {0}) nennt {1} Konten. Konten, von "      \
	    "denen nie etwas geliefert wurde: {2}. Jede Regel führt sie als unbestimmt.",            \
	    "The newest account list that was ingested (position {0}) names {1} accounts. "          \
	    "Accounts of which nothing was ever delivered: {2}. Every rule lists them as "           \
	    "undetermined.")                                                                         \
	X(T_ACCOUNTS, "Konten und Regionen mit Recorder", "Accounts and regions with a recorder")    \
	X(C_ACCOUNT, "Konto", "Account")                                                             \
	X(C_REGIONS, "Regionen", "Regions")                                                          \
	X(C_N_REGIONS, "Anzahl", "Number")                                                           \
	X(C_SNAPSHOTS, "Snapshots", "Snapshots")                                                     \
	/* 3 Coverage */                                                                             \
	X(S_COVERAGE, "Abdeckung und Lücken", "Coverage and gaps")                                   \
	X(COVERAGE_TEXT,                                                                             \
	    "Der Recorder ist der Teil von AWS Config, der in einem Konto und einer Region "         \
	    "aufzeichnet. Eine Zeit ist belegt, wenn Lieferungen zeigen, dass er aufzeichnete. "     \
	    "Was davor, danach und in Lücken geschah, ist nicht bekannt; Urteile darüber sind "    \
	    "unbestimmt, nie konform.",                                                              \
	    "The recorder is the part of AWS Config that records in one account and region. A "      \
	    "time is documented when deliveries show that it recorded. What happened before, "       \
	    "after and in gaps is not known; verdicts on it are undetermined, never compliant.")     \
	X(T_COVERAGE, "Recorder", "Recorders")                                                       \
	X(C_REGION, "Region", "Region")                                                              \
	X(C_FIRST, "erste Lieferung", "first delivery")                                              \
	X(C_LAST, "letzte Lieferung", "last delivery")                                               \
	X(C_FILES, "Snapshots / Verlauf / andere", "Snapshots / history / other")                    \
	X(C_SILENCE, "längster Abstand zweier Snapshots", "longest time between snapshots")          \
	X(C_KNOWN, "belegt", "documented")                                                           \
	X(C_REMARK, "Bemerkung", "Remark")                                                           \
	X(R_STOPPED, "zeitweise gestoppt", "stopped at times")                                       \
	X(R_LATE, "am Anfang ohne Lieferung", "without deliveries at first")                         \
	X(R_GAPS, "zeitweise ohne Lieferung", "without deliveries at times")                         \
	X(G_SILENT, "mehr als 25 Stunden lang wurde nichts geliefert",                               \
	    "nothing was delivered for more than 25 hours")                                          \
	X(R_SILENT, "schweigt am Ende", "silent at the end")                                         \
	X(R_NONE, "-", "-")                                                                          \
	X(T_GAPS, "Lücken: Recorder gestoppt oder keine Lieferung",                                  \
	    "Gaps: recorder stopped, or no delivery")                                                \
	X(NO_GAPS,                                                                                   \
	    "Kein Recorder war im Zeitraum gestoppt, und zwischen zwei Lieferungen eines "           \
	    "Recorders lagen nie mehr als 25 Stunden (wo Snapshots geliefert werden).",              \
	    "No recorder was stopped in the period, and never more than 25 hours lay between two "   \
	    "deliveries of a recorder (where snapshots are delivered).")                             \
	X(T_SILENT, "Recorder, von denen der letzte Tag nicht belegt ist",                           \
	    "Recorders whose last day is not documented")                                            \
	X(NO_SILENT, "Von jedem Recorder liegen Lieferungen bis zum letzten Tag vor.",               \
	    "There are deliveries of every recorder up to the last day.")                            \
	X(C_SINCE_LAST, "Abstand zum Ende", "Distance to the end")                                   \
	X(C_FROM, "von", "from")                                                                     \
	X(C_TO, "bis", "to")                                                                         \
	X(C_DURATION, "Dauer", "Duration")                                                           \
	/* 4 Matrix */                                                                               \
	X(S_MATRIX, "Kontrollmatrix", "Control matrix")                                              \
	X(MATRIX_TEXT,                                                                               \
	    "Eine Regel stützt eine Anforderung; keine Regel erfüllt sie allein. Der Anteil "      \
	    "bezieht sich auf die entschiedenen Prüfpunkte (konform und nicht konform) und ist "    \
	    "abgerundet.",                                                                           \
	    "A rule supports a requirement; no rule fulfils one by itself. The share is of the "     \
	    "decided check points (compliant and non-compliant), rounded down.")                     \
	X(T_MATRIX, "Regeln, Anforderungen und Ergebnisse", "Rules, requirements and results")       \
	X(C_NO, "Nr.", "No.")                                                                        \
	X(C_RULE, "Regel", "Rule")                                                                   \
	X(C_REFERENCES, "Bezug", "References")                                                       \
	X(C_WHEN, "Stand", "When")                                                                   \
	X(C_SHARE, "Anteil konform", "Compliant share")                                              \
	X(W_PERIOD, "Zeitraum", "period")                                                            \
	X(W_END, "Ende", "end")                                                                      \
	X(C_RESOURCES, "Ressourcen", "Resources")                                                    \
	X(SHARE_OF, "{0} ({1} von {2})", "{0} ({1} of {2})")                                         \
	X(SHARE_NONE, "nichts entschieden", "nothing decided")                                       \
	X(BY_AWS, "Urteile von AWS Config", "verdicts of AWS Config")                                \
	X(BY_BELEG, "von beleg berechnet", "computed by beleg")                                      \
	X(BY_NOBODY, "von beleg nicht ausgewertet", "not evaluated by beleg")                        \
	X(REF_NIS2, "NIS2 Art. 21(2)({0})", "NIS2 Art. 21(2)({0})")                                  \
	X(REF_BSIG, "BSIG § 30 Abs. 2 Nr. {0}", "BSIG § 30(2) no. {0}")                              \
	X(REF_BSIG_31, "BSIG § {0} Abs. 2 (Angriffserkennung)",                                      \
	    "BSIG § {0}(2) (attack detection)")                                                      \
	X(REF_ANNEX, "(EU) 2024/2690 Anhang {0}", "(EU) 2024/2690 Annex {0}")                        \
	X(REF_ISO, "ISO/IEC 27001:2022 {0}", "ISO/IEC 27001:2022 {0}")                               \
	X(REF_DIFFERS,                                                                               \
	    "Das Regelpaket nennt Buchstabe ({0}); nach dem Anhang der Verordnung spricht mehr "     \
	    "für ({1}).",                                                                            \
	    "The rule pack names letter ({0}); the Annex of the Regulation speaks for ({1}).")       \
	X(REF_PACK, "Im Regelpaket: {0}", "In the rule pack: {0}")                                   \
	X(REF_NONE, "kein Bezug hinterlegt", "no reference on file")                                 \
	X(LEGAL_TEXT,                                                                                \
	    "Die Bezüge sind eine Lesart zur Bestätigung durch Fachkundige, keine "                \
	    "Rechtsberatung. BSIG: Fassung vom 2.12.2025 (BGBl. 2025 I Nr. 301); Betreiber "         \
	    "kritischer Anlagen führen den Nachweis nach § 39 alle drei Jahre. Die "               \
	    "Durchführungsverordnung (EU) 2024/2690 "                                               \
	    "bindet nur die in ihrem Artikel 1 genannten Anbieter; für andere Betreiber ist sie "   \
	    "Orientierung. Für Energie, Telekommunikation und Finanzwesen gelten teils eigene "     \
	    "Gesetze.",                                                                              \
	    "The references are a reading for experts to confirm, no legal advice. BSIG: of 2 "      \
	    "December 2025 (BGBl. 2025 I Nr. 301); operators of critical installations give "        \
	    "proof under section 39 every "                                                          \
	    "three years. Implementing Regulation (EU) 2024/2690 binds only the providers named "    \
	    "in its "                                                                                \
	    "Article 1; for other operators it is guidance. Energy, telecommunications and "         \
	    "finance partly have laws of their own.")                                                \
	/* 5 Deficiencies */                                                                         \
	X(S_DEFICIENCIES, "Abweichungen (nicht konform)", "Deficiencies (non-compliant)")            \
	X(DEF_TEXT,                                                                                  \
	    "Jede Zeile ist ein Zeitabschnitt, in dem eine Ressource gegen eine Regel verstieß. "   \
	    "Schwere, Verantwortliche und Maßnahmen legen Menschen fest.",                           \
	    "Each row is a stretch of time in which a resource broke a rule. Severity, owner and "   \
	    "measures are for people to decide.")                                                    \
	X(T_OPEN, "Am Ende des Zeitraums noch offen", "Still open at the end of the period")         \
	X(T_LOST, "Zuletzt nicht konform, seither nicht belegt",                                     \
	    "Non-compliant when last known, not documented since")                                   \
	X(NO_LOST,                                                                                   \
	    "Zu jeder Abweichung reichen die Belege bis zu ihrem Ende oder bis zum Ende des "        \
	    "Zeitraums.",                                                                            \
	    "For each deficiency the evidence reaches to its end or to the end of the period.")      \
	X(ST_UNKNOWN, "danach zeitweise nicht belegt", "not documented for a time after it")         \
	X(ST_UNKNOWN_SINCE, "seither nicht belegt", "not documented since")                          \
	X(T_CLOSED, "Vor dem Ende beendet (der Zustand sagt, was folgte)",                           \
	    "Ended before the end of the period (the state says what followed)")                     \
	X(NO_OPEN, "Am Ende ist keine Abweichung offen, soweit belegt.",                             \
	    "No deficiency is open at the end, as far as documented.")                               \
	X(NO_CLOSED, "Keine Abweichung endete im Zeitraum.", "No deficiency ended in the period.")   \
	X(C_PLACE, "Konto und Region", "Account and region")                                         \
	X(C_RESOURCE, "Ressource", "Resource")                                                       \
	X(C_OBSERVED, "Befund", "Finding")                                                           \
	X(C_SINCE, "seit", "since")                                                                  \
	X(C_STATE, "Zustand", "State")                                                               \
	X(ST_OPEN, "offen", "open")                                                                  \
	X(ST_MENDED, "behoben: danach konform", "mended: compliant after it")                        \
	X(ST_CHANGED, "danach anderer Befund", "another finding after it")                           \
	X(ST_GONE, "Ressource gelöscht", "resource deleted")                                         \
	X(ST_VANISHED, "Ressource verschwand zwischen zwei Snapshots",                               \
	    "resource vanished between two snapshots")                                               \
	X(SINCE_UNKNOWN, "nicht bekannt", "not known")                                               \
	X(SINCE_BEFORE, "{0} (vor dem Zeitraum)", "{0} (before the period)")                         \
	X(VERSION_SHA, "Beleg {0}", "Evidence {0}")                                                  \
	X(MORE_ROWS, "Gezeigt sind die ersten {0} Zeilen. {1} weitere stehen in {2}.",               \
	    "The first {0} rows are shown. {1} more stand in {2}.")                                  \
	/* 6 Undetermined */                                                                         \
	X(S_UNDETERMINED, "Unbestimmte Prüfpunkte", "Undetermined check points")                     \
	X(UND_TEXT,                                                                                  \
	    "Hier reichen die Belege für kein Urteil. Der Grund sagt, was fehlt; jede Zeile "       \
	    "steht einzeln in undetermined-resources.csv. Wer diesen Zeitraum nachweisen muss, "     \
	    "braucht für diese Prüfpunkte andere Belege.",                                           \
	    "Here the evidence is not enough for a verdict. The reason says what is missing; "       \
	    "every row stands in undetermined-resources.csv. Whoever must give proof for this "      \
	    "period needs other evidence for these check points.")                                   \
	X(T_TODO, "Was fehlt und was zu tun ist", "What is missing and what to do")                  \
	X(C_TODO, "Was zu tun ist", "What to do")                                                    \
	X(TODO_DELIVERY,                                                                             \
	    "Prüfen, ob das Konto in dieser Zeit bestand und aufzeichnete. Liegen Lieferungen "     \
	    "vor, die nicht eingelesen wurden: einlesen und das Paket neu erstellen. Sonst die "     \
	    "Lücke begründen und die Zustellung wiederherstellen.",                                  \
	    "Check whether the account existed and recorded in this time. If there are "             \
	    "deliveries that were not ingested, ingest them and make the package again. "            \
	    "Otherwise give the reason for the gap and restore the delivery.")                       \
	X(TODO_STOPPED,                                                                              \
	    "Klären, wer den Recorder warum gestoppt hat (CloudTrail: "                             \
	    "StopConfigurationRecorder); für diese Zeit andere Belege beibringen. Nachträglich "   \
	    "lässt sich nichts aufzeichnen.",                                                        \
	    "Find out who stopped the recorder and why (CloudTrail: StopConfigurationRecorder); "    \
	    "bring other evidence for this time. Nothing can be recorded afterwards.")               \
	X(TODO_RECORD,                                                                               \
	    "Den Ressourcentyp in AWS Config aufzeichnen lassen oder belegen, dass es keine "        \
	    "solche Ressource gab.",                                                                 \
	    "Have AWS Config record the resource type, or show that there was no such resource.")    \
	X(TODO_VANISHED,                                                                             \
	    "Klären, wann und wodurch die Ressource verschwand (CloudTrail); AWS Config hat "       \
	    "keine Löschung geliefert.",                                                             \
	    "Find out when and by what the resource vanished (CloudTrail); AWS Config delivered "    \
	    "no deletion.")                                                                          \
	X(TODO_RULE,                                                                                 \
	    "Die Regel in AWS Config einsetzen, damit deren Urteile mitgeliefert werden, oder "      \
	    "die Anforderung auf anderem Weg nachweisen.",                                           \
	    "Deploy the rule in AWS Config, so that its verdicts are delivered too, or show the "    \
	    "requirement in another way.")                                                           \
	X(TODO_BROKEN,                                                                               \
	    "Die Fehlermeldung steht in undetermined-resources.csv: Regeltext oder Parameter "       \
	    "berichtigen und das Paket neu erstellen.",                                              \
	    "The message stands in undetermined-resources.csv: correct the rule text or its "        \
	    "parameters, and make the package again.")                                               \
	X(TODO_DATA,                                                                                 \
	    "Die Zeile in undetermined-resources.csv nennt, was dem Element fehlt. Meist fehlt "     \
	    "dem Recorder eine Berechtigung: seine Rolle prüfen; die Ressource bis dahin von "      \
	    "Hand prüfen.",                                                                          \
	    "The row in undetermined-resources.csv names what the item lacks. Often the recorder "   \
	    "lacks a permission: check its role, and the resource by hand until then.")              \
	X(T_UNDETERMINED, "Unbestimmt, nach Regel und Grund", "Undetermined, by rule and reason")    \
	X(NO_UNDETERMINED, "Kein Prüfpunkt ist unbestimmt.", "No check point is undetermined.")      \
	X(C_REASON, "Grund", "Reason")                                                               \
	X(C_VERDICT, "Urteil", "Verdict")                                                            \
	X(C_ROWS, "Zeilen", "Rows")                                                                  \
	X(C_EXAMPLE, "Beispiel", "Example")                                                          \
	X(RULE_FAILED, "Fehler der Regel", "rule failed")                                            \
	X(REASON_CONDITION, "die Bedingung der Regel hat entschieden",                               \
	    "the rule's condition decided")                                                          \
	X(REASON_SCOPE, "die Regel gilt nicht für diese Ressource",                                  \
	    "the rule does not apply to this resource")                                              \
	X(REASON_STATUS, "die Ressource ist gelöscht oder wird nicht aufgezeichnet",                 \
	    "the resource is deleted or not recorded")                                               \
	X(REASON_MISSING, "es fehlen Daten, die die Regel braucht",                                  \
	    "data that the rule needs is missing")                                                   \
	X(REASON_UNKNOWN, "die Bedingung der Regel hat für diesen Stand keinen Wert",                \
	    "the rule's condition has no value for this item")                                       \
	X(REASON_BROKEN, "die Regel konnte nicht ausgewertet werden",                                \
	    "the rule could not be evaluated")                                                       \
	X(REASON_NOT_IMPLEMENTED, "diese Regel wird von beleg nicht ausgewertet",                    \
	    "this rule is not evaluated by beleg")                                                   \
	X(REASON_STALE, "für diese Zeit wurde nichts geliefert",                                     \
	    "nothing was delivered for this time")                                                   \
	X(REASON_BEFORE, "bis dahin wurde noch nichts geliefert",                                    \
	    "nothing had been delivered yet")                                                        \
	X(REASON_NOBODY, "keine Lieferung nennt Konto und Region als ihre eigenen",                  \
	    "no delivery names the account and region as its own")                                   \
	X(REASON_STOPPED, "der Recorder war gestoppt", "the configuration recorder was stopped")     \
	X(REASON_NOT_RECORDED, "nichts zeigt, dass dieser Ressourcentyp aufgezeichnet wurde",        \
	    "nothing shows that this resource type was recorded")                                    \
	X(REASON_VANISHED, "die Ressource verschwand zwischen zwei Snapshots",                       \
	    "the resource vanished between two snapshots")                                           \
	X(REASON_RECORDED, "eigenes Urteil von AWS Config", "AWS Config's own verdict")              \
	/* 7 Disagreements */                                                                        \
	X(S_DISAGREE, "Widersprüche zu AWS Config", "Disagreements with AWS Config")                 \
	X(DIS_TEXT,                                                                                  \
	    "Hat AWS Config selbst ein Urteil geliefert und lautet das von beleg berechnete "        \
	    "anders, stehen beide hier. Welches stimmt, zeigt die Ressource selbst. Ein "            \
	    "Widerspruch von wenigen Minuten nach einer Änderung ist üblich: AWS Config urteilt "  \
	    "etwas später.",                                                                         \
	    "Where AWS Config delivered a verdict of its own and the one that beleg computed "       \
	    "differs, both stand here. The resource itself shows which is right. A disagreement "    \
	    "of a few minutes after a change is usual: AWS Config judges a little later.")           \
	X(T_DISAGREE, "Unterschiedliche Urteile", "Differing verdicts")                              \
	X(NO_DISAGREE, "Keine Widersprüche.", "No disagreements.")                                   \
	X(C_COMPUTED, "berechnet", "computed")                                                       \
	X(C_RECORDED, "von AWS Config", "by AWS Config")                                             \
	/* 8 Unreadable */                                                                           \
	X(S_UNREADABLE, "Unlesbares", "Unreadable things")                                           \
	X(UNR_TEXT,                                                                                  \
	    "Was in den Lieferungen nicht gelesen werden konnte, ist hier genannt und fließt in "   \
	    "kein Urteil ein.",                                                                      \
	    "What could not be read in the deliveries is named here and enters no verdict.")         \
	X(T_UNREADABLE, "Nicht gelesen", "Not read")                                                 \
	X(NO_UNREADABLE, "Alles war lesbar.", "Everything was readable.")                            \
	X(C_FILE, "Lieferung", "Delivery")                                                           \
	X(C_ITEM, "Element", "Item")                                                                 \
	X(C_OFFSET, "Byte", "Byte")                                                                  \
	X(WHOLE_FILE, "ganze Datei", "whole file")                                                   \
	/* 9 Limits */                                                                               \
	X(S_LIMITS, "Grenzen der Aussage", "Limits")                                                 \
	X(T_LIMITS, "Was eine Regel nicht zeigen kann", "What a rule cannot show")                   \
	X(C_LIMITS, "Grenzen", "Limits")                                                             \
	X(LIMITS_NONE, "keine hinterlegt", "none on file")                                           \
	X(LIMITS_NOT_EVALUATED, "diese Regel wird von beleg nicht ausgewertet",                      \
	    "this rule is not evaluated by beleg")                                                   \
	X(GENERAL_LIMITS, "Allgemein", "In general")                                                 \
	X(LIMIT_1,                                                                                   \
	    "Gezeigt wird die Konfiguration, wie AWS Config sie aufgezeichnet hat; was AWS "         \
	    "Config "                                                                                \
	    "nicht aufzeichnet, ist nicht belegt.",                                                  \
	    "Shown is the configuration as AWS Config recorded it; what AWS Config does not "        \
	    "record is not documented.")                                                             \
	X(LIMIT_2,                                                                                   \
	    "Konforme Konfiguration ist kein Nachweis, dass eine Maßnahme wirkt, und kein Ersatz "  \
	    "für organisatorische Maßnahmen.",                                                       \
	    "Compliant configuration does not prove that a measure is effective and does not "       \
	    "replace organisational measures.")                                                      \
	X(LIMIT_3,                                                                                   \
	    "Verschwindet eine Ressource zwischen zwei Snapshots ohne Löschmeldung, ist ihr Ende "  \
	    "nur auf diesen Abstand genau.",                                                         \
	    "When a resource vanishes between two snapshots without a record of its deletion, "      \
	    "its end is known only to within that interval.")                                        \
	X(LIMIT_4,                                                                                   \
	    "Änderungen, die zwischen zwei Aufzeichnungen gemacht und zurückgenommen wurden, "     \
	    "sind nicht sichtbar.",                                                                  \
	    "Changes that were made and undone between two recordings are not visible.")             \
	X(LIMIT_5,                                                                                   \
	    "Die Signatur zeigt, dass dieses Paket seit der Erstellung unverändert ist; sie "       \
	    "zeigt nicht, dass die Lieferungen von AWS stammen.",                                    \
	    "The signature shows that this package is unchanged since it was made; it does not "     \
	    "show that the deliveries came from AWS.")                                               \
	/* 10 Method */                                                                              \
	X(S_METHOD, "Methode", "Method")                                                             \
	X(METHOD_1,                                                                                  \
	    "Grundlage sind die Objekte, die AWS Config geliefert hat (Snapshots, Verläufe, "       \
	    "Benachrichtigungen). Jedes verwendete Objekt steht mit SHA-256 in deliveries.csv.",     \
	    "The basis is the objects that AWS Config delivered (snapshots, histories, "             \
	    "notifications). Every object used stands in deliveries.csv with its SHA-256.")          \
	X(METHOD_2,                                                                                  \
	    "Aus den Versionen jeder Ressource entsteht ihr Verlauf; jede Regel wird auf jede "      \
	    "Version angewandt, auch auf Zeiten, bevor die Regel eingeführt war.",                   \
	    "The versions of each resource give its history; every rule is applied to every "        \
	    "version, also for times before the rule was introduced.")                               \
	X(METHOD_3,                                                                                  \
	    "Der Wortlaut der Regeln liegt unter rules/, das Regelpaket unter pack/; ihre "          \
	    "Prüfsummen stehen in summary.json.",                                                    \
	    "The wording of the rules lies in rules/, the rule pack in pack/; their checksums "      \
	    "stand in summary.json.")                                                                \
	X(METHOD_4,                                                                                  \
	    "Über den Zeitraum zählt je Prüfpunkt der schlechteste Befund, in dieser Folge: "     \
	    "nicht "                                                                                 \
	    "konform, Fehler, unbestimmt, konform, nicht anwendbar. Am Ende zählt der letzte "      \
	    "Augenblick des Zeitraums.",                                                             \
	    "Over the period the worst finding of a check point counts, in this order: "             \
	    "non-compliant, error, undetermined, compliant, not applicable. At the end the last "    \
	    "instant of the period counts.")                                                         \
	X(METHOD_5,                                                                                  \
	    "Stichproben: Je Regel sind bis zu {0} nicht konforme und bis zu {0} konforme "          \
	    "Befunde "                                                                               \
	    "gezogen, nach einer Prüfsumme über Befund und Stand, also ohne Auswahl durch "        \
	    "Menschen und wiederholbar. Die Ziehung steht in samples.csv, die Rohdaten liegen "      \
	    "unter samples/.",                                                                       \
	    "Samples: for each rule up to {0} non-compliant and up to {0} compliant findings are "   \
	    "drawn by a checksum over finding and position, that is without a person's choice "      \
	    "and "                                                                                   \
	    "repeatably. The draw stands in samples.csv, the raw items lie in samples/.")            \
	X(METHOD_6,                                                                                  \
	    "Derselbe Stand, Zeitraum, dasselbe Regelpaket und derselbe Schlüssel ergeben "         \
	    "dasselbe Paket, Byte für Byte.",                                                        \
	    "The same position, period, rule pack and key give the same package, byte for byte.")    \
	/* 11 Verify */                                                                              \
	X(S_VERIFY, "Prüfung des Pakets", "Checking the package")                                    \
	X(VERIFY_1,                                                                                  \
	    "Im Ordner des Pakets, mit Werkzeugen jedes Linux- oder BSD-Systems (OpenSSH ab 8.1, "   \
	    "coreutils). Ausführlich in VERIFY.md.",                                                 \
	    "In the folder of the package, with the tools of any Linux or BSD system (OpenSSH "      \
	    "8.1 or later, coreutils). In full in VERIFY.md.")                                       \
	X(VERIFY_2, "Die Signatur des Manifests:", "The signature of the manifest:")                 \
	X(VERIFY_3,                                                                                  \
	    "Jede Datei gegen das signierte Manifest:", "Every file against the signed manifest:")   \
	X(VERIFY_5, "Nichts fehlt, nichts ist dazugekommen (keine Ausgabe heißt: so ist es):",       \
	    "Nothing is missing, nothing was added (no output means: so it is):")                    \
	X(VERIFY_4,                                                                                  \
	    "Den Fingerabdruck des Schlüssels müssen Sie auf anderem Weg erhalten haben. Hier "    \
	    "lautet er:",                                                                            \
	    "You must have got the key's fingerprint by another way. Here it is:")                   \
	X(FOOT, "Erstellt mit beleg {0}", "Made with beleg {0}")

enum bl_word {
#define X(name, de, en) BL_WORD_##name,
	BL_WORD_LIST(X)
#undef X
};

#define BL_N_LIMITS 5

/* bl_words__text(word, lang): the text, with its "{0}". */
const char *bl_words__text(enum bl_word word, enum bl_lang lang);

#endif
