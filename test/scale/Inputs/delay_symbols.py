#!/usr/bin/env python3
"""Writes a program that refers to 100 functions of libc and to no other symbol.

The addresses are read through volatile loads, so that none of the references
can be removed. The exit status is how many of them are null: 0.
"""

FUNCTIONS = """
    abs access alarm atoi atol bcmp bsearch calloc chdir chmod clearenv
    clock close closedir creat ctime difftime div dup dup2 execv execvp fclose
    feof ferror fflush fgetc fgets fileno fopen fprintf fputc fputs fread free
    freopen fscanf fseek ftell fwrite getc getchar getcwd getenv getpid getppid
    getuid gmtime isalnum isalpha isdigit islower isspace isupper kill labs
    link localtime longjmp lseek malloc memchr memcmp memcpy memmove memset
    mkdir mktime open opendir perror pipe printf putc putchar puts qsort raise
    rand read readdir realloc remove rename rewind rmdir setvbuf signal sleep
    snprintf sprintf srand sscanf strcat strchr strcmp strcpy strlen strncmp
    strtol
""".split()

MAIN = """
define i32 @main() {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %nulls = phi i32 [ 0, %entry ], [ %nulls.next, %loop ]
  %slot = getelementptr ptr, ptr @table, i64 %i
  %function = load volatile ptr, ptr %slot
  %null = icmp eq ptr %function, null
  %one = zext i1 %null to i32
  %nulls.next = add i32 %nulls, %one
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, 100
  br i1 %more, label %loop, label %end
end:
  ret i32 %nulls.next
}
"""


def main():
    for name in FUNCTIONS:
        print("declare void @%s()" % name)
    print("@table = constant [%d x ptr] [%s]" % (
        len(FUNCTIONS), ", ".join("ptr @" + name for name in FUNCTIONS)))
    print(MAIN)


if __name__ == "__main__":
    main()
