; Are distances between functions and variables, as constants, those of the program
; that is not cut into parts? They keep it in one piece.
;
; RUN: %python %inputs/parts.py --remote-run %bare-remote-run --llvm %llvm \
; RUN:   --levels=0,2 --whole --status=7 %s

@functions = internal constant i64 sub (i64 ptrtoint (ptr @f to i64), i64 ptrtoint (ptr @g to i64))
@variable = internal global i32 5
@exported = constant i64 sub (i64 ptrtoint (ptr @variable to i64), i64 ptrtoint (ptr @exported to i64))
@relative = internal constant [2 x i32] [
  i32 trunc (i64 sub (i64 ptrtoint (ptr @h to i64), i64 ptrtoint (ptr @relative to i64)) to i32),
  i32 trunc (i64 sub (i64 ptrtoint (ptr @g to i64), i64 ptrtoint (ptr @relative to i64)) to i32)]

define internal i32 @f(i32 %n) noinline {
  %r = add i32 %n, 1
  ret i32 %r
}
define internal i32 @g(i32 %n) noinline {
  %r = mul i32 %n, 3
  ret i32 %r
}
define internal i32 @h(i32 %n) noinline {
  %r = sub i32 %n, 1
  ret i32 %r
}
define i1 @matches(ptr %distance, ptr %to, ptr %from) noinline {
  %d = load volatile i64, ptr %distance
  %a = ptrtoint ptr %to to i64
  %b = ptrtoint ptr %from to i64
  %e = sub i64 %a, %b
  %same = icmp eq i64 %d, %e
  ret i1 %same
}
define i32 @checkFunctions() noinline {
  %same = call i1 @matches(ptr @functions, ptr @f, ptr @g)
  %r = zext i1 %same to i32
  ret i32 %r
}
define i32 @checkVariable() noinline {
  %same = call i1 @matches(ptr @exported, ptr @variable, ptr @exported)
  %r = select i1 %same, i32 2, i32 0
  ret i32 %r
}
define i32 @callRelative(i64 %number, i32 %n) noinline {
  %p = getelementptr [2 x i32], ptr @relative, i64 0, i64 %number
  %d = load volatile i32, ptr %p
  %e = sext i32 %d to i64
  %f = getelementptr i8, ptr @relative, i64 %e
  %r = call i32 %f(i32 %n)
  ret i32 %r
}
define i32 @main() {
  %a = call i32 @checkFunctions()
  %b = call i32 @checkVariable()
  %c = call i32 @callRelative(i64 0, i32 2)
  %d = call i32 @callRelative(i64 1, i32 1)
  %s1 = add i32 %a, %b
  %s2 = add i32 %s1, %c
  %s3 = add i32 %s2, %d
  ret i32 %s3
}
