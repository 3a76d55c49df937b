# How all of our own code is compiled.

add_library(remoterun-options INTERFACE)
target_compile_options(remoterun-options INTERFACE
  -Wall -Wextra -Werror -Wnon-virtual-dtor
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)
