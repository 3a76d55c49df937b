"""Writes a program of many functions as IR: many.py COUNT

Function N gives 3 * x + N by way of a table, so that nothing tells who calls whom.
The program prints what function ARG gives of 5, for each of its arguments. "crash"
is one of them, and so is "fork": a child calls what follows, later than its parent
has ended.
"""

import sys

HEAD = """\
target triple = "x86_64-unknown-linux-gnu"
@text = internal constant [7 x i8] c"%d %d\\0A\\00"
declare i32 @printf(ptr, ...)
declare i32 @atoi(ptr)
declare i32 @strcmp(ptr, ptr)
declare i32 @fork()
declare i32 @usleep(i32)
declare i32 @getppid()
@crash = internal constant [6 x i8] c"crash\\00"
@fork.name = internal constant [5 x i8] c"fork\\00"
"""

FUNCTION = """\
define internal i32 @f{0}(i32 %x) noinline {{
  %low = icmp slt i32 %x, 0
  br i1 %low, label %again, label %end
again:
  %next = load ptr, ptr getelementptr ([{1} x ptr], ptr @table, i32 0, i32 {2})
  %up = add i32 %x, 1
  %y = call i32 %next(i32 %up)
  ret i32 %y
end:
  %three = mul i32 %x, 3
  %sum = add i32 %three, {0}
  ret i32 %sum
}}
"""

MAIN = """\
define internal void @die() noinline {{
  store volatile i32 1, ptr null
  ret void
}}
define internal void @leave() noinline {{
  %parent = call i32 @getppid()
  %child = call i32 @fork()
  %is.child = icmp eq i32 %child, 0
  br i1 %is.child, label %wait, label %done
wait:
  call i32 @usleep(i32 10000)
  %now = call i32 @getppid()
  %same = icmp eq i32 %now, %parent
  br label %done
done:
  ret void
}}
define i32 @main(i32 %argc, ptr %argv) {{
entry:
  br label %loop
loop:
  %i = phi i32 [ 1, %entry ], [ %i.next, %more ]
  %in = icmp slt i32 %i, %argc
  br i1 %in, label %body, label %end
body:
  %at = getelementptr ptr, ptr %argv, i32 %i
  %word = load ptr, ptr %at
  %no.crash = call i32 @strcmp(ptr %word, ptr @crash)
  %is.crash = icmp eq i32 %no.crash, 0
  br i1 %is.crash, label %crash, label %other
crash:
  call void @die()
  br label %more
other:
  %no.fork = call i32 @strcmp(ptr %word, ptr @fork.name)
  %is.fork = icmp eq i32 %no.fork, 0
  br i1 %is.fork, label %fork, label %call
fork:
  call void @leave()
  br label %more
call:
  %n = call i32 @atoi(ptr %word)
  %slot = getelementptr [{0} x ptr], ptr @table, i32 0, i32 %n
  %f = load ptr, ptr %slot
  %r = call i32 %f(i32 5)
  call i32 (ptr, ...) @printf(ptr @text, i32 %n, i32 %r)
  br label %more
more:
  %i.next = add i32 %i, 1
  br label %loop
end:
  ret i32 0
}}
"""


def main():
    count = int(sys.argv[1])
    print(HEAD)
    print("@table = global [%d x ptr] [%s]" % (
        count, ", ".join("ptr @f%d" % n for n in range(count))))
    for n in range(count):
        print(FUNCTION.format(n, count, (n + 1) % count))
    print(MAIN.format(count))


main()
