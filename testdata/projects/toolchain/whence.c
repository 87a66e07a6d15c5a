#include <stdio.h>

const char *origin(void);

int main(void)
{
    puts(origin());
    return 0;
}
