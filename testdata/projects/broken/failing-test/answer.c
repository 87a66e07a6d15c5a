#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    int given = argc > 1 ? atoi(argv[1]) : 0;
    if (given != 42) {
        fprintf(stderr, "answer.c: got %d, want 42\n", given);
        return 1;
    }
    return 0;
}
