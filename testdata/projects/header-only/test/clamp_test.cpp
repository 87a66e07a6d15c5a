#include "clamp.hpp"

#include <string>

int main(int argc, char **argv)
{
    const std::string which = argc > 1 ? argv[1] : "";
    if (which == "below")
        return clamp(-1, 0, 9) == 0 ? 0 : 1;
    if (which == "inside")
        return clamp(5, 0, 9) == 5 ? 0 : 1;
    if (which == "above")
        return clamp(10, 0, 9) == 9 ? 0 : 1;
    return 2;
}
