const char *origin(void)
{
#ifdef BUILT_BY_TOOLCHAIN_FILE
    return "toolchain file";
#else
    return "host";
#endif
}
