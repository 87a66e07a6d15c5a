int core_value(void);
int plugin_value(void);

int main(void)
{
    return core_value() + plugin_value() == 3 ? 0 : 1;
}
