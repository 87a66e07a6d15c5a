int fragment(void)
{
    return 0;
}
