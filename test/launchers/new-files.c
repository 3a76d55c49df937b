// Does the program of an executor that was sent ahead inherit what the far end
// gives it: the mask for new files, and every variable, as the upload's script
// might have some of its own?
// RUN: %same --levels 0 --status 0 --under "env f=1 s=2 u=3 %tools/start.py --umask 022" --remote="--stdio=forward --launcher=env" %s
// RUN: %same --levels 0 --status 0 --under "env f=1 s=2 u=3 %tools/start.py --umask 0127" --remote="--stdio=forward --launcher=env" %s

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int main(void) {
  printf("umask %03o\n", (unsigned)umask(0));
  for (char name[] = "a"; name[0] <= 'z'; ++name[0])
    printf("%s=%s\n", name, getenv(name) ? getenv(name) : "");
  return 0;
}
