// libc's string functions on short strings: most of the time is in calls that
// leave the program's code.

#include <stdio.h>
#include <string.h>

enum { Words = 64, Rounds = 2300000 };

static char words[Words][24];
static char line[Words * 24];

int main(void) {
  for (int i = 0; i < Words; ++i)
    snprintf(words[i], sizeof(words[i]), "word-%d-%d", i * 7919 % 101, i);
  unsigned long total = 0;
  for (int round = 0; round < Rounds; ++round) {
    char *end = line;
    for (int i = 0; i < Words; ++i) {
      const char *word = words[(i + round) % Words];
      size_t length = strlen(word);
      memcpy(end, word, length);
      end += length;
      *end++ = ' ';
    }
    *end = '\0';
    for (char *at = strchr(line, ' '); at; at = strchr(at + 1, ' '))
      total += at - line;
    total += strstr(line, "-63 ") - line;
    total += strcmp(words[round % Words], words[(round + 1) % Words]) > 0;
  }
  printf("%lu\n", total);
}
