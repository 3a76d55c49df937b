// With assembly at file scope.
int calledByAssembly(int X) { return X + 10; }
__asm__(".text\n"
        ".globl fromAssembly\n"
        "fromAssembly: jmp calledByAssembly@PLT\n"
        ".type fromAssembly, @function\n");
