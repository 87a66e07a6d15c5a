#include "config.h"

#if !defined(HAVE_STDINT_H) || !defined(HAVE_PRINTF) || !defined(HAVE_PUTS) || !defined(HAVE_DESIGNATED_INITIALIZERS)
#error "a check answered no where the answer is yes"
#endif
#if defined(HAVE_NO_SUCH_HEADER_H) || defined(HAVE_NO_SUCH_SYMBOL)
#error "a check answered yes where the answer is no"
#endif

int main(void)
{
    return SIZEOF_LONG == sizeof(long) ? 0 : 1;
}
