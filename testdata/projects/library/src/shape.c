#include "shape/shape.h"

int shape_area(int width, int height)
{
    return width * height;
}
