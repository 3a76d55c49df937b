"""Prints a program of functions that LLVM cannot compile, and as many others."""

COUNT = 40

print("""
declare <2 x i64> @llvm.x86.aesni.aesenc(<2 x i64>, <2 x i64>)
declare i32 @printf(ptr, ...)
declare i32 @fflush(ptr)
declare i32 @usleep(i32)
@text = constant [8 x i8] c"ran %d\\0A\\00"
""")
for number in range(COUNT):
    print("""
define i32 @broken{0}(<2 x i64> %a) noinline {{
  %b = call <2 x i64> @llvm.x86.aesni.aesenc(<2 x i64> %a, <2 x i64> %a)
  %c = extractelement <2 x i64> %b, i32 0
  %d = trunc i64 %c to i32
  ret i32 %d
}}
define i32 @fine{0}(i32 %x) noinline {{
  %y = add i32 %x, 1
  ret i32 %y
}}""".format(number))
print("define i32 @main(i32 %argc, ptr %argv) {\n  %s0 = add i32 0, 0")
for number in range(COUNT):
    print("  %%s%d = call i32 @fine%d(i32 %%s%d)" % (number + 1, number, number))
    if number == COUNT // 2:
        print("  call i32 @usleep(i32 200000)")
print("""  call i32 (ptr, ...) @printf(ptr @text, i32 %%s%d)
  call i32 @fflush(ptr null)
  %%many = icmp sgt i32 %%argc, 1
  br i1 %%many, label %%bad, label %%good
good:
  ret i32 0
bad:""" % COUNT)
for number in range(COUNT):
    print("  %%r%d = call i32 @broken%d(<2 x i64> zeroinitializer)" % (
        number, number))
print("  ret i32 0\n}")
