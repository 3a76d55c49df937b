; A module with a constructor that prints.

@text = private constant [12 x i8] c"constructed\00"
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }]
  [{ i32, ptr, ptr } { i32 65535, ptr @construct, ptr null }]

declare i32 @puts(ptr)

define internal void @construct() {
  call i32 @puts(ptr @text)
  ret void
}
