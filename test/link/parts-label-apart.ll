; Is a place in a function the same in all parts of a program, where several functions
; take its address?
;
; RUN: %python %inputs/parts.py --remote-run %bare-remote-run --llvm %llvm \
; RUN:   --levels=0 --status=55 %s

@table = internal constant [1 x ptr] [ptr blockaddress(@jump, %two)]
@exported = global ptr blockaddress(@jump, %three)

define i32 @jump(ptr %where) {
entry:
  %none = icmp eq ptr %where, null
  br i1 %none, label %out, label %go
go:
  indirectbr ptr %where, [label %one, label %two, label %three]
one:
  ret i32 1
two:
  ret i32 2
three:
  ret i32 4
out:
  ret i32 8
}

define ptr @a() {
  ret ptr blockaddress(@jump, %one)
}
define ptr @b() {
  ret ptr blockaddress(@jump, %two)
}
define ptr @c() {
  ret ptr blockaddress(@jump, %three)
}
define ptr @d() {
  %p = load volatile ptr, ptr @table
  ret ptr %p
}
define ptr @e() {
  %p = load volatile ptr, ptr @exported
  ret ptr %p
}
define i32 @f() {
  %p = call ptr @b()
  %q = call ptr @d()
  %same = icmp eq ptr %p, %q
  %same.b = icmp eq ptr %p, blockaddress(@jump, %two)
  %both = and i1 %same, %same.b
  %r = select i1 %both, i32 32, i32 0
  ret i32 %r
}

define i32 @main() {
  %pa = call ptr @a()
  %pb = call ptr @b()
  %pc = call ptr @c()
  %pd = call ptr @d()
  %pe = call ptr @e()
  %a = call i32 @jump(ptr %pa)
  %b = call i32 @jump(ptr %pb)
  %c = call i32 @jump(ptr %pc)
  %d = call i32 @jump(ptr %pd)
  %e = call i32 @jump(ptr %pe)
  %o = call i32 @jump(ptr null)
  %f = call i32 @f()
  %s1 = add i32 %a, %b
  %s2 = add i32 %s1, %c
  %s3 = add i32 %s2, %d
  %s4 = add i32 %s3, %e
  %s5 = add i32 %s4, %o
  %s6 = add i32 %s5, %f
  %s7 = add i32 %s6, 2
  ret i32 %s7
}
