# Most of the time that a file of ours takes to compile is LLVM's headers. What most
# of them include is read once for all files of a target, where that pays: not where
# a compiler's cache, which would have to know of it, does better. Every file still
# names all that it needs; without this option the compiler says so if it does not.

set(pays OFF)
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(pays ON)
endif()
option(REMOTERUN_PRECOMPILE "Read the headers that most files include once" ${pays})

# Headers beside LLVM's may follow.
function(remoterun_precompile target)
  if(REMOTERUN_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE
      <llvm/ADT/STLExtras.h>
      <llvm/ADT/StringMap.h>
      <llvm/IR/Module.h>
      <llvm/Object/ELFObjectFile.h>
      <llvm/Support/MemoryBuffer.h>
      <map>
      <string>
      <vector>
      ${ARGN})
  endif()
endfunction()
