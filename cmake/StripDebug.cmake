# Called by CPack when what is packed has been installed: takes the debug
# information from programs, and leaves their symbols, which debuggers need.
file(GLOB_RECURSE programs ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/remote-*)
list(FILTER programs INCLUDE REGEX "/bin/|-all-targets$")
foreach(program ${programs})
  execute_process(COMMAND ${CPACK_STRIP_DEBUG_PROGRAM} --strip-debug ${program}
    COMMAND_ERROR_IS_FATAL ANY)
endforeach()
