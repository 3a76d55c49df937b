define i32 @main() {
  call void asm sideeffect "bogusinstruction", ""()
  ret i32 0
}
