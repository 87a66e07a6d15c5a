#pragma once

template <typename T>
constexpr T clamp(T value, T low, T high)
{
    return value < low ? low : (high < value ? high : value);
}
