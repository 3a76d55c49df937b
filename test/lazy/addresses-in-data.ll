; Has code that comes late the addresses of a library's functions where they stand among
; other data, which only memory can hold?
; RUN: %remote-run --lazy=on %s | FileCheck %s
; RUN: %remote-run --lazy=on -O0 %s | FileCheck %s
; CHECK: same 1, same 1

target triple = "x86_64-unknown-linux-gnu"
@text = internal constant [18 x i8] c"same %d, same %d\0A\00"
@puts.kept = global ptr @puts
@time.kept = global ptr @time
declare i32 @printf(ptr, ...)
declare i32 @puts(ptr)
declare i64 @time(ptr)

; With a loop that calls nothing, so that it has its final code at once.
define void @both(ptr %into) noinline {
  br label %loop
loop:
  %i = phi i32 [ 0, %0 ], [ %next, %loop ]
  store volatile i32 %i, ptr %into
  %next = add i32 %i, 1
  %done = icmp eq i32 %next, 10
  br i1 %done, label %end, label %loop
end:
  %zero = sub i32 %next, 10
  %wide = zext i32 %zero to i64
  %one = insertelement <2 x i64> poison, i64 %wide, i32 0
  %zeros = shufflevector <2 x i64> %one, <2 x i64> poison, <2 x i32> zeroinitializer
  %sum = add <2 x i64> %zeros, <i64 ptrtoint (ptr @puts to i64), i64 ptrtoint (ptr @time to i64)>
  store <2 x i64> %sum, ptr %into
  ret void
}

define i32 @main() {
  %pair = alloca [2 x ptr], align 16
  call void @both(ptr %pair)
  %second = getelementptr [2 x ptr], ptr %pair, i32 0, i32 1
  %a = load ptr, ptr %pair
  %b = load ptr, ptr %second
  %puts = load volatile ptr, ptr @puts.kept
  %time = load volatile ptr, ptr @time.kept
  %x = icmp eq ptr %a, %puts
  %y = icmp eq ptr %b, %time
  %i = zext i1 %x to i32
  %j = zext i1 %y to i32
  call i32 (ptr, ...) @printf(ptr @text, i32 %i, i32 %j)
  ret i32 0
}
