#pragma once

/* The area of a rectangle. */
int shape_area(int width, int height);
