; The thinnest program that goes through every layer.
; RUN: %remote-run %s world 2>&1 | FileCheck %s --match-full-lines

; CHECK: Hello, world!

@format = private unnamed_addr constant [12 x i8] c"Hello, %s!\0A\00"

declare i32 @printf(ptr, ...)

define i32 @main(i32 %argc, ptr %argv) {
  %slot = getelementptr ptr, ptr %argv, i64 1
  %name = load ptr, ptr %slot
  %printed = call i32 (ptr, ...) @printf(ptr @format, ptr %name)
  ret i32 0
}
