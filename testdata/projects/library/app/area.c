#include "shape/shape.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: area WIDTH HEIGHT\n");
        return 2;
    }
    printf("%d\n", shape_area(atoi(argv[1]), atoi(argv[2])));
    return 0;
}
