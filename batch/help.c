/*
 * The texts of --help.
 */
#include "batch/help.h"

#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "schema/store.h"

static const struct {
    const char *command;
    const char *summary;
    const char *text;
} HELP[] = {
    {"init", "creates the database and loads the catalogue",
     "usage: monthend init DB [--catalogue DIR]\n"
     "\n"
     "Creates the database DB and loads the catalogue: the shipped one, or the CSV files of DIR.\n"
     "An existing file is left alone.\n"
     "\n"
     "  --catalogue DIR    load plans.csv, plan_prices.csv, ... from DIR instead\n"},
    {"import", "loads CSV files",
     "usage: monthend import DB TABLE FILE...\n"
     "       monthend import DB DIR\n"
     "\n"
     "Loads CSV files into a table, '-' is standard input, names ending in .gz are unpacked; or\n"
     "every TABLE.csv of a directory. A file with an error imports nothing.\n"
     "\n"
     "  --recorded-at T        the instant at which rows without recorded_at became known (default: now)\n"
     "  --rejects FILE         import the good rows, write the bad ones to FILE with their reasons\n"
     "  --allow-unterminated   accept a last line without a line end\n"
     "  --shard K/N            only rows of the accounts of shard K of N, and those of no account\n"
     "  --quiet                no progress\n"
     "  --log F, --log-level L, --on-failure CMD: as for close\n"},
    {"close", "bills a month and issues its invoices, once",
     "usage: monthend close DB [--month M] [--as-of T] [--out DIR]\n"
     "       monthend close DB --catch-up\n"
     "\n"
     "Bills the month and issues its invoices, once: closing a closed month issues nothing. Closing\n"
     "again after held accounts were mended bills those and no one else.\n"
     "\n"
     "  --month M          the month as 2026-06 (default: the last one that may be closed)\n"
     "  --as-of T          what was known at this instant (default: now)\n"
     "  --out DIR          where the report directory goes (default: reports-out beside the database)\n"
     "  --expect DIGEST    issue only the result with this digest, as 'monthend preview' printed it\n"
     "  --approved-by NAME  who approved it; kept with the run\n"
     "  --accept-held      issue although more accounts are held than policy held_limit_percent allows\n"
     "  --workbook full|summary|none  (default: full up to 200,000 lines, then summary)\n"
     "  --threads N        default: as many as there are processors\n"
     "  --wait SECONDS     wait for another run on the same database (default: 0)\n"
     "  --catch-up         every ended month that was never closed, the oldest first, each when its grace\n"
     "                     period is over; closed months are left alone\n"
     "  --quiet            no progress\n"
     "  --log F            messages on standard error as text (default) or json, one object a line\n"
     "  --log-level L      error, warning (default), info (default with json) or debug\n"
     "  --on-failure CMD   when it fails, the shell is given CMD, with the one line on its standard input\n"
     "                     and in MONTHEND_MESSAGE, and the exit status in MONTHEND_STATUS\n"
     "\n"
     "A shard of the month, which 'monthend merge' issues with the others; the database is only read:\n"
     "\n"
     "  --shard K/N        compute only the accounts whose hash falls in shard K of N; with --month and --as-of\n"
     "  --result FILE      where its result goes; one of the same shard that is there is left as it is\n"
     "\n"
     "What --out, --workbook, --log, --log-level and --on-failure are where they are left out,\n"
     "'monthend config' shows.\n"},
    {"merge", "closes a month from the results of its shards",
     "usage: monthend merge DB FILE... [--out DIR]\n"
     "\n"
     "Closes the month whose shards 'monthend close --shard' computed into the result files, in any\n"
     "order: the same documents, numbers, links and reports as of a close of the whole. DB holds all\n"
     "accounts and events, is asked for everything but the sums of usage, and every account has to come\n"
     "to the bill that its shard made. Results that do not fit each other or DB are refused.\n"
     "\n"
     "  --out DIR, --expect DIGEST, --approved-by NAME, --accept-held, --wait SECONDS: as for close\n"
     "  --workbook MODE, --threads N, --quiet, --log F, --log-level L, --on-failure CMD: as for close\n"},
    {"preview", "the same computation and reports, nothing issued",
     "usage: monthend preview DB [--month M] [--as-of T] [--out DIR]\n"
     "\n"
     "Computes the month as 'monthend close' would, writes the same reports to DIR/MONTH/preview and\n"
     "prints the digest of the result. Nothing is issued and the database is not changed. A month\n"
     "that has not ended is shown so far.\n"
     "\n"
     "  --month M, --as-of T, --out DIR, --workbook MODE, --threads N, --quiet: as for close\n"
     "  --log F, --log-level L: as for close\n"},
    {"reprocess", "corrects closed months by what was learned since, with credit and debit notes",
     "usage: monthend reprocess DB --month M\n"
     "       monthend reprocess DB --from M --to M\n"
     "\n"
     "Computes closed months again as they are known now and issues a credit or a debit note for\n"
     "every account whose lines differ from what was issued. Held accounts that can be billed by\n"
     "now get their invoice. Only accounts of which something was learned since the month's last\n"
     "run are computed. A range goes through its months in order; started again it goes on.\n"
     "\n"
     "  --month M          the closed month, as 2026-06\n"
     "  --from M --to M    all months from the first to the last\n"
     "  --preview          write the reports to DIR/MONTH/preview and issue nothing\n"
     "  --as-of T, --out DIR, --workbook MODE, --threads N, --quiet: as for close\n"
     "  --expect DIGEST, --approved-by NAME, --accept-held, --wait SECONDS: as for close\n"
     "  --log F, --log-level L, --on-failure CMD: as for close\n"},
    {"index", "makes the events of one account quick to find in closed months",
     "usage: monthend index DB [--month M]\n"
     "\n"
     "Notes for every account where its events lie in the months that are closed. With that, 'monthend\n"
     "explain' and 'monthend reprocess' read the events of the accounts they are about, and without it\n"
     "the whole month; what they find is the same. Run it after 'monthend close'; events that come later\n"
     "are read one by one until it is run again. Takes about 10 bytes of disk for an event and up to 200 MB\n"
     "of memory. Upstream can go on writing. Interrupted, it keeps what it has done, and the next time goes\n"
     "on there.\n"
     "\n"
     "  --month M          only this month, closed or not\n"
     "  --wait SECONDS     wait for another run on the same database (default: 0)\n"
     "  --quiet            no progress\n"},
    {"report", "writes the reports of a past run again",
     "usage: monthend report DB --month M [--run N] [--out DIR]\n"
     "\n"
     "Writes the report directory of a past run again, from the same facts at the run's as-of. The same\n"
     "version of the program writes the same bytes, which is checked; from another version it says so.\n"
     "A directory that is there is left alone: is it whole and the run's, that is said; otherwise move\n"
     "it away first (exit status 73). Nothing is issued and the database is not changed.\n"
     "\n"
     "  --month M          the month as 2026-06\n"
     "  --run N            which of its runs, as 'monthend status' shows them: 2 or 2-close (default: the last)\n"
     "  --out DIR          where the directory goes (default: reports-out beside the database)\n"
     "  --threads N, --quiet, --log F, --log-level L: as for close\n"},
    {"diff", "what changed between two runs, line by line",
     "usage: monthend diff DB RUN RUN [--out FILE]\n"
     "       monthend diff DIR DIR [--out FILE]\n"
     "\n"
     "Shows what changed between two runs: accounts and lines that only one of them has, lines that\n"
     "changed, and sums by currency. Lines are about the same thing when account, kind and plan are the\n"
     "same, for a tax or an adjustment also the description; when they were charged does not count.\n"
     "\n"
     "RUN is a run as 'monthend status' shows it: 2025-11/2-close or 2025-11/2; a month alone is its\n"
     "last run. Runs are compared as the month stood after each, all its earlier runs counted. DIR is a\n"
     "run's report directory (its invoice_lines.csv): what that run alone issued.\n"
     "\n"
     "  --out FILE         also write the changes to FILE as CSV: change (only_first, only_second or\n"
     "                     changed), account_id, kind, plan, then of both runs first_ and second_\n"
     "                     description, quantity, unit, unit_price, amount; difference, currency\n"},
    {"simulate", "a month under another catalogue, beside the real one",
     "usage: monthend simulate DB --month M --catalogue DIR\n"
     "       monthend simulate DB --from M --to M --catalogue DIR\n"
     "\n"
     "Bills the month twice, as 'monthend preview' would and with the catalogue tables of DIR, and shows\n"
     "what that changes: revenue by plan and kind, who pays more or less, the largest changes, and how many\n"
     "accounts another plan would have cost less (R29). Nothing is issued and the database is not changed.\n"
     "\n"
     "DIR has one or more of plans.csv, plan_prices.csv, plan_allowances.csv, model_rates.csv, countries.csv,\n"
     "tax_rates.csv, policies.csv. A table that it has replaces the database's, whole; the others stay as\n"
     "they are. All its rows count, whenever they were recorded; bad rows are reported as by an import.\n"
     "The reports go to OUT/MONTH/simulate, those of a range to OUT/LAST/simulate-from-FIRST; one that is\n"
     "there is replaced.\n"
     "\n"
     "  --month M          the month as 2026-06\n"
     "  --from M --to M    several months, each by itself\n"
     "  --catalogue DIR    the other catalogue\n"
     "  --as-of T, --out DIR, --workbook MODE, --threads N, --quiet: as for close\n"
     "  --log F, --log-level L: as for close\n"},
    {"explain", "why one account's month costs what it costs",
     "usage: monthend explain DB --account A --month M [--as-of T] [--line N] [--events] [--format F]\n"
     "\n"
     "Explains one account's month: the plans over time, every charge with its rule and arithmetic, what\n"
     "the usage was consumed from and when a limit was reached, tax, payments, every document issued, and\n"
     "that the computation gives what was issued, or what became known since. It changes nothing.\n"
     "\n"
     "  --account A        the account_id\n"
     "  --month M          the month as 2026-06; one that has not ended is explained so far\n"
     "  --as-of T          what was known at this instant, documents too (default: now)\n"
     "  --line N           only this line of the bill\n"
     "  --events           list every event, in the order in which they were consumed\n"
     "  --format F         text (default), csv, json, or xlsx\n"
     "  --out FILE         where the workbook of --format xlsx goes; an existing file is left alone\n"
     "\n"
     "Exit status 1: the account is held, or the data has moved on since the documents were issued.\n"},
    {"quote", "what a plan change would cost, before it is made",
     "usage: monthend quote DB --account A --plan P [--at T] [--as-of T] [--format F]\n"
     "\n"
     "Tells what changing to a plan would cost and why: what is charged at once with its tax, whether the\n"
     "billing address may buy it, allowance before and after, the overage it saves, the month's bill with and\n"
     "without it. The same computation as the close bills it by. Nothing is recorded.\n"
     "\n"
     "  --account A        the account_id\n"
     "  --plan P           the plan's code\n"
     "  --at T             the instant of the change (default: now); it may lie ahead\n"
     "  --as-of T          what was known at this instant (default: now)\n"
     "  --format F         text (default) or json, with amounts as texts\n"
     "\n"
     "Exit status 1: it cannot be billed, and the reason.\n"},
    {"status", "months, runs, totals, and what close would do next",
     "usage: monthend status DB\n"
     "\n"
     "Shows the months that were closed, their runs, totals and held accounts, of which of them\n"
     "something was learned since (stale months), and what 'monthend close' would do next.\n"},
    {"verify", "proves what was issued, claim by claim",
     "usage: monthend verify DB [--month M] [--reports DIR] [--head DIGEST]\n"
     "\n"
     "Proves what was issued, and prints it as a list of claims: ok or FAIL, and what was compared.\n"
     "Every bill is computed again by a second way; documents and runs are laid beside their digests,\n"
     "links and seals; numbers, controls, tables and triggers are checked. The database is only\n"
     "read, and nothing is repaired. Exit status 70 when a claim does not hold.\n"
     "\n"
     "  --month M          only the runs of this month are computed again (default: all)\n"
     "  --reports DIR      the report files as well: their checksums, and whether they say what the database says\n"
     "  --head DIGEST      the newest link as an earlier close printed it, or a seal: is it still there?\n"
     "  --threads N        default: as many as there are processors\n"
     "  --quiet            only the claims that do not hold\n"
     "  --log F, --log-level L, --on-failure CMD: as for close\n"},
    {"config", "the settings that count, and where each comes from",
     "usage: monthend config [--out DIR] [--workbook MODE] [--on-failure CMD] [--log F] [--log-level L]\n"
     "\n"
     "Shows the settings that are not policies of the database. Each is taken from its option, otherwise\n"
     "from the environment, otherwise from the file /etc/monthend.conf, otherwise it has its default.\n"
     "\n"
     "  --out DIR          MONTHEND_OUT, out: where report directories go\n"
     "  --workbook MODE    MONTHEND_WORKBOOK, workbook: full, summary or none\n"
     "  --on-failure CMD   MONTHEND_ON_FAILURE, on-failure: what a failure of close, reprocess, import or\n"
     "                     verify calls\n"
     "  --log F            MONTHEND_LOG, log: text or json\n"
     "  --log-level L      MONTHEND_LOG_LEVEL, log-level: error, warning, info or debug\n"
     "\n"
     "A line of the file is NAME = VALUE; empty lines and those that begin with # say nothing.\n"
     "MONTHEND_CONFIG names another file.\n"},
    {"sample", "an auditor's selection of a month's documents, each explained",
     "usage: monthend sample DB --month M --seed S [--n N] [--method monetary|simple] [--as-of T] [--out DIR]\n"
     "\n"
     "Picks documents of the month, credit and debit notes among them, and writes for them an explanation\n"
     "each, sample.csv with why it was picked, and sample.xlsx to tick them off, to DIR/MONTH/sample. A\n"
     "sample that is there is left alone (exit status 73). The database is not changed.\n"
     "\n"
     "Monetary unit: every unit of money has the same chance; documents at least as large as the interval\n"
     "are picked for certain, the rest systematically from a random start; by currency; without signs.\n"
     "Simple: every document has the same chance, those of 0.00 too. The random numbers come from SHA-256\n"
     "of the seed and the newest link of the documents: the same seed picks the same documents.\n"
     "\n"
     "  --month M          the closed month, as 2026-06\n"
     "  --seed S           1 to 64 bytes, best given by the auditor after the close\n"
     "  --n N              how many documents, 1 to 10000 (default: 25)\n"
     "  --method METHOD    monetary (default) or simple\n"
     "  --currency C       only documents in this currency (default: all, each with its share of the picks)\n"
     "  --as-of T          documents of runs with an as-of up to this instant (default: now)\n"
     "  --out DIR          where the report directory goes (default: reports-out beside the database)\n"
     "\n"
     "Exit status 1: a document is not what the data says as of its run.\n"},
};

