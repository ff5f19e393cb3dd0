/*
 * The names of ledger accounts: what a role may be called, and how the texts
 * that people chose freely are written below it.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lib/ledger.h"

const struct ledger_names LEDGER_NAMES_DEFAULT = {{
    [LEDGER_RECEIVABLE] = "assets:receivable",
    [LEDGER_REVENUE_SUBSCRIPTION] = "revenue:subscription",
    [LEDGER_REVENUE_DISCOUNT] = "revenue:discounts",
    [LEDGER_REVENUE_OVERAGE] = "revenue:overage",
    [LEDGER_ADJUSTMENT] = "revenue:adjustments",
    [LEDGER_TAX_PAYABLE] = "liabilities:tax",
    [LEDGER_CASH] = "assets:cash",
}};

static const char *const ROLES[LEDGER_ROLES] = {
    [LEDGER_RECEIVABLE] = "receivable",
    [LEDGER_REVENUE_SUBSCRIPTION] = "revenue_subscription",
    [LEDGER_REVENUE_DISCOUNT] = "revenue_discount",
    [LEDGER_REVENUE_OVERAGE] = "revenue_overage",
    [LEDGER_ADJUSTMENT] = "adjustment",
    [LEDGER_TAX_PAYABLE] = "tax_payable",
    [LEDGER_CASH] = "cash",
};

/* Characters beyond ASCII that are spaces to some reader, or that nobody sees. */
static const struct {
    uint32_t first, last;
} UNSEEN[] = {
    {0x80, 0xA0},     {0xAD, 0xAD},     {0x1680, 0x1680}, {0x180E, 0x180E}, {0x2000, 0x200F},
    {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF},
};

const char *ledger_role_name(enum ledger_role role)
{
    return ROLES[role];
}

enum ledger_role ledger_role_of(const char *word)
{
    int role = 0;

    while (role < LEDGER_ROLES && strcmp(ROLES[role], word) != 0) {
        role++;
    }
    return (enum ledger_role)role;
}

static bool is_letter_or_digit(uint32_t point)
{
    if (point < 0x80) {
        return (point >= '0' && point <= '9') || (point >= 'A' && point <= 'Z') || (point >= 'a' && point <= 'z');
    }
    for (size_t i = 0; i < sizeof UNSEEN / sizeof UNSEEN[0]; i++) {
        if (point >= UNSEEN[i].first && point <= UNSEEN[i].last) {
            return false;
        }
    }
    return true;
}

static bool is_inside(uint32_t point)
{
    return is_letter_or_digit(point) || (point != 0 && point < 0x80 && strchr("-_.&/+", (int)point) != NULL);
}

/* Is the blank at `at`, which is not a part's first, a single one between two other characters of it? */
static bool is_single_blank(const char *text, size_t at)
{
    assert(at > 0 && text[at - 1] != ':');
    return text[at] == ' ' && text[at - 1] != ' ' && text[at + 1] != ' ' && text[at + 1] != ':' && text[at + 1] != '\0';
}

/* May the character at `at` stand in a name as it is? Parts begin with a letter or a digit. */
static bool is_plain(const char *text, size_t at, struct text_character character)
{
    if (at == 0 || text[at - 1] == ':') {
        return is_letter_or_digit(character.point);
    }
    return is_inside(character.point) || is_single_blank(text, at);
}

/* ledger takes a posting that begins with one of these words for something else. */
static bool begins_with_keyword(const char *name)
{
    static const char *const WORDS[] = {"assert", "check", "expr"};

    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        size_t length = strlen(WORDS[i]);
        if (strncmp(name, WORDS[i], length) == 0 && (name[length] == ' ' || name[length] == '\0')) {
            return true;
        }
    }
    return false;
}

bool ledger_name_valid(const char *name)
{
    size_t length = strlen(name);

    if (length == 0 || length > LEDGER_NAME_BYTES_MAX || name[length - 1] == ':' || begins_with_keyword(name)) {
        return false;
    }
    for (size_t at = 0; at < length;) {
        struct text_character character = text_character(name + at, length - at);
        bool separator = name[at] == ':' && at > 0 && name[at - 1] != ':';
        bool allowed = separator || is_plain(name, at, character);
        if (character.bytes == 0 || !allowed) {
            return false;
        }
        at += character.bytes;
    }
    return true;
}

/* ":" and the text, bytes that a part may not have as %XX; the end of what was written. */
static char *append_part(char *out, const char *text)
{
    size_t length = strlen(text);

    *out++ = ':';
    for (size_t at = 0; at < length;) {
        struct text_character character = text_character(text + at, length - at);
        size_t bytes = character.bytes == 0 ? 1 : character.bytes;
        bool plain = character.bytes > 0 && text[at] != ':' && is_plain(text, at, character);
        for (size_t i = 0; i < bytes; i++) {
            if (plain) {
                *out++ = text[at + i];
            } else {
                out += snprintf(out, 4, "%%%02X", (unsigned)(unsigned char)text[at + i]);
            }
        }
        at += bytes;
    }
    *out = '\0';
    return out;
}

void ledger_account(const struct ledger_names *names, const struct catalogue *catalogue,
                    const struct ledger_posting *posting, char out[LEDGER_ACCOUNT_MAX])
{
    size_t length = strlen(names->names[posting->role]);

    assert(length > 0 && length <= LEDGER_NAME_BYTES_MAX);
    memcpy(out, names->names[posting->role], length + 1);
    char *end = out + length;
    if (posting->plan != PLAN_UNKNOWN) {
        (void)append_part(end, catalogue->plans[posting->plan].code);
    } else if (posting->role == LEDGER_TAX_PAYABLE) {
        end = append_part(end, posting->country);
        (void)append_part(end, posting->tax);
    }
}
