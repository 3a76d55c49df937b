; A module with an entry function of its own.

define i32 @elsewhere() {
  ret i32 12
}
