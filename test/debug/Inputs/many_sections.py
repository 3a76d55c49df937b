"""Prints assembly with 65,400 sections that take no memory, and then two
functions, a global one and a local one, in sections of their own."""

for number in range(65400):
    print('.section .pad.%d,"",@progbits' % number)
print("""
.section .text.local,"ax",@progbits
.type far_local, @function
far_local:
  movl $5, %eax
  ret
.size far_local, .-far_local
.section .text.far,"ax",@progbits
.globl far_away
.type far_away, @function
far_away:
  jmp far_local
.size far_away, .-far_away
.section .note.GNU-stack,"",@progbits""")
