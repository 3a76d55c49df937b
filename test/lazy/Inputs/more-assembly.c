// With more of it.
extern int fromAssembly(int);
__attribute__((noinline)) static int local(int X) { return fromAssembly(X) + 1; }
int viaC(int X) { return local(X); }
__asm__(".text\n"
        ".globl fromMore\n"
        "fromMore: jmp viaC@PLT\n"
        ".type fromMore, @function\n");
