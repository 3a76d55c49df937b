; Does --entry-function call functions of every signature that main's caller
; can call, with the right arguments, and say what is wrong with the others?
;
; RUN: cp %s %t.ll
; RUN: %expect 44 '' %bare-remote-run -entry-function=plain %t.ll
; RUN: %expect 44 '' %bare-remote-run --entry-function plain %t.ll
; RUN: %expect 0 '' %bare-remote-run --entry-function=nothing %t.ll
; RUN: %expect 200 '' %bare-remote-run --entry-function=byte %t.ll
; The exit status is the low 8 bits (exit(3)): 4294967553 is 2^32 + 257.
; RUN: %expect 1 '' %bare-remote-run --entry-function=long %t.ll
; RUN: %expect 3 '' %bare-remote-run --entry-function=counted %t.ll a b
; RUN: %expect 2 'last\n' %bare-remote-run --entry-function=last %t.ll first last
; RUN: %expect 0 'last\n' %bare-remote-run --entry-function=printLast %t.ll first last
; RUN: %expect 7 '' %bare-remote-run --entry-function=environment %t.ll
; RUN: %expect 5 '' %bare-remote-run --entry-function=hidden %t.ll
; RUN: %expect 6 '' %bare-remote-run --entry-function=private %t.ll
; RUN: %expect 44 '' %bare-remote-run --entry-function=alias %t.ll
; RUN: %expect 9 '' %bare-remote-run '--entry-function=a name' %t.ll
; A register is a register: natively, argc and argv come as they are asked for.
; RUN: %expect 1 '' %bare-remote-run --entry-function=swapped %t.ll
; RUN: %expect 8 '' %bare-remote-run --entry-function=weak %t.ll
;
; Constructors run before any entry, and main does not.
; RUN: %expect 0 'constructed\n' %bare-remote-run --entry-function=nothing --extra-module=%inputs/constructor.ll %t.ll
;
; In another module than the first.
; RUN: %expect 12 '' %bare-remote-run --entry-function=elsewhere --extra-module=%inputs/elsewhere.ll %t.ll
;
; RUN: %refused --entry-function=absent %t.ll | FileCheck %s --check-prefix=ABSENT
; RUN: %refused --entry-function=declared %t.ll | FileCheck %s --check-prefix=DECLARED
; RUN: %refused --entry-function=variable %t.ll | FileCheck %s --check-prefix=VARIABLE
; RUN: %refused --entry-function=floating %t.ll | FileCheck %s --check-prefix=FLOATING
; RUN: %refused --entry-function=four %t.ll | FileCheck %s --check-prefix=FOUR
; RUN: %refused --entry-function= %t.ll | FileCheck %s --check-prefix=EMPTY
;
; ABSENT: error: {{.*}}'absent'{{.*}}--entry-function
; DECLARED: error: {{.*}}'declared'
; VARIABLE: error: {{.*}}'variable'
; FLOATING: error: {{.*}}'floating'{{.*}}double ()
; FOUR: error: {{.*}}'four'
; EMPTY: error: {{.*}}--entry-function

@variable = global i32 1
declare i32 @declared()
declare i32 @puts(ptr)

define i32 @main() {
  ret i32 99
}
define i32 @plain() {
  ret i32 300
}
define void @nothing() {
  ret void
}
define i8 @byte() {
  ret i8 200
}
define i64 @long() {
  ret i64 4294967553
}
define i32 @counted(i32 %argc) {
  ret i32 %argc
}
define i32 @last(i32 %argc, ptr %argv) {
  %index = sub i32 %argc, 1
  %slot = getelementptr ptr, ptr %argv, i32 %index
  %text = load ptr, ptr %slot
  call i32 @puts(ptr %text)
  ret i32 %index
}
define void @printLast(i32 %argc, ptr %argv) {
  call i32 @last(i32 %argc, ptr %argv)
  ret void
}
; The environment stands behind the arguments, as on Linux at every start.
define i32 @environment(i32 %argc, ptr %argv, ptr %envp) {
  %isNull = icmp eq ptr %envp, null
  br i1 %isNull, label %bad, label %good
good:
  %first = load ptr, ptr %envp
  %isEmpty = icmp eq ptr %first, null
  %result = select i1 %isEmpty, i32 1, i32 7
  ret i32 %result
bad:
  ret i32 2
}
define hidden i32 @hidden() {
  ret i32 5
}
define internal i32 @private() {
  ret i32 6
}
@alias = alias i32 (), ptr @plain
define weak i32 @weak() {
  ret i32 8
}
define i32 @"a name"() {
  ret i32 9
}
define double @floating() {
  ret double 1.0
}
define i32 @swapped(ptr %argv, i32 %argc) {
  ret i32 1
}
define i32 @four(i32 %argc, ptr %argv, ptr %envp, ptr %more) {
  ret i32 1
}
