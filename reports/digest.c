/* SHA-256 of files, by nettle. */
#include "reports/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "lib/text.h"
#include "reports/disk.h"

#define READ_BYTES 65536

void digest_hex(struct sha256_ctx *context, char hex[DIGEST_HEX_MAX])
{
    uint8_t bytes[SHA256_DIGEST_SIZE];

    sha256_digest(context, sizeof bytes, bytes);
    text_hex(bytes, sizeof bytes, hex);
}

static enum err_code read_all(int file, const char *path, struct sha256_ctx *context, struct err *err)
{
    uint8_t bytes[READ_BYTES];

    for (;;) {
        ssize_t got = read(file, bytes, sizeof bytes);
        if (got == 0) {
            return ERR_NONE;
        }
        if (got > 0) {
            sha256_update(context, (size_t)got, bytes);
        } else if (errno != EINTR) {
            return disk_read_failed(path, errno, err);
        }
    }
}

enum err_code digest_file(int folder, const char *name, const char *path, char hex[DIGEST_HEX_MAX], struct err *err)
{
    struct sha256_ctx context;
    int file = openat(folder, name, O_RDONLY | O_CLOEXEC);

    if (file < 0) {
        return disk_read_failed(path, errno, err);
    }
    sha256_init(&context);
    enum err_code code = read_all(file, path, &context, err);
    (void)close(file); /* only read from: nothing can be lost */
    if (code == ERR_NONE) {
        digest_hex(&context, hex);
    }
    return code;
}
