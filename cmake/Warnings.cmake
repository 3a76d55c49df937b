# How all of our own code is compiled.

add_library(remoterun-options INTERFACE)
# Limits and sizes of files have 64 bits, on 32-bit machines too.
target_compile_definitions(remoterun-options INTERFACE _FILE_OFFSET_BITS=64)
target_compile_options(remoterun-options INTERFACE
  -Wall -Wextra -Werror -Wnon-virtual-dtor
  # GCC 12 finds overlaps in the concatenation of strings.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # For the linker to drop or to order each by itself, as it can LLVM's.
  -ffunction-sections -fdata-sections
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)
# A crash report follows our own frames as well. Elsewhere there are tables
# without asking.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL riscv64)
  target_compile_options(remoterun-options INTERFACE
    -fasynchronous-unwind-tables)
endif()
