; Is debug information of another version than this LLVM's left aside, with a warning,
; and does the program run?
;
; RUN: not %remote-run --trace %s >%t.txt 2>&1
; RUN: FileCheck %s <%t.txt
; RUN: not %remote-run --trace --part-size=1 %s >%t.txt 2>&1
; RUN: FileCheck %s <%t.txt
; CHECK: remote-run: warning: ignoring debug info with an invalid version (2) in {{.*}}old-debug-information.ll
; There is nothing for a debugger.
; CHECK: > Reserve 2 segments, slab+0x0 4096 r, slab+0x1000 4096 rx, image
; CHECK: < Running
; CHECK-NOT: {{.}}

define i32 @main() !dbg !4 {
  ret i32 5, !dbg !7
}
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!3}
!0 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, producer: "old", isOptimized: false, runtimeVersion: 0, emissionKind: FullDebug)
!1 = !DIFile(filename: "old.c", directory: "/")
!3 = !{i32 1, !"Debug Info Version", i32 2}
!4 = distinct !DISubprogram(name: "main", scope: !1, file: !1, line: 1, type: !5, unit: !0)
!5 = !DISubroutineType(types: !6)
!6 = !{null}
!7 = !DILocation(line: 2, column: 3, scope: !4)
