#include "squares.h"

int main(void)
{
    return squares[9] == 81 ? 0 : 1;
}
