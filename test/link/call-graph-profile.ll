; Is the call graph of a profile, as clang -fprofile-use has it, passed over in objects
; and in what is compiled? Its relocations have no addends, on no processor.
;
; RUN: %clang -w -c %s -o %t.o
; RUN: %llvm/llvm-readelf -S %t.o | grep '\.rel\.llvm\.call-graph-profile'
; RUN: %remote-run %t.o
; RUN: %remote-run %s
; RUN: %if target-aarch64 %{ %remote-run --target=aarch64-linux-gnu %s %}
; RUN: %if target-riscv64 %{ %remote-run --target=riscv64-linux-gnu %s %}
; RUN: %if target-s390x %{ %remote-run --target=s390x-linux-gnu %s %}
; RUN: %if target-ppc64le %{ %remote-run --target=powerpc64le-linux-gnu %s %}
; RUN: %if target-armhf %{ %remote-run --target=arm-linux-gnueabihf %s %}

define i32 @main() {
  %positive = call i32 @abs(i32 -3)
  %status = sub i32 %positive, 3
  ret i32 %status
}
declare i32 @abs(i32)

!llvm.module.flags = !{!0}
!0 = !{i32 5, !"CG Profile", !1}
!1 = distinct !{!2}
!2 = !{ptr @main, ptr @abs, i64 1}
