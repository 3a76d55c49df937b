# Makes the manual page OUTPUT of its prose INPUT and of what PROGRAM says of its
# options, so that each is written in one place alone:
#
#   cmake -DPROGRAM=remote-run -DVERSION=0.1 -DINPUT=FILE -DOUTPUT=FILE
#         -P cmake/ManualPage.cmake

execute_process(COMMAND ${PROGRAM} --describe-options
  OUTPUT_VARIABLE described COMMAND_ERROR_IS_FATAL ANY)
# For troff a backslash begins a command, and a bare minus is a hyphen.
string(REPLACE "\\" "\\e" described "${described}")
string(REPLACE "-" "\\-" described "${described}")
# A full stop or an apostrophe at the start of a line, too.
string(REGEX REPLACE "\t([.'])" "\t\\\\&\\1" described "${described}")

# The lines below a heading; tools/remote-run/Help.h says how they look.
function(take_text heading variable)
  string(REGEX MATCH "(text\t${heading}\t[^\n]*\n)+" lines "${described}")
  string(REPLACE "text\t${heading}\t" "" lines "${lines}")
  string(STRIP "${lines}" stripped)
  if(stripped STREQUAL "")
    message(FATAL_ERROR "${PROGRAM} says nothing below ${heading}")
  endif()
  string(REGEX REPLACE "\n$" "" lines "${lines}")
  set(${variable} "${lines}" PARENT_SCOPE)
endfunction()
take_text("EXIT STATUS" EXIT_STATUS)
take_text("ENVIRONMENT" ENVIRONMENT)
take_text("EXAMPLES" EXAMPLES)

set(OPTIONS "${described}")
string(REGEX REPLACE "text\t[^\n]*\n" "" OPTIONS "${OPTIONS}")
# No option's name may be taken for this word: --end-group ends in it.
string(REGEX REPLACE "(^|\n)group\t([^\n]*)\n" "\\1.SS \\2\n" OPTIONS
  "${OPTIONS}")
# Those without a value, then with one that may be left out, then the others.
string(REGEX REPLACE "option\t([^\t\n]*)\t\\\\-\t\t([^\n]*)\n"
  ".TP\n.B \\1\n\\2\n" OPTIONS "${OPTIONS}")
string(REGEX REPLACE "option\t([^\t\n]*)\t\\[=\\]\t([^\t\n]*)\t([^\n]*)\n"
  ".TP\n\\\\fB\\1\\\\fR[=\\\\fI\\2\\\\fR]\n\\3\n" OPTIONS "${OPTIONS}")
string(REGEX REPLACE "option\t([^\t\n]*)\t(=?)\t([^\t\n]*)\t([^\n]*)\n"
  ".TP\n\\\\fB\\1\\\\fR\\2\\\\fI\\3\\\\fR\n\\4\n" OPTIONS "${OPTIONS}")
string(REGEX REPLACE "\n$" "" OPTIONS "${OPTIONS}")
if(OPTIONS MATCHES "\t")
  message(FATAL_ERROR "${PROGRAM} --describe-options has lines of another form")
endif()
configure_file(${INPUT} ${OUTPUT} @ONLY)
