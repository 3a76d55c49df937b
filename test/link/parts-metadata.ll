; Does metadata that names functions of other parts, or none any more, harm no part?
;
; RUN: %python %inputs/parts.py --remote-run %bare-remote-run --llvm %llvm \
; RUN:   --levels=0 --status=3 %s

define i32 @main() {
  %r = call i32 @abs(i32 -3)
  %b = call i32 @b(i32 %r), !callees !6
  ret i32 %b
}
define i32 @b(i32 %x) noinline !names !5 {
  ret i32 %x
}
define i32 @dead(i32 %x) noinline {
  ret i32 %x
}
declare i32 @abs(i32)

; As -fprofile-use leaves it.
!llvm.module.flags = !{!0}
!0 = !{i32 5, !"CG Profile", !1}
!1 = distinct !{!2, !3, !4}
!2 = !{ptr @main, ptr @abs, i64 1}
!3 = !{ptr @main, ptr @b, i64 1}
!4 = !{ptr @dead, ptr @b, i64 1}
!5 = !{ptr @main, ptr @dead}
!6 = !{ptr @b, ptr @dead}