static int finish(void)
{
    return fflush(stdout) == 0 ? 0 : (int)ERR_IO;
}

int help_version(void)
{
    printf("monthend %s (rules %s)\n", MONTHEND_VERSION, RULES_VERSION);
    return finish();
}

int help_program(void)
{
    printf("usage: monthend COMMAND DB ...\n"
           "\n"
           "Closes a month of a credit-based subscription product: reads usage and plan changes from the\n"
           "SQLite database DB, bills them, and writes invoices as CSV and spreadsheet.\n"
           "\n");
    for (size_t i = 0; i < sizeof HELP / sizeof HELP[0]; i++) {
        printf("  %-9s %s\n", HELP[i].command, HELP[i].summary);
    }
    printf("\n"
           "'monthend COMMAND --help' shows a command's options; 'monthend --version' the version.\n"
           "\n"
           "Exit status: 0 done; 1 done, with held accounts or warnings that need a look; 64 wrong usage;\n"
           "65 bad input data; 66 no such input; 69 a component is missing; 70 internal error or failed\n"
           "control; 73 cannot create output; 74 read or write error; 75 busy, try again;\n"
           "130, 143 interrupted.\n");
    return finish();
}

int help_command(const char *command)
{
    for (size_t i = 0; i < sizeof HELP / sizeof HELP[0]; i++) {
        if (strcmp(HELP[i].command, command) == 0) {
            fputs(HELP[i].text, stdout);
        }
    }
    return finish();
}
