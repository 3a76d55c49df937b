; Is everything found that a native program has and that no function names: in assembly,
; tables, aliases, sections, data before functions, and under names with a prefix?
; Its assembly is of x86-64.
; REQUIRES: host-x86_64
;
; RUN: %linked --levels=0 --status=100 main=%s
; RUN: %linked --levels=0 --status=100 --remote=--part-size=1 main=%s

target triple = "x86_64-unknown-linux-gnu"

; Each adds what it is worth to @sum.
@sum = global i32 0

module asm ".text"
module asm "ofModule:"
module asm "jmp onlyInModuleAssembly"
declare void @ofModule()
define void @onlyInModuleAssembly() {
  call void @add(i32 1)
  ret void
}
define internal void @add(i32 %n) noinline {
  %a = load i32, ptr @sum
  %b = add i32 %a, %n
  store i32 %b, ptr @sum
  ret void
}
define internal void @inAssembly() {
  call void @add(i32 2)
  ret void
}
define void @"\01escaped"() {
  call void @add(i32 3)
  ret void
}
declare void @escaped()
define void @"\01escapedInAssembly"() {
  call void @add(i32 4)
  ret void
}
define void @"dollar$name"() {
  call void @add(i32 5)
  ret void
}

define internal void @aliased() {
  call void @add(i32 6)
  ret void
}
@alias = internal alias void (), ptr @aliased
@aliasOfAlias = alias void (), ptr @alias
@variable = internal global { i32, i32 } { i32 0, i32 7 }
@element = alias i32, getelementptr inbounds ({ i32, i32 }, ptr @variable, i32 0, i32 1)

define internal void @implementation() {
  call void @add(i32 8)
  ret void
}
define internal ptr @resolver() {
  ret ptr @implementation
}
@indirect = ifunc void (), ptr @resolver

@llvm.used = appending global [1 x ptr] [ptr @kept], section "llvm.metadata"
@kept = internal global i32 9, section "keeping"
@keptToo = internal global i32 10, section "keeping"
@__start_keeping = external global i32
@__stop_keeping = external global i32

@llvm.global_ctors = appending global [2 x { i32, ptr, ptr }] [
  { i32, ptr, ptr } { i32 65535, ptr @constructor, ptr null },
  { i32, ptr, ptr } { i32 200, ptr @earlyConstructor, ptr @sum }]
define internal void @constructor() {
  call void @add(i32 11)
  ret void
}
define internal void @earlyConstructor() {
  call void @add(i32 12)
  ret void
}

define internal void @before() {
  call void @add(i32 13)
  ret void
}
define internal void @withPrefix() prefix ptr @before {
  ret void
}

define internal i32 @personality(...) {
  ret i32 8
}
declare i32 @atoi(ptr)
@digits = private constant [2 x i8] c"9\00"
define internal void @withPersonality() personality ptr @personality {
  %n = invoke i32 @atoi(ptr @digits) to label %ok unwind label %bad
ok:
  call void @add(i32 %n)
  ret void
bad:
  %p = landingpad { ptr, i32 } cleanup
  ret void
}

define i32 @main() {
  call void @ofModule()
  call void asm sideeffect "call inAssembly", "~{rax},~{rcx},~{rdx},~{rsi},~{rdi},~{r8},~{r9},~{r10},~{r11},~{memory},~{flags}"()
  call void @escaped()
  call void asm sideeffect "call escapedInAssembly", "~{rax},~{rcx},~{rdx},~{rsi},~{rdi},~{r8},~{r9},~{r10},~{r11},~{memory},~{flags}"()
  call void asm sideeffect "call dollar$$name", "~{rax},~{rcx},~{rdx},~{rsi},~{rdi},~{r8},~{r9},~{r10},~{r11},~{memory},~{flags}"()
  call void @aliasOfAlias()
  %e = load i32, ptr @element
  call void @add(i32 %e)
  call void @indirect()
  br label %next
next:
  %at = phi ptr [ @__start_keeping, %0 ], [ %after, %next ]
  %n = load i32, ptr %at
  call void @add(i32 %n)
  %after = getelementptr i32, ptr %at, i32 1
  %end = icmp eq ptr %after, @__stop_keeping
  br i1 %end, label %rest, label %next
rest:
  %prefix = getelementptr ptr, ptr @withPrefix, i64 -1
  %before = load ptr, ptr %prefix
  call void %before()
  call void @withPrefix()
  call void @withPersonality()
  %sum = load i32, ptr @sum
  ret i32 %sum
}
