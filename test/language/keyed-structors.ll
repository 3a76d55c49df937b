; Do constructors and destructors whose COMDAT has a key run where they natively
; do among those of the same priority? An object has them in a section apart.
;
; RUN: %same --status 0 %s

$key = comdat any
$other = comdat any

@key = linkonce_odr global i32 1, comdat
@other = linkonce_odr global i32 1, comdat
; Who defines it has its constructor.
@elsewhere = available_externally global i32 1

@llvm.global_ctors = appending global [8 x { i32, ptr, ptr }] [
  { i32, ptr, ptr } { i32 65535, ptr @plain1, ptr null },
  { i32, ptr, ptr } { i32 65535, ptr @keyed1, ptr @key },
  { i32, ptr, ptr } { i32 65535, ptr @plain2, ptr null },
  { i32, ptr, ptr } { i32 200, ptr @keyed2, ptr @key },
  { i32, ptr, ptr } { i32 65535, ptr @keyed3, ptr @other },
  { i32, ptr, ptr } { i32 200, ptr @plain3, ptr null },
  { i32, ptr, ptr } { i32 65535, ptr @keyed4, ptr @key },
  { i32, ptr, ptr } { i32 65535, ptr @owned, ptr @elsewhere }]

@llvm.global_dtors = appending global [8 x { i32, ptr, ptr }] [
  { i32, ptr, ptr } { i32 65535, ptr @plain1, ptr null },
  { i32, ptr, ptr } { i32 65535, ptr @keyed1, ptr @key },
  { i32, ptr, ptr } { i32 65535, ptr @plain2, ptr null },
  { i32, ptr, ptr } { i32 200, ptr @keyed2, ptr @key },
  { i32, ptr, ptr } { i32 65535, ptr @keyed3, ptr @other },
  { i32, ptr, ptr } { i32 200, ptr @plain3, ptr null },
  { i32, ptr, ptr } { i32 65535, ptr @keyed4, ptr @key },
  { i32, ptr, ptr } { i32 65535, ptr @owned, ptr @elsewhere }]

declare i32 @putchar(i32)

define internal void @plain1() {
  call i32 @putchar(i32 97)
  ret void
}
define internal void @plain2() {
  call i32 @putchar(i32 98)
  ret void
}
define internal void @plain3() {
  call i32 @putchar(i32 99)
  ret void
}
define linkonce_odr void @keyed1() comdat($key) {
  call i32 @putchar(i32 65)
  ret void
}
define linkonce_odr void @keyed2() comdat($key) {
  call i32 @putchar(i32 66)
  ret void
}
define linkonce_odr void @keyed3() comdat($other) {
  call i32 @putchar(i32 67)
  ret void
}
define linkonce_odr void @keyed4() comdat($key) {
  call i32 @putchar(i32 68)
  ret void
}
define internal void @owned() {
  call i32 @putchar(i32 69)
  ret void
}
define i32 @main() {
  %one = load i32, ptr @key
  %two = load i32, ptr @other
  %unequal = sub i32 %one, %two
  call i32 @putchar(i32 10)
  ret i32 %unequal
}
