; Can a name in the program steer the terminal?
; RUN: not %remote-run %s 2>&1 | FileCheck %s
; CHECK: >>> undefined symbol: red?[31mname?
; CHECK: {{^}}>>>   referenced by

declare void @"red\1B[31mname\7F"()

define i32 @main() {
  call void @"red\1B[31mname\7F"()
  ret i32 0
}
