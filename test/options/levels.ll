; Do -O0 to -O3 change the code as they should, and is any other level refused?
;
; RUN: cp %inputs/hello.ll %t.ll
; RUN: %hello -O0 %t.ll
; RUN: %hello -O1 %t.ll
; RUN: %hello -O2 %t.ll
; RUN: %hello -O3 %t.ll
; RUN: %hello --O1 %t.ll
; RUN: %hello -O=1 %t.ll
;
; At -O0 the loop's values live in memory.
; RUN: %shipped %s -- -O2 '<' -O0
; RUN: %shipped %s -- '' = -O2
;
; RUN: %refused -O4 %t.ll | FileCheck %s --check-prefix=LEVEL
; RUN: %refused -Oz %t.ll | FileCheck %s --check-prefix=LEVEL
; RUN: %refused -O22 %t.ll | FileCheck %s --check-prefix=LEVEL
; RUN: %refused -O-1 %t.ll | FileCheck %s --check-prefix=LEVEL
; LEVEL: error: -O{{.*}}-O0, -O1, -O2 and -O3

@llvm.used = appending global [1 x ptr] [ptr @unused], section "llvm.metadata"

define i32 @unused(i32 %count, ptr %from) {
entry:
  br label %loop
loop:
  %index = phi i32 [0, %entry], [%next, %loop]
  %sum = phi i32 [0, %entry], [%added, %loop]
  %slot = getelementptr i32, ptr %from, i32 %index
  %value = load i32, ptr %slot
  %twice = mul i32 %value, 2
  %added = add i32 %sum, %twice
  %next = add i32 %index, 1
  %more = icmp slt i32 %next, %count
  br i1 %more, label %loop, label %done
done:
  ret i32 %added
}

define i32 @main() {
  ret i32 0
}
