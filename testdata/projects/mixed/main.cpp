#include "sum.h"

int main()
{
    return sum(20, 22) == 42 ? 0 : 1;
}
