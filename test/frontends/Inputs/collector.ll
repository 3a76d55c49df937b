declare i32 @abs(i32)
define i32 @work(i32 %x) noinline gc "COLLECTOR" {
  %positive = call i32 @abs(i32 %x)
  %r = add i32 %positive, 1
  ret i32 %r
}
define i32 @main() gc "COLLECTOR" {
  %c = call i32 @work(i32 -6)
  ret i32 %c
}
