// Have equal literals of several objects and modules one address, as in what a linker
// makes of their sections (SHF_MERGE and SHF_STRINGS), whoever compares them: code,
// pointers in data, and strings of other characters?
//
// RUN: %split %s %t
// RUN: %linked --variants=-fPIC,-fno-pic main=%t/main.c object=%t/one.c gcc=%t/two.c
// RUN: %linked main=%t/main.c module=%t/one.c module=%t/two.c
// RUN: %linked --remote=--part-size=1 main=%t/main.c module=%t/one.c object=%t/two.c
// RUN: %linked --flags=-g object=%t/main.c object=%t/one.c gcc=%t/two.c
// RUN: %linked --flags='-mcmodel=large %if host-aarch64 %{ -fno-pic %}' main=%t/main.c object=%t/one.c gcc=%t/two.c

//--- main.c
#include <stdio.h>
#include <wchar.h>
const char *oneText(void), *twoText(void), *twoOther(void);
const wchar_t *oneWide(void), *twoWide(void);
extern const char *OneText, *TwoText, *const TwoTexts[];
int main(void) {
  const char *volatile Text = "a text";
  printf("%d %d %d\n", oneText() == twoText(), oneText() == Text,
         OneText == TwoText);
  printf("%d %d %d\n", OneText == oneText(), TwoText == Text,
         TwoTexts[1] == Text);
  printf("%d %d\n", oneWide() == twoWide(), twoText() == twoOther());
  printf("%s %s %s %s %ls\n", oneText(), twoText(), twoOther(), TwoTexts[0],
         twoWide());
}
//--- one.c
#include <wchar.h>
const char *OneText = "a text";
const char *oneText(void) { return "a text"; }
const wchar_t *oneWide(void) { return L"a text"; }
//--- two.c
#include <stdio.h>
#include <wchar.h>
const char *TwoText = "a text", *const TwoTexts[] = {"", "a text"};
const char *twoText(void) { return "a text"; }
const char *twoOther(void) { return "another text"; }
const wchar_t *twoWide(void) { return L"a text"; }
__attribute__((constructor)) static void build(void) {
  puts("a text that only one has");
}
