// Definitions of every kind, some in versions.

__asm__(".symver first_f, f@V1");
__asm__(".symver second_f, f@@V2");
__asm__(".symver first_old, old@V1");

int first_f(void) { return 1; }
int second_f(void) { return 2; }
int first_old(void) { return 3; }
int only_in_v1(void) { return 4; }
__attribute__((weak)) int weak_function(void) { return 5; }
__attribute__((visibility("protected"))) int protected_function(void) {
  return 6;
}
static int local_function(void) { return only_in_v1(); }
int (*pointer_to_local)(void) = local_function;

int variable = 7;
long zeroes[1000];
const char constant[3] = "ab";
_Thread_local int thread_local_variable = 8;
_Thread_local long thread_local_zero;

static int chosen_one(void) { return 9; }
static int (*choose(void))(void) { return chosen_one; }
int chosen(void) __attribute__((ifunc("choose")));

// As C++ has for variables of inline functions.
__asm__(".pushsection .data\n"
        ".globl unique_variable\n"
        ".type unique_variable, @gnu_unique_object\n"
        ".size unique_variable, 4\n"
        "unique_variable: .long 10\n"
        ".popsection\n");

extern int missing_function(void) __attribute__((weak));
extern int missing_variable __attribute__((weak));
int use_missing(void) { return missing_function() + missing_variable; }
int (*pointer_to_missing)(void) = missing_function;
