/* Loaded with LD_PRELOAD: the allocation number FAIL_AT fails, and with FAIL_REST=1 all after it. Counted over all threads. */
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t size);
static atomic_long count;
static long fail_at = -1;
static int fail_rest;

__attribute__((constructor)) static void read_orders(void) {
  const char *at = getenv("FAIL_AT"), *rest = getenv("FAIL_REST");
  fail_rest = rest && *rest == '1';
  fail_at = at ? atol(at) : 0;
}

void *malloc(size_t size) {
  const long now = fail_at > 0 ? atomic_fetch_add(&count, 1) + 1 : 0;
  if (now && (now == fail_at || (fail_rest && now > fail_at))) {
    errno = ENOMEM;
    return NULL;
  }
  return __libc_malloc(size);
}
