#include <stdio.h>

int main(int argc, char **argv)
{
    FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;
    if (out == NULL)
        return 1;
    fprintf(out, "static const int squares[] = {");
    for (int i = 0; i < 10; i++)
        fprintf(out, "%s%d", i ? ", " : "", i * i);
    fprintf(out, "};\n");
    return fclose(out) == 0 ? 0 : 1;
}
