int early(void)
{
    return 7;
}
