extern "C" int early(void);

int main()
{
    return early() == SET_BEFORE_CXX ? 0 : 1;
}
