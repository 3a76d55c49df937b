; Is what only IR can say kept in parts: data before functions, aliases of expressions,
; values without names, comdats, names that parts would give, a personality?
;
; RUN: %python %inputs/parts.py --remote-run %bare-remote-run --llvm %llvm \
; RUN:   --levels=0,2 --status=77 %s

$group = comdat any

@0 = private constant [3 x i32] [i32 1, i32 2, i32 4]
@1 = internal global i32 8
@pair = internal global { i32, i32 } { i32 16, i32 32 }
@second = internal alias i32, getelementptr inbounds ({ i32, i32 }, ptr @pair, i32 0, i32 1)
@group = linkonce_odr global i32 64, comdat
@member = internal global i32 128, comdat($group)
@x.local = internal global i32 3
@x = internal global i32 5

define internal i32 @prefixed(i32 %n) noinline prefix ptr @1 {
  ret i32 %n
}
define internal i32 @tagged(i32 %n) noinline prefix i64 99 {
  %r = add i32 %n, 1
  ret i32 %r
}
define i32 @readPrefix() noinline {
  %at = getelementptr ptr, ptr @prefixed, i64 -1
  %p = load ptr, ptr %at
  %v = load i32, ptr %p
  %same = icmp eq ptr %p, @1
  %r = select i1 %same, i32 %v, i32 1000
  ret i32 %r
}
define i32 @sumOfUnnamed() noinline {
  %a = load volatile i32, ptr @0
  %q = getelementptr [3 x i32], ptr @0, i64 0, i64 2
  %b = load volatile i32, ptr %q
  %c = load volatile i32, ptr @1
  %ab = add i32 %a, %b
  %r = add i32 %ab, %c
  ret i32 %r
}
define ptr @addressOfUnnamed() noinline {
  ret ptr @0
}
define i32 @alias() noinline {
  %v = load volatile i32, ptr @second
  ret i32 %v
}
define void @throughBase() noinline {
  %p = getelementptr { i32, i32 }, ptr @pair, i64 0, i32 1
  store volatile i32 33, ptr %p
  ret void
}
define i32 @ofGroup() noinline {
  %a = load volatile i32, ptr @group
  %b = load volatile i32, ptr @member
  %r = add i32 %a, %b
  ret i32 %r
}
define void @changeMember() noinline {
  store volatile i32 2, ptr @member
  ret void
}
; Names that parts would give, and that are there.
define i32 @suffixes() noinline {
  %a = load volatile i32, ptr @x
  %b = load volatile i32, ptr @x.local
  %r = sub i32 %a, %b
  ret i32 %r
}
define void @changeSuffixes() noinline {
  store volatile i32 15, ptr @x
  store volatile i32 12, ptr @x.local
  ret void
}
declare i32 @__gxx_personality_v0(...)
declare i32 @atoi(ptr)
define internal i32 @local_personality(i32 %v, i32 %a, i64 %c, ptr %e, ptr %x) {
  ret i32 8
}
define i32 @guarded(ptr %text) noinline personality ptr @local_personality {
  %r = invoke i32 @atoi(ptr %text) to label %ok unwind label %bad
ok:
  ret i32 %r
bad:
  %p = landingpad { ptr, i32 } cleanup
  ret i32 0
}
@text = private unnamed_addr constant [2 x i8] c"7\00"

define i32 @main() {
  call void @throughBase()
  call void @changeMember()
  %a = call i32 @readPrefix()
  %b = call i32 @sumOfUnnamed()
  %c = call i32 @alias()
  %d = call i32 @ofGroup()
  call void @changeSuffixes()
  %f = call i32 @suffixes()
  %g = call i32 @guarded(ptr @text)
  %u = call ptr @addressOfUnnamed()
  %v = load i32, ptr %u
  %s1 = add i32 %a, %b
  %s2 = add i32 %s1, %c
  %s3 = add i32 %s2, %d
  %s5 = add i32 %s3, %f
  %s6 = add i32 %s5, %g
  %s7 = add i32 %s6, %v
  %h = call i32 @tagged(i32 -1)
  %i = call i32 @prefixed(i32 %h)
  %s8 = add i32 %s7, %i
  %s9 = sub i32 %s8, 54
  ret i32 %s9
}
