; Says hello by puts and printf, and ends with 3.

@text = private constant [6 x i8] c"hello\00"
@format = private constant [16 x i8] c"%d, called %s.\0A\00"

declare i32 @puts(ptr)
declare i32 @printf(ptr, ...)

define i32 @main(i32 %argc, ptr %argv) {
  %said = call i32 @puts(ptr @text)
  %name = load ptr, ptr %argv
  %printed = call i32 (ptr, ...) @printf(ptr @format, i32 %argc, ptr %name)
  ret i32 3
}
