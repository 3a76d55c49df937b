// Does a library use its own definitions where options say that it shall not find the
// program's, and the program's else: version scripts, --exclude-libs, and old
// versions of a symbol (GNU ld's manual, "VERSION Command" and
// "--exclude-libs"; GNU as, ".symver")?
//
// RUN: %split %s %t && cd %t
// RUN: gcc -O1 -fPIC -shared library.c -o libasks.so
// DEFINE: %{library} = -L%t -lasks -Wl,-rpath,%t
// DEFINE: %{option} = --version-script=script
// DEFINE: %{same} = %linked --link="-fuse-ld=bfd %{library} -Wl,%{option}" --remote="-L%t -lasks %{option}" main=main.c
// RUN: %{same} object=own.cpp
// RUN: %{same} module=own.cpp
// REDEFINE: %{option} = --version-script=cxx-script
// RUN: %{same} object=own.cpp
// RUN: %{same} module=own.cpp
// REDEFINE: %{option} = --version-script=two-scripts
// RUN: %{same} object=own.cpp
// RUN: %{same} module=own.cpp
// REDEFINE: %{option} = --dynamic-list=list
// RUN: %{same} object=own.cpp
// RUN: %{same} module=own.cpp
// REDEFINE: %{option} = --export-dynamic
// RUN: %{same} module=own.cpp
// REDEFINE: %{option} = --no-export-dynamic
// RUN: %{same} module=own.cpp
// RUN: %linked --link="%{library} -Wl,--version-script=script,-E" --remote="-L%t -lasks --version-script=script -E" main=main.c module=own.cpp
//
// Of archives.
// DEFINE: %{remote} = --exclude-libs=ALL
// DEFINE: %{excluded} = %linked --link="%{library} %{option}" --remote="--whole-archive -L%t -lasks %{remote}" main=main.c archive=own.cpp
// REDEFINE: %{option} = -Wl,--exclude-libs,ALL
// RUN: %{excluded}
// REDEFINE: %{option} = -Wl,--exclude-libs,libx.a:lib1.a
// REDEFINE: %{remote} = --exclude-libs=libx.a,lib1.a
// RUN: %{excluded}
// REDEFINE: %{option} = -Wl,--exclude-libs,libx.a
// REDEFINE: %{remote} = --exclude-libs=libx.a
// RUN: %{excluded}
//
// RUN: %linked --link="%{library}" --remote="-L%t -lasks" main=main.c gcc:-DOLD_VERSION=own.cpp
//
// What is wrong with a list is told with its line.
// RUN: sh wrong.sh --dynamic-list 'x' '{ a; ' '{ a; }' '{ extern "Ada" { a; }; };' \
// RUN:   '{ [; };' '/* a' '{ "a; };' '{ }; {' -- %refused | FileCheck %s --check-prefix=WRONG
// WRONG-COUNT-8: error: cannot read 'wrong', line 2:
// RUN: sh wrong.sh --version-script 'A { global: a; }' 'A {' 'A a;' '{ local: *; }; }' \
// RUN:   -- %refused | FileCheck %s --check-prefix=SCRIPT
// SCRIPT-COUNT-4: error: cannot read 'wrong', line 2:
// RUN: %refused --version-script=absent main.c | FileCheck %s --check-prefix=ABSENT
// ABSENT: error: --version-script: cannot read 'absent': No such file

//--- main.c
#include <stdio.h>
int ask(void), askAgain(void), askCxx(void);
int first(void), again(void);
int main(void) {
  printf("%d %d %d, %d %d\n", ask(), askAgain(), askCxx(), first(), again());
}
//--- own.cpp
namespace space {
int inside(int) { return 30; }
} // namespace space
extern "C" int first(void) { return 10; }
extern "C" int again(void) { return 20; }
#ifdef OLD_VERSION
__asm__(".symver first, first@OLD");
#endif
//--- library.c
int first(void) { return 1; }
int again(void) { return 2; }
int _ZN5space6insideEi(int N) { return 3; }
int ask(void) { return first(); }
int askAgain(void) { return again(); }
int askCxx(void) { return _ZN5space6insideEi(0); }
//--- script
{ global: main; first; local: *; };
//--- cxx-script
# Names in the language's own spelling.
VERSION_1 {
  global: /* Not what follows: */ "again";
  local:
    extern "C++" { space::*; };
    fir?t;
};
//--- two-scripts
ONE { global: fir*; };
TWO { global: nothing; local:f*;a*; } ONE;
//--- list
{ first; extern "C++" { "space::inside(int)"; }; };
//--- wrong.sh
# Gives each text to the command as a file of the option.
option=$1
shift
texts=
while [ "$1" != -- ]; do
  texts="$texts$1
"
  shift
done
shift
printf %s "$texts" | while read -r text; do
  printf '\n%s' "$text" >wrong
  "$@" "$option=wrong" main.c || exit 1
done
