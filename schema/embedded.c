/*
 * Owns the embedded files. The assembler reads them (.incbin), with paths from
 * the project's root, where builds run; what it lays out here is the array of
 * struct embedded_file that the header declares.
 */
#include "schema/embedded.h"

#include <assert.h>

static_assert(sizeof(struct embedded_file) == 24 && sizeof(void *) == 8, "the layout below is of 64-bit pointers");

#define FILE_ENTRY(folder, name)                   \
    ".pushsection .rodata\n"                       \
    "1: .asciz \"" name "\"\n"                     \
    "2: .incbin \"" folder name "\"\n"             \
    "3: .byte 0\n"                                 \
    ".popsection\n"                                \
    ".quad 1b, 2b, 3b - 2b\n"

#define TABLE_BEGIN(symbol)                        \
    ".pushsection .data.rel.ro, \"aw\"\n"          \
    ".balign 8\n"                                  \
    ".globl " symbol "\n"                          \
    ".type " symbol ", @object\n"                  \
    symbol ":\n"

#define TABLE_END(symbol)                          \
    ".size " symbol ", . - " symbol "\n"           \
    ".popsection\n"

#define MIGRATION(name) FILE_ENTRY("schema/", name)
#define CATALOGUE(name) FILE_ENTRY("schema/catalogue/", name)
#define SECOND_WAY(name) FILE_ENTRY("schema/verify/", name)

/* clang-format off */
__asm__(
    TABLE_BEGIN("MIGRATIONS")
    MIGRATION("0001_codes.sql")
    MIGRATION("0002_plans.sql")
    MIGRATION("0003_models.sql")
    MIGRATION("0004_countries.sql")
    MIGRATION("0005_policies.sql")
    MIGRATION("0006_accounts.sql")
    MIGRATION("0007_subscriptions.sql")
    MIGRATION("0008_money.sql")
    MIGRATION("0009_voids.sql")
    MIGRATION("0010_usage.sql")
    MIGRATION("0011_runs.sql")
    MIGRATION("0012_ledger_accounts.sql")
    MIGRATION("0013_statements.sql")
    MIGRATION("0014_corrections.sql")
    MIGRATION("0015_canonical.sql")
    MIGRATION("0016_links.sql")
    MIGRATION("0019_run_digests.sql")
    MIGRATION("0025_usage_parts.sql")
    MIGRATION("0026_kept.sql")
    TABLE_END("MIGRATIONS")

    TABLE_BEGIN("CATALOGUE_FILES")
    CATALOGUE("plans.csv")
    CATALOGUE("plan_prices.csv")
    CATALOGUE("plan_allowances.csv")
    CATALOGUE("model_rates.csv")
    CATALOGUE("countries.csv")
    CATALOGUE("tax_rates.csv")
    CATALOGUE("policies.csv")
    TABLE_END("CATALOGUE_FILES")

    TABLE_BEGIN("SECOND_WAY_FILES")
    SECOND_WAY("01_run.sql")
    SECOND_WAY("02_catalogue.sql")
    SECOND_WAY("03_facts.sql")
    SECOND_WAY("04_plans.sql")
    SECOND_WAY("05_overage.sql")
    SECOND_WAY("06_usage.sql")
    SECOND_WAY("07_grants.sql")
    SECOND_WAY("08_consumption.sql")
    SECOND_WAY("09_tax.sql")
    SECOND_WAY("10_bills.sql")
    SECOND_WAY("11_compare.sql")
    SECOND_WAY("12_controls.sql")
    TABLE_END("SECOND_WAY_FILES")

    TABLE_BEGIN("SHARD_RESULT_FILE")
    FILE_ENTRY("schema/shard/", "result.sql")
    TABLE_END("SHARD_RESULT_FILE")
);
/* clang-format on */
