# The host's own compiler with a mark: the program prints "toolchain file" instead of "host".
set(CMAKE_C_FLAGS_INIT "-DBUILT_BY_TOOLCHAIN_FILE")
