# Writes the definition of tools/remote-run/Commit.h into the file OUTPUT, and
# leaves it alone where it is right already, so that only a new commit is linked
# again:
#
#   cmake -DSOURCE=DIR -DOUTPUT=FILE -P cmake/Commit.cmake
#
# In a folder that is no checkout of its own, as one that came from a tarball and
# lies in somebody else's repository, it says so.

set(commit "unknown commit")
find_program(GIT git)
if(GIT AND EXISTS ${SOURCE}/.git)
  # Whoever owns the checkout: root may build it for a user.
  execute_process(
    COMMAND ${GIT} -c safe.directory=* -C ${SOURCE} describe --always
      --match "v[0-9]*" --dirty=+changes
    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE
    RESULT_VARIABLE status ERROR_QUIET)
  if(status EQUAL 0)
    set(commit "commit ${described}")
  endif()
endif()

set(text "#include \"Commit.h\"\n
namespace remoterun {
const char Commit[] = \"${commit}\";
} // namespace remoterun\n")
set(old)
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT text STREQUAL old)
  file(WRITE ${OUTPUT} "${text}")
endif()
