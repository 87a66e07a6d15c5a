#include <iostream>
#include <string_view>

int main()
{
    constexpr std::string_view greeting = "hello from C++";
    std::cout << greeting << '\n';
}
