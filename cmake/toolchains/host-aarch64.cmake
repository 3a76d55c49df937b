# All of remote-run for an aarch64 machine, by clang on another one, in a Debian
# that has arm64 as an architecture beside its own (utils/host aarch64). An LLVM
# for arm64 is where utils/host unpacks it: its packages lie where this machine's
# own do.

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER clang-22)
set(CMAKE_CXX_COMPILER clang++-22)
set(CMAKE_C_COMPILER_TARGET aarch64-linux-gnu)
set(CMAKE_CXX_COMPILER_TARGET aarch64-linux-gnu)
# This machine's own knows its own programs alone.
set(CMAKE_OBJCOPY aarch64-linux-gnu-objcopy)
