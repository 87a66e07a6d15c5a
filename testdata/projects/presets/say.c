#include <stdio.h>

int main(void)
{
    printf("%s, %s\n", GREETING, CONFIGURATION);
    return 0;
}
